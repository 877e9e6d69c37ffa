-- Scope then and now per initiative, from the tracker's items; where there are none, from the work of baselined plans:
-- what was approved, and the present work of tasks added since. More work on an approved task is overrun, not scope.
SELECT
    project_id,
    count(*) AS items,
    count(estimate_hours) AS estimated_items,
    count(CASE WHEN was_frozen THEN 1 END) AS frozen_items,
    sum(CASE WHEN was_frozen THEN estimate_hours END) AS frozen_hours,
    sum(estimate_hours) AS current_hours,
    count(CASE WHEN created_on > frozen_on THEN 1 END) AS added_items,
    count(CASE WHEN created_on > c.as_of - 30 THEN 1 END) AS added_last_30_days
FROM _scope_items
CROSS JOIN context AS c
GROUP BY project_id
UNION ALL
SELECT
    t.project_id,
    0 AS items,
    0 AS estimated_items,
    0 AS frozen_items,
    sum(t.baseline_hours) AS frozen_hours,
    sum(coalesce(t.baseline_hours, t.estimate_hours)) AS current_hours,
    count(CASE WHEN t.baseline_finish IS NULL THEN 1 END) AS added_items,
    CAST(NULL AS BIGINT) AS added_last_30_days
FROM _plan_tasks AS t
WHERE t.has_baseline AND NOT t.is_milestone AND t.project_id NOT IN (SELECT s.project_id FROM _scope_items AS s)
GROUP BY t.project_id
