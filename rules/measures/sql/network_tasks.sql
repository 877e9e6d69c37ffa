-- Tasks with their place in the network. What the tool says of itself stands beside what was computed. A date in the past
-- or in the future is told by the status date that the plan states; without one it is not known.
SELECT
    i.item_id,
    i.project_id,
    i.source_project_id,
    i.source,
    i.origin,
    i.key,
    w.url,
    i.title,
    i.status_category,
    i.is_milestone,
    i.start_date,
    i.due_date,
    i.actual_start_date,
    i.actual_finish_date,
    i.status_date,
    CASE
        WHEN i.status_date IS NULL THEN NULL
        WHEN i.status_category = 'done' THEN FALSE
        WHEN i.actual_start_date IS NULL THEN i.start_date < i.status_date OR i.due_date < i.status_date
        ELSE i.due_date < i.status_date
    END AS forecast_in_past,
    CASE
        WHEN i.status_date IS NOT NULL
            THEN coalesce(i.actual_start_date > i.status_date, FALSE)
                OR coalesce(i.actual_finish_date > i.status_date, FALSE)
    END AS actual_in_future,
    n.early_start_date,
    n.early_finish_date,
    n.late_start_date,
    n.late_finish_date,
    CAST(n.total_float_minutes / 480 AS DECIMAL(12, 2)) AS total_float_days,
    CAST(n.free_float_minutes / 480 AS DECIMAL(12, 2)) AS free_float_days,
    CAST(w.total_slack_hours / 8 AS DECIMAL(12, 2)) AS tool_float_days,
    n.total_float_minutes <= 0 AS is_critical,
    n.on_longest_path,
    n.problem
FROM _logic_tasks AS t
JOIN _items AS i ON i.item_id = t.item_id
JOIN work_item AS w ON w.id = t.item_id
LEFT JOIN _network AS n ON n.item_id = t.item_id
WHERE NOT t.is_external AND (t.is_leaf OR i.origin = 'tracker')
