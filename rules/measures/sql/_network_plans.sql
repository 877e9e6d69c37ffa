-- Plans with what their networks say of the whole, and where each stands among the plans of its initiative: what cannot
-- be told of an unfinished plan comes first, then what is worst.
SELECT
    t.*,
    row_number() OVER (
        PARTITION BY t.project_id
        ORDER BY CASE WHEN t.open_tasks > 0 AND t.cpli IS NULL THEN 0 ELSE 1 END, t.cpli NULLS LAST, t.source_project_id
    ) AS by_cpli,
    row_number() OVER (
        PARTITION BY t.project_id
        ORDER BY
            CASE WHEN t.open_tasks > 0 AND t.test_gap_minutes IS NULL THEN 0 ELSE 1 END,
            t.test_gap_minutes DESC NULLS LAST,
            t.source_project_id
    ) AS by_test
FROM (
    SELECT
        s.source_project_id,
        s.project_id,
        s.status_date,
        b.finish_date AS baseline_finish_date,
        n.early_finish_date,
        n.path_minutes,
        n.total_float_minutes,
        n.delayed_id,
        n.moved_minutes,
        abs(n.moved_minutes - 600 * 480) AS test_gap_minutes,
        n.is_calendar_stated,
        coalesce(c.tasks, 0) AS tasks,
        coalesce(c.open_tasks, 0) AS open_tasks,
        coalesce(c.problem_tasks, 0) AS problem_tasks,
        c.critical_tasks,
        c.longest_path_tasks,
        CASE
            WHEN c.open_tasks > 0 AND n.path_minutes > 0
                THEN CAST((n.path_minutes + n.total_float_minutes) / nullif(n.path_minutes, 0) AS DOUBLE)
        END AS cpli
    FROM _network AS n
    JOIN _source_projects AS s ON s.source_project_id = n.source_project_id
    LEFT JOIN _plan_baselines AS b ON b.source_project_id = n.source_project_id
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
) AS t
