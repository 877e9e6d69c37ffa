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
    SELECT project_id, person_id, person_name, spent_on, source, CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS hours
    FROM _time
    WHERE person_id IS NOT NULL AND counted_hours > 0
    GROUP BY project_id, person_id, person_name, spent_on, source
) AS t
GROUP BY t.project_id, t.person_id, t.spent_on, t.hours
HAVING count(*) > 1
