-- Items below others, with the dates of both.
SELECT
    i.item_id,
    i.project_id,
    i.source_project_id,
    i.source,
    i.origin,
    w.key,
    w.url,
    w.title,
    w.status_category,
    w.start_date,
    w.due_date,
    i.parent_id,
    a.key AS parent_key,
    a.title AS parent_title,
    a.status_category AS parent_status_category,
    a.start_date AS parent_start_date,
    a.due_date AS parent_due_date,
    CASE
        WHEN w.start_date < a.start_date THEN date_diff('day', w.start_date, a.start_date)
        WHEN w.start_date >= a.start_date THEN 0
    END AS early_days,
    CASE
        WHEN w.due_date > a.due_date THEN date_diff('day', a.due_date, w.due_date)
        WHEN w.due_date <= a.due_date THEN 0
    END AS late_days
FROM work_item AS w
JOIN _items AS i ON i.item_id = w.id
JOIN (
    SELECT p.item_id, p.key, p.title, p.status_category, p.start_date, p.due_date
    FROM _items AS p
    JOIN (SELECT DISTINCT parent_id FROM _items) AS children ON children.parent_id = p.item_id
    WHERE NOT p.is_record AND p.is_active
) AS a ON a.item_id = i.parent_id
WHERE NOT i.is_record AND i.is_active
