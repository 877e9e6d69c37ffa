-- Plans with what their networks say of the whole: the finish that dependencies lead to, the way there, the test of it.
SELECT
    s.source_project_id,
    s.project_id,
    s.source,
    p.name,
    coalesce(c.tasks, 0) AS tasks,
    coalesce(c.open_tasks, 0) AS open_tasks,
    coalesce(c.problem_tasks, 0) AS problem_tasks,
    c.critical_tasks,
    c.longest_path_tasks,
    s.status_date,
    b.finish_date AS baseline_finish_date,
    coalesce(p.actual_finish_date, p.finish_date) AS tool_finish_date,
    n.early_finish_date AS finish_date,
    CAST(n.path_minutes / 480 AS DECIMAL(12, 2)) AS path_days,
    CAST(n.total_float_minutes / 480 AS DECIMAL(12, 2)) AS finish_float_days,
    CASE
        WHEN c.open_tasks > 0 AND n.path_minutes > 0
            THEN CAST((n.path_minutes + n.total_float_minutes) / nullif(n.path_minutes, 0) AS DOUBLE)
    END AS cpli,
    n.delayed_id AS delayed_item_id,
    d.title AS delayed_title,
    CAST(CASE WHEN n.delayed_id IS NOT NULL THEN 600 END AS DECIMAL(12, 2)) AS delay_days,
    CAST(n.moved_minutes / 480 AS DECIMAL(12, 2)) AS moved_days,
    CAST(abs(n.moved_minutes - 600 * 480) / 480 AS DECIMAL(12, 2)) AS test_gap_days,
    n.is_calendar_stated
FROM _network AS n
JOIN _source_projects AS s ON s.source_project_id = n.source_project_id
JOIN project AS p ON p.id = n.source_project_id
LEFT JOIN _plan_baselines AS b ON b.source_project_id = n.source_project_id
LEFT JOIN _items AS d ON d.item_id = n.delayed_id
LEFT JOIN (
    SELECT
        source_project_id,
        count(*) AS tasks,
        count(CASE WHEN status_category = 'done' THEN NULL ELSE 1 END) AS open_tasks,
        count(problem) AS problem_tasks,
        CASE WHEN count(problem) = 0 THEN count(CASE WHEN is_critical THEN 1 END) END AS critical_tasks,
        CASE WHEN count(problem) = 0 THEN count(CASE WHEN on_longest_path THEN 1 END) END AS longest_path_tasks
    FROM network_tasks
    GROUP BY source_project_id
) AS c ON c.source_project_id = n.source_project_id
WHERE n.item_id IS NULL
