-- Dependencies between projects, seen from the one that waits. How a red project reaches here is told over open
-- dependencies only. A consumer waits since the day on which it was to begin without what it needs.
SELECT
    l.link_id,
    l.to_project_id AS project_id,
    l.from_project_id AS supplier_project_id,
    l.from_project_key AS supplier_project_key,
    l.from_project_name AS supplier_project_name,
    l.to_project_key AS consumer_project_key,
    l.from_item_id AS supplier_item_id,
    l.from_key AS supplier_item_key,
    l.from_title AS supplier_title,
    l.from_status_category AS supplier_status_category,
    l.from_assignee_name AS supplier_assignee_name,
    l.from_finish_date AS supplier_finish_date,
    l.to_item_id AS consumer_item_id,
    l.to_key AS consumer_item_key,
    l.to_title AS consumer_title,
    l.to_status_category AS consumer_status_category,
    l.to_start_date AS consumer_start_date,
    l.kind,
    l.dependency_type,
    l.lag_days,
    CASE
        WHEN l.from_status_category = 'done' OR l.to_status_category = 'done' THEN FALSE
        WHEN l.from_status_category IS NOT NULL AND l.to_status_category IS NOT NULL THEN TRUE
    END AS is_open,
    CASE WHEN coalesce(l.dependency_type, 'FS') = 'FS' THEN date_diff('day', l.from_finish_date, l.to_start_date) END
        AS slack_days,
    k.item_circle,
    k.project_circle,
    k.item_circle IS NOT NULL AS in_cycle,
    CASE
        WHEN l.from_status_category <> 'done' AND l.to_status_category = 'todo' AND l.to_planned_start_date <= x.as_of
            THEN l.to_planned_start_date
    END AS blocked_since,
    CASE
        WHEN l.from_status_category <> 'done' AND l.to_status_category = 'todo' AND l.to_planned_start_date <= x.as_of
            THEN date_diff('day', l.to_planned_start_date, x.as_of)
    END AS blocked_days,
    r.is_red AS supplier_is_red,
    CASE WHEN r.is_red THEN r.red_by END AS supplier_red_by,
    CASE WHEN l.from_status_category IS DISTINCT FROM 'done' AND l.to_status_category IS DISTINCT FROM 'done'
        THEN c.steps + 1 END AS red_steps,
    CASE WHEN l.from_status_category IS DISTINCT FROM 'done' AND l.to_status_category IS DISTINCT FROM 'done'
        THEN concat(c.way, ' → ', l.to_project_key) END AS red_way,
    coalesce(o.onward_projects, 0) AS onward_projects
FROM _links AS l
CROSS JOIN context AS x
LEFT JOIN _link_circles AS k ON k.link_id = l.link_id
LEFT JOIN _red_projects AS r ON r.project_id = l.from_project_id
LEFT JOIN _contagion AS c ON c.project_id = l.from_project_id AND c.steps IS NOT NULL
LEFT JOIN _contagion AS o ON o.project_id = l.to_project_id
WHERE l.crosses_projects
