-- People assigned to items of plans. Material and cost resources are not people; a generic one is a place not staffed.
SELECT
    n.id AS assignment_id,
    i.project_id,
    i.item_id,
    i.title AS item_title,
    i.status_category,
    CASE WHEN p.account_id IS NULL THEN n.account_id ELSE p.person_id END AS person_id,
    CASE WHEN p.person_id IS NOT NULL THEN p.name END AS person_name,
    CASE WHEN p.person_id IS NOT NULL THEN p.active END AS person_active,
    coalesce(n.start_date, i.start_date) AS start_date,
    coalesce(n.finish_date, i.due_date) AS finish_date,
    n.planned_hours,
    n.actual_hours,
    n.remaining_hours
FROM assignment AS n
JOIN _items AS i ON i.item_id = n.work_item_id
LEFT JOIN _people AS p ON p.account_id = n.account_id
WHERE n.deleted_at IS NULL AND i.is_active AND coalesce(p.is_thing, FALSE) = FALSE
