-- Which source books the time of which initiative: a tracker may leave that to a tool of its own.
SELECT DISTINCT
    s.project_id,
    s.source AS project_source,
    t.source AS time_source
FROM time_entry AS t
LEFT JOIN work_item AS w ON w.id = t.work_item_id
JOIN _source_projects AS s ON s.source_project_id = coalesce(t.project_id, w.project_id)
LEFT JOIN capability AS c
    ON c.source = t.source AND c.table_name = 'time_entry' AND c.column_name = 'hours' AND c.state = 'not_available'
WHERE t.deleted_at IS NULL
    AND c.source IS NULL
