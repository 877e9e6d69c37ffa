-- Dependencies and blocks, with the circles that they are part of.
SELECT
    l.link_id,
    l.project_id,
    l.from_item_id,
    l.to_item_id,
    l.from_project_id,
    l.to_project_id,
    l.kind,
    l.dependency_type,
    l.lag_days,
    l.crosses_projects,
    l.from_title,
    l.to_title,
    l.from_status_category,
    l.to_status_category,
    l.from_finish_date,
    l.to_start_date,
    l.from_assignee_id,
    l.is_open_logic,
    k.item_circle,
    k.project_circle
FROM _links AS l
LEFT JOIN _link_circles AS k ON k.link_id = l.link_id
