-- Dependencies and blocks. A link belongs to the initiative of its successor, who is hurt by it; to the predecessor's
-- where the successor is held elsewhere. A successor without a start needs its input by its own due date at the latest.
SELECT
    l.id AS link_id,
    coalesce(b.project_id, a.project_id) AS project_id,
    l.from_id AS from_item_id,
    l.to_id AS to_item_id,
    a.project_id AS from_project_id,
    b.project_id AS to_project_id,
    l.kind,
    l.dependency_type,
    CAST(l.lag_hours / 8 AS DECIMAL(12, 2)) AS lag_days,
    a.project_id <> b.project_id AS crosses_projects,
    a.title AS from_title,
    b.title AS to_title,
    a.status_category AS from_status_category,
    b.status_category AS to_status_category,
    coalesce(a.actual_finish_date, a.due_date) AS from_finish_date,
    coalesce(b.actual_start_date, b.start_date, b.due_date) AS to_start_date,
    CASE WHEN p.account_id IS NULL THEN a.account_id ELSE p.person_id END AS from_assignee_id,
    p.name AS from_assignee_name,
    coalesce(CASE WHEN a.origin = 'tracker' THEN a.key END, a.title) AS from_label,
    coalesce(CASE WHEN b.origin = 'tracker' THEN b.key END, b.title) AS to_label,
    a.key AS from_key,
    b.key AS to_key,
    s.key AS from_project_key,
    s.name AS from_project_name,
    c.key AS to_project_key,
    c.name AS to_project_name,
    coalesce(b.start_date, b.due_date) AS to_planned_start_date,
    coalesce(
        l.kind = 'depends' AND b.origin = 'plan' AND a.is_active AND b.is_active AND b.status_category <> 'done', FALSE
    ) AS is_open_logic
FROM work_item_link AS l
LEFT JOIN (
    SELECT i.item_id, i.project_id, i.origin, i.key, i.title, i.status_category, i.account_id, i.is_active, i.start_date,
        i.due_date, i.actual_start_date, i.actual_finish_date
    FROM _items AS i
    JOIN (SELECT DISTINCT from_id FROM work_item_link WHERE deleted_at IS NULL AND kind IN ('depends', 'blocks')) AS e
        ON e.from_id = i.item_id
) AS a ON a.item_id = l.from_id
LEFT JOIN (
    SELECT i.item_id, i.project_id, i.origin, i.key, i.title, i.status_category, i.account_id, i.is_active, i.start_date,
        i.due_date, i.actual_start_date, i.actual_finish_date
    FROM _items AS i
    JOIN (SELECT DISTINCT to_id FROM work_item_link WHERE deleted_at IS NULL AND kind IN ('depends', 'blocks')) AS e
        ON e.to_id = i.item_id
) AS b ON b.item_id = l.to_id
LEFT JOIN _people AS p ON p.account_id = a.account_id
LEFT JOIN initiative AS s ON s.id = a.project_id
LEFT JOIN initiative AS c ON c.id = b.project_id
LEFT JOIN (SELECT id FROM work_item WHERE deleted_at IS NOT NULL) AS x ON x.id = l.from_id
LEFT JOIN (SELECT id FROM work_item WHERE deleted_at IS NOT NULL) AS y ON y.id = l.to_id
WHERE
    l.deleted_at IS NULL
    AND x.id IS NULL
    AND y.id IS NULL
    AND l.kind IN ('depends', 'blocks')
    AND coalesce(b.project_id, a.project_id) IS NOT NULL
