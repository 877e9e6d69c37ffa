-- When value was to be earned, by first and last day: what the curve of planned value is made of. Tasks of equal days
-- are one row, so that nothing depends on the order of tasks. Amounts in ten-thousandths, which double precision adds
-- without rounding. A tracker's items earn by halves on their two days; time runs from the first day on which one was to
-- begin, else was written.
SELECT
    t.project_id,
    t.baseline_start AS start_on,
    t.baseline_finish AS finish_on,
    CAST(sum(CASE v.basis WHEN 'cost' THEN t.baseline_cost ELSE t.baseline_hours END) * 10000 AS BIGINT) AS amount
FROM _plan_tasks AS t
JOIN _values AS v ON v.project_id = t.project_id
WHERE t.has_baseline AND CASE v.basis WHEN 'cost' THEN t.baseline_cost WHEN 'hours' THEN t.baseline_hours END <> 0
GROUP BY t.project_id, t.baseline_start, t.baseline_finish
UNION ALL
SELECT
    p.project_id,
    CAST(NULL AS DATE) AS start_on,
    p.day AS finish_on,
    CAST(
        coalesce(sum(CASE s.basis WHEN 'hours' THEN p.hours WHEN 'points' THEN p.points ELSE 1 END), 0) * 5000 AS BIGINT
    ) AS amount
FROM (
    SELECT project_id, begins_on AS day, hours, points FROM _planned_work
    UNION ALL
    SELECT project_id, planned_on AS day, hours, points FROM _planned_work
) AS p
JOIN _planned_sums AS s ON s.project_id = p.project_id
GROUP BY p.project_id, p.day
UNION ALL
SELECT
    p.project_id,
    min(least(CASE WHEN p.begins_on = p.planned_on THEN p.created_on ELSE p.begins_on END, p.planned_on)) AS start_on,
    min(least(CASE WHEN p.begins_on = p.planned_on THEN p.created_on ELSE p.begins_on END, p.planned_on)) AS finish_on,
    CAST(0 AS BIGINT) AS amount
FROM _planned_work AS p
JOIN _planned_sums AS s ON s.project_id = p.project_id
GROUP BY p.project_id
