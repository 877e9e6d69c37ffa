-- Earned value sums of each plan that has a baseline, in cost and in hours. A sum is null while one of its parts is not
-- known: a part counts as known when it is there or when its baseline is zero.
SELECT
    project_id,
    source_project_id,
    min(status_date) AS status_date,
    sum(baseline_cost) AS bac_cost,
    CASE WHEN count(CASE WHEN baseline_cost <> 0 AND pv_cost IS NULL THEN 1 END) = 0 THEN sum(pv_cost) END AS pv_cost,
    CASE WHEN count(CASE WHEN baseline_cost <> 0 AND ev_cost IS NULL THEN 1 END) = 0 THEN sum(ev_cost) END AS ev_cost,
    sum(actual_cost) AS ac_cost,
    sum(baseline_hours) AS bac_hours,
    CASE WHEN count(CASE WHEN baseline_hours <> 0 AND pv_hours IS NULL THEN 1 END) = 0 THEN sum(pv_hours) END AS pv_hours,
    CASE WHEN count(CASE WHEN baseline_hours <> 0 AND ev_hours IS NULL THEN 1 END) = 0 THEN sum(ev_hours) END AS ev_hours,
    sum(actual_hours) AS ac_hours
FROM _plan_tasks
WHERE has_baseline
GROUP BY project_id, source_project_id
