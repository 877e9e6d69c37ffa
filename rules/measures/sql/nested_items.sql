-- Items below others, with the dates of both.
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
    i.start_date,
    i.due_date,
    i.parent_id,
    a.key AS parent_key,
    a.title AS parent_title,
    a.status_category AS parent_status_category,
    a.start_date AS parent_start_date,
    a.due_date AS parent_due_date,
    CASE
        WHEN i.start_date < a.start_date THEN date_diff('day', i.start_date, a.start_date)
        WHEN i.start_date >= a.start_date THEN 0
    END AS early_days,
    CASE
        WHEN i.due_date > a.due_date THEN date_diff('day', a.due_date, i.due_date)
        WHEN i.due_date <= a.due_date THEN 0
    END AS late_days
FROM _items AS i
JOIN work_item AS w ON w.id = i.item_id
JOIN _items AS a ON a.item_id = i.parent_id
WHERE NOT i.is_record AND NOT a.is_record AND i.is_active AND a.is_active
