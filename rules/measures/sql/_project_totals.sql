-- What the plans of each initiative say together, and which kinds of tools stand behind it.
SELECT
    s.project_id,
    bool_or(s.origin = 'plan') AS has_plan,
    bool_or(s.origin = 'tracker') AS has_tracker,
    bool_or(b.source_project_id IS NOT NULL) AS has_baseline,
    bool_or(booked.source IS NOT NULL) AS has_time_source,
    coalesce(min(CASE WHEN s.origin = 'plan' THEN p.start_date END), min(p.start_date)) AS start_date,
    coalesce(
        max(CASE WHEN s.origin = 'plan' THEN coalesce(p.actual_finish_date, p.finish_date) END), max(p.finish_date)
    ) AS finish_date,
    CASE WHEN count(CASE WHEN s.origin = 'plan' AND p.actual_finish_date IS NULL THEN 1 END) = 0
        THEN max(CASE WHEN s.origin = 'plan' THEN p.actual_finish_date END) END AS actual_finish_date,
    min(CASE WHEN s.origin = 'plan' THEN s.status_date END) AS status_date,
    min(b.start_date) AS baseline_start_date,
    max(b.finish_date) AS baseline_finish_date,
    max(b.taken_on) AS baseline_taken_on,
    CASE WHEN count(CASE WHEN s.origin = 'plan' AND p.planned_cost IS NULL THEN 1 END) = 0
        THEN CAST(sum(CASE WHEN s.origin = 'plan' THEN p.planned_cost END) AS DECIMAL(18, 4)) END AS planned_cost,
    CASE WHEN count(CASE WHEN s.origin = 'plan' AND p.actual_cost IS NULL THEN 1 END) = 0
        THEN CAST(
            sum(CASE WHEN s.origin = 'plan' THEN p.actual_cost END)
            + max(CASE WHEN c.project_id IS NULL THEN 0 ELSE c.actual_cost END) AS DECIMAL(18, 4)
        ) END AS actual_cost,
    CASE WHEN count(CASE WHEN s.origin = 'plan' AND p.planned_hours IS NULL THEN 1 END) = 0
        THEN CAST(sum(CASE WHEN s.origin = 'plan' THEN p.planned_hours END) AS DECIMAL(14, 2)) END AS planned_hours,
    CAST(sum(coalesce(nullif(b.project_cost, 0), nullif(v.bac_cost, 0))) AS DECIMAL(18, 4)) AS baseline_cost
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
LEFT JOIN _plan_baselines AS b ON b.source_project_id = s.source_project_id
LEFT JOIN _plan_totals AS v ON v.source_project_id = s.source_project_id
LEFT JOIN (SELECT DISTINCT project_source AS source FROM _time_sources) AS booked ON booked.source = s.source
LEFT JOIN _carried AS c ON c.project_id = s.project_id
GROUP BY s.project_id
