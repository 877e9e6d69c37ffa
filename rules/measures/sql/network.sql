-- What the networks of an initiative's plans say. Of several plans, the index and the test are those of the plan of which
-- they cannot be told, else of the one where they are worst.
SELECT
    a.project_id,
    a.tasks,
    a.open_tasks,
    a.problem_tasks,
    a.critical_tasks,
    a.longest_path_tasks,
    a.finish_date,
    i.status_date,
    i.baseline_finish_date,
    CAST(i.path_minutes / 480 AS DECIMAL(12, 2)) AS path_days,
    CAST(i.total_float_minutes / 480 AS DECIMAL(12, 2)) AS finish_float_days,
    i.cpli,
    t.delayed_id AS delayed_item_id,
    d.title AS delayed_title,
    CAST(CASE WHEN t.delayed_id IS NOT NULL THEN 600 END AS DECIMAL(12, 2)) AS delay_days,
    CAST(t.moved_minutes / 480 AS DECIMAL(12, 2)) AS moved_days,
    CAST(t.test_gap_minutes / 480 AS DECIMAL(12, 2)) AS test_gap_days,
    a.is_calendar_stated
FROM (
    SELECT
        project_id,
        CAST(sum(tasks) AS BIGINT) AS tasks,
        CAST(sum(open_tasks) AS BIGINT) AS open_tasks,
        CAST(sum(problem_tasks) AS BIGINT) AS problem_tasks,
        CASE WHEN count(critical_tasks) = count(*) THEN CAST(sum(critical_tasks) AS BIGINT) END AS critical_tasks,
        CASE WHEN count(longest_path_tasks) = count(*) THEN CAST(sum(longest_path_tasks) AS BIGINT) END
            AS longest_path_tasks,
        CASE WHEN count(early_finish_date) = count(*) THEN max(early_finish_date) END AS finish_date,
        count(CASE WHEN is_calendar_stated THEN NULL ELSE 1 END) = 0 AS is_calendar_stated
    FROM _network_plans
    GROUP BY project_id
) AS a
JOIN _network_plans AS i ON i.project_id = a.project_id AND i.by_cpli = 1
JOIN _network_plans AS t ON t.project_id = a.project_id AND t.by_test = 1
LEFT JOIN _items AS d ON d.item_id = t.delayed_id
