-- Hours of one person on one project and day, by the source that they were booked in, which `time_entries` does not tell.
-- Only of projects on which several sources book: elsewhere nothing can be booked twice.
SELECT
    t.project_id,
    t.person_id,
    t.spent_on,
    t.source,
    min(t.person_name) AS person_name,
    CAST(sum(t.counted_hours) AS DECIMAL(14, 2)) AS hours,
    CASE WHEN count(DISTINCT i.item_id) > 1
        THEN concat(min(coalesce(CASE WHEN i.origin = 'tracker' THEN i.key END, i.title)), ' …')
        ELSE min(coalesce(CASE WHEN i.origin = 'tracker' THEN i.key END, i.title)) END AS items
FROM _booked AS t
JOIN (
    SELECT s.project_id
    FROM _entry_sources AS e
    JOIN (
        SELECT project_id, source_project_id FROM _source_projects
        UNION ALL
        SELECT project_id, source_project_id FROM _histories
    ) AS s ON s.source_project_id = e.source_project_id
    GROUP BY s.project_id
    HAVING count(DISTINCT e.source) > 1
) AS several ON several.project_id = t.project_id
LEFT JOIN _items AS i ON i.item_id = t.work_item_id
WHERE t.person_id IS NOT NULL AND t.counted_hours > 0
GROUP BY t.project_id, t.person_id, t.spent_on, t.source
