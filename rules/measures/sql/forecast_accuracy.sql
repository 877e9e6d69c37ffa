-- How right the approved plan and the first forecast were, of projects that are closing or closed. The last cost and
-- finish are those of a plan that is done; before that nothing is final.
SELECT
    p.project_id,
    p.phase,
    p.actual_finish_date,
    p.baseline_finish_date,
    date_diff('day', p.baseline_finish_date, p.actual_finish_date) AS finish_error_days,
    e.basis,
    e.bac,
    CASE WHEN p.actual_finish_date IS NOT NULL THEN e.ac END AS final_cost,
    CAST(CASE WHEN p.actual_finish_date IS NOT NULL THEN (e.ac - e.bac) / nullif(e.bac, 0) END AS DOUBLE)
        AS cost_error_ratio,
    coalesce(s.forecasts, 0) AS forecasts,
    s.first_forecast_on,
    CAST(CASE WHEN p.actual_finish_date IS NOT NULL THEN (e.ac - s.first_eac) / nullif(s.first_eac, 0) END AS DOUBLE)
        AS forecast_error_ratio,
    m.cost_miss_ratio,
    m.finish_miss_days,
    CASE WHEN p.has_plan THEN coalesce(
        p.actual_finish_date IS NOT NULL AND p.baseline_finish_date IS NOT NULL AND e.ac IS NOT NULL AND e.bac > 0, FALSE
    ) END AS is_recorded
FROM projects AS p
JOIN evm AS e ON e.project_id = p.project_id
LEFT JOIN (
    SELECT
        f.project_id,
        count(*) AS forecasts,
        min(f.taken_on) AS first_forecast_on,
        max(CASE WHEN f.position = 1 THEN f.value END) AS first_eac
    FROM (
        SELECT
            k.project_id,
            k.taken_on,
            try_cast(k.value AS DECIMAL(18, 4)) AS value,
            row_number() OVER (PARTITION BY k.project_id ORDER BY k.taken_on) AS position
        FROM project_snapshot AS k
        JOIN projects AS o ON o.project_id = k.project_id
        CROSS JOIN context AS c
        WHERE k.measure = 'eac' AND k.value IS NOT NULL AND k.taken_on <= c.as_of
            AND coalesce(k.taken_on <= o.actual_finish_date, TRUE)
    ) AS f
    GROUP BY f.project_id
) AS s ON s.project_id = p.project_id
LEFT JOIN (
    SELECT
        k.project_id,
        CAST(sum(
            CASE WHEN k.measure = 'eac'
                THEN CAST(abs(k.value / nullif(CAST(a.ac AS DOUBLE), 0) - 1) AS DECIMAL(18, 6)) END
        ) AS DOUBLE) / nullif(count(CASE WHEN k.measure = 'eac' AND a.ac <> 0 THEN 1 END), 0) AS cost_miss_ratio,
        CAST(sum(
            CASE WHEN k.measure = 'slip_days' THEN CAST(
                abs(date_diff('day', o.baseline_finish_date, o.actual_finish_date) - k.value) AS DECIMAL(18, 6)
            ) END
        ) AS DOUBLE) / nullif(
            count(CASE WHEN k.measure = 'slip_days' AND o.baseline_finish_date IS NOT NULL THEN 1 END), 0
        ) AS finish_miss_days
    FROM project_snapshot AS k
    JOIN projects AS o ON o.project_id = k.project_id
    JOIN evm AS a ON a.project_id = k.project_id
    CROSS JOIN context AS c
    WHERE k.measure IN ('eac', 'slip_days') AND k.value IS NOT NULL
        AND k.taken_on < o.actual_finish_date AND k.taken_on <= c.as_of
    GROUP BY k.project_id
) AS m ON m.project_id = p.project_id
WHERE p.phase IN ('close', 'closed')
