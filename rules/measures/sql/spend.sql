-- How fresh what was spent is, and how long the money lasts at the pace of the last 91 days. The pace needs dated money:
-- booked time at rates, and costs. What is left is the budget less AC.
SELECT
    w.project_id,
    w.currency,
    w.last_booked_on,
    w.last_cost_on,
    w.last_actual_on,
    date_diff('day', w.last_actual_on, w.as_of) AS days_since_actual,
    w.left_cost,
    w.burn_cost_per_week,
    w.remaining_weeks,
    CAST(CASE WHEN w.left_cost < 0 THEN 0 ELSE w.left_cost END / nullif(w.burn_cost_per_week, 0) AS DOUBLE) AS runway_weeks,
    CAST(CASE WHEN w.left_cost < 0 THEN 0 ELSE w.left_cost END / nullif(w.burn_cost_per_week, 0) AS DOUBLE) / nullif(w.remaining_weeks, 0)
        AS runway_ratio
FROM (
    SELECT
        p.project_id,
        c.as_of,
        m.currency,
        p.last_booked_on,
        k.last_cost_on,
        CASE WHEN p.last_booked_on > k.last_cost_on THEN p.last_booked_on
            ELSE coalesce(k.last_cost_on, p.last_booked_on) END AS last_actual_on,
        CAST(CASE WHEN e.basis = 'cost' AND e.currency = m.currency THEN m.budget_cost - e.ac END AS DECIMAL(18, 4))
            AS left_cost,
        CAST(r.spent_cost / 13 AS DECIMAL(18, 4)) AS burn_cost_per_week,
        CAST(CASE WHEN p.finish_date > c.as_of THEN date_diff('day', c.as_of, p.finish_date) / 7 END AS DOUBLE)
            AS remaining_weeks
    FROM projects AS p
    CROSS JOIN context AS c
    JOIN _money AS m ON m.project_id = p.project_id
    JOIN evm AS e ON e.project_id = p.project_id
    LEFT JOIN _recent_spend AS r ON r.project_id = p.project_id
    LEFT JOIN (
        SELECT k.project_id, max(k.spent_on) AS last_cost_on
        FROM costs AS k
        CROSS JOIN context AS c
        WHERE k.spent_on <= c.as_of
        GROUP BY k.project_id
    ) AS k ON k.project_id = p.project_id
) AS w
