-- Projects of the tools as the network step takes them. Days count from 1970, amounts of time are minutes.
SELECT
    s.source_project_id AS project_id,
    s.origin = 'plan' AS is_plan,
    s.origin = 'tracker' OR k.keeps_links AS keeps_links,
    date_diff('day', DATE '1970-01-01', p.start_date) AS start_day,
    date_diff('day', DATE '1970-01-01', s.status_date) AS status_day,
    date_diff('day', DATE '1970-01-01', b.finish_date) AS baseline_finish_day,
    p.calendar_id,
    p.time_zone,
    CAST(round(p.hours_per_day * 60) AS BIGINT) AS minutes_per_day
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
JOIN _habits AS k ON k.source_project_id = s.source_project_id
LEFT JOIN _plan_baselines AS b ON b.source_project_id = s.source_project_id
