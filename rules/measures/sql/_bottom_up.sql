-- What the tools themselves estimate for the rest, only in the unit and from the hand that AC comes from: the plan's
-- remaining cost beside its actual cost, its remaining work beside its actual work, the tracker's remaining estimates
-- beside booked hours. One open task without an estimate, and the rest is not known.
SELECT
    project_id,
    'plan_actuals' AS ac_method,
    CASE WHEN count(CASE WHEN planned_cost IS NULL OR actual_cost IS NULL THEN 1 END) = 0
        THEN sum(CASE WHEN planned_cost > actual_cost THEN planned_cost - actual_cost ELSE 0 END) END AS rest
FROM _items
WHERE origin = 'plan' AND is_active AND NOT is_record AND is_leaf
GROUP BY project_id
UNION ALL
SELECT
    project_id,
    'plan_hours' AS ac_method,
    CASE WHEN count(CASE WHEN estimate_hours IS NULL OR spent_hours IS NULL THEN 1 END) = 0
        THEN sum(CASE WHEN estimate_hours > spent_hours THEN estimate_hours - spent_hours ELSE 0 END) END AS rest
FROM _items
WHERE origin = 'plan' AND is_active AND NOT is_record AND is_leaf
GROUP BY project_id
UNION ALL
SELECT
    project_id,
    'booked_hours' AS ac_method,
    CASE WHEN count(CASE WHEN NOT is_done AND remaining_hours IS NULL THEN 1 END) = 0
        THEN sum(CASE WHEN is_done THEN 0 ELSE remaining_hours END) END AS rest
FROM _planned_work
GROUP BY project_id
