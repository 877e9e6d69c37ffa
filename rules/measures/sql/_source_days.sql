-- Hours of one person on one project and day, by the source that they were booked in, which `time_entries` does not tell.
SELECT
    t.project_id,
    t.person_id,
    t.spent_on,
    t.source,
    min(t.person_name) AS person_name,
    CAST(sum(t.counted_hours) AS DECIMAL(14, 2)) AS hours,
    CASE WHEN count(DISTINCT t.item_id) > 1
        THEN concat(min(coalesce(CASE WHEN i.origin = 'tracker' THEN i.key END, i.title)), ' …')
        ELSE min(coalesce(CASE WHEN i.origin = 'tracker' THEN i.key END, i.title)) END AS items
FROM _booked AS t
LEFT JOIN _items AS i ON i.item_id = t.item_id
WHERE t.person_id IS NOT NULL AND t.counted_hours > 0
GROUP BY t.project_id, t.person_id, t.spent_on, t.source
