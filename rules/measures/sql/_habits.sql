-- What each source keeps, so that nothing found can be told from nothing kept.
SELECT
    s.source_project_id,
    booked.source IS NOT NULL AS keeps_time,
    changed.source IS NOT NULL AS keeps_history,
    s.origin = 'plan' AND barred.source IS NULL OR linked.project_id IS NOT NULL AS keeps_links
FROM _source_projects AS s
LEFT JOIN (SELECT DISTINCT project_source AS source FROM _time_sources) AS booked ON booked.source = s.source
LEFT JOIN (SELECT DISTINCT source FROM field_change WHERE deleted_at IS NULL) AS changed ON changed.source = s.source
LEFT JOIN (
    SELECT DISTINCT source
    FROM capability
    WHERE
        state = 'not_available' AND table_name = 'work_item_link'
        AND column_name IN ('id', 'from_id', 'to_id', 'kind')
) AS barred ON barred.source = s.source
LEFT JOIN (
    SELECT DISTINCT i.source_project_id AS project_id
    FROM work_item_link AS l
    JOIN _items AS i ON i.item_id = l.to_id
    WHERE l.deleted_at IS NULL AND l.kind = 'depends'
) AS linked ON linked.project_id = s.source_project_id
