-- Booked hours by person and month with their cost, in the initiative's currency; only where tables of rates are read.
SELECT
    e.project_id,
    e.person_id,
    e.person_name,
    e.month_start,
    e.currency,
    e.hours,
    CASE WHEN e.currency IS NOT NULL THEN e.rated_hours END AS rated_hours,
    CASE WHEN e.rated_hours = e.hours THEN e.cost END AS cost
FROM (
    SELECT
        t.project_id,
        t.person_id,
        min(t.person_name) AS person_name,
        CAST(date_trunc('month', t.spent_on) AS DATE) AS month_start,
        m.currency,
        CAST(sum(t.counted_hours) AS DECIMAL(14, 2)) AS hours,
        CAST(sum(CASE WHEN coalesce(d.rate_per_hour, r.rate_per_hour, n.rate_per_hour) IS NOT NULL
            THEN t.counted_hours ELSE 0 END) AS DECIMAL(14, 2)) AS rated_hours,
        CAST(sum(CAST(CAST(t.counted_hours AS DECIMAL(20, 2)) * coalesce(d.rate_per_hour, r.rate_per_hour, n.rate_per_hour)
            AS DECIMAL(18, 4))) AS DECIMAL(18, 4)) AS cost
    FROM _time AS t
    JOIN _money AS m ON m.project_id = t.project_id
    JOIN (
        SELECT count(*) AS n
        FROM rate AS v
        JOIN source_state AS f ON f.source = v.source
        WHERE v.deleted_at IS NULL
    ) AS told ON told.n > 0
    LEFT JOIN _day_rates AS d
        ON d.project_id = t.project_id AND d.person_id = t.person_id AND d.spent_on = t.spent_on
        AND d.currency = m.currency
    LEFT JOIN _rates AS r ON r.person_id = t.person_id AND r.currency = m.currency
    LEFT JOIN _rates AS n ON n.person_id = t.person_id AND n.currency IS NULL
    WHERE t.person_id IS NOT NULL AND t.counted_hours <> 0
    GROUP BY t.project_id, t.person_id, CAST(date_trunc('month', t.spent_on) AS DATE), m.currency
) AS e
