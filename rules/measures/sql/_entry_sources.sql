-- Which source books time on which project of the tools; an entry may leave its project to its item.
SELECT e.source, e.source_project_id
FROM (
    SELECT source, project_id AS source_project_id
    FROM time_entry
    WHERE deleted_at IS NULL AND project_id IS NOT NULL
    UNION
    SELECT t.source, w.project_id AS source_project_id
    FROM work_item AS w
    JOIN (
        SELECT DISTINCT source, work_item_id FROM time_entry WHERE deleted_at IS NULL AND project_id IS NULL
    ) AS t ON t.work_item_id = w.id
) AS e
LEFT JOIN capability AS c
    ON c.source = e.source AND c.table_name = 'time_entry' AND c.column_name = 'hours' AND c.state = 'not_available'
WHERE c.source IS NULL
