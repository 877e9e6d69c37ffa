-- Projects in trouble by what people report and what is measured, never by what a check says of them: a rule that asked
-- for the check's own outcome would depend on the order of rules. The limits are those at which the built-in rules fail
-- by default. Nothing known of a project says nothing; a closed project is nobody's trouble any more. What a tracker
-- without a plan earns by halves is too coarse to call trouble.
SELECT
    project_id,
    red_by,
    CASE WHEN is_closed THEN FALSE WHEN red_by IS NOT NULL THEN TRUE WHEN is_told THEN FALSE END AS is_red
FROM (
    SELECT
        l.project_id,
        l.is_closed,
        CASE
            WHEN coalesce(r.health, p.health_reported) = 'red' THEN 'reported'
            WHEN e.cpi < 0.9 THEN 'cost_index'
            WHEN e.spi < 0.9 THEN 'schedule_index'
            WHEN s.slip_ratio > 0.1 THEN 'finish_forecast'
            WHEN e.eac_over_budget_ratio > 0.1 THEN 'cost_forecast'
        END AS red_by,
        coalesce(r.health, p.health_reported) IS NOT NULL OR e.cpi IS NOT NULL OR e.spi IS NOT NULL
            OR s.slip_ratio IS NOT NULL OR e.eac_over_budget_ratio IS NOT NULL AS is_told
    FROM _life AS l
    JOIN _profiles AS p ON p.project_id = l.project_id
    LEFT JOIN evm AS e ON e.project_id = l.project_id AND e.ev_method = 'per_cent_complete'
    JOIN schedule AS s ON s.project_id = l.project_id
    LEFT JOIN _latest_reports AS r ON r.project_id = l.project_id
) AS judged
