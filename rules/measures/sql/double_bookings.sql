-- As many hours of one person on one day and one initiative in two sources: the same work, booked twice. Both count until
-- one of them goes: which of them is right nobody tells.
SELECT
    t.project_id,
    t.person_id,
    min(t.person_name) AS person_name,
    t.spent_on,
    t.hours,
    min(t.source) AS first_source,
    max(t.source) AS second_source
FROM (
    SELECT
        e.project_id,
        e.person_id,
        e.person_name,
        e.spent_on,
        e.source,
        CAST(sum(e.counted_hours) AS DECIMAL(14, 2)) AS hours
    FROM _time AS e
    JOIN (
        SELECT project_id FROM _time GROUP BY project_id HAVING min(source) <> max(source)
    ) AS several ON several.project_id = e.project_id
    WHERE e.person_id IS NOT NULL AND e.counted_hours > 0
    GROUP BY e.project_id, e.person_id, e.person_name, e.spent_on, e.source
) AS t
GROUP BY t.project_id, t.person_id, t.spent_on, t.hours
HAVING count(*) > 1
