-- Work that is done: of trackers, and of plans where a project has no tracker. Sub-tasks are accepted with what they are
-- part of.
SELECT
    i.item_id,
    i.project_id,
    i.source,
    i.key,
    i.title,
    i.kind,
    i.resolved_on,
    w.acceptance,
    CASE WHEN trim(w.acceptance) <> '' THEN TRUE WHEN c.source IS NULL THEN FALSE END AS is_accepted
FROM _items AS i
JOIN work_item AS w ON w.id = i.item_id
JOIN _project_totals AS t ON t.project_id = i.project_id
LEFT JOIN capability AS c
    ON c.source = i.source AND c.table_name = 'work_item' AND c.column_name = 'acceptance' AND c.state = 'not_available'
WHERE i.status_category = 'done'
    AND i.kind IN ('story', 'task', 'bug')
    AND i.is_active
    AND w.is_summary IS DISTINCT FROM TRUE
    AND (i.origin = 'tracker' OR NOT t.has_tracker)
