-- Who is asked about: those who manage a project, are planned with, booked time, or stand in a table of staff or skills.
SELECT
    k.person_id,
    min(p.name) AS name,
    bool_or(p.active) AS is_active,
    max(p.max_units_ratio) AS units_ratio
FROM (
    SELECT q.person_id
    FROM assignment AS n
    JOIN _items AS i ON i.item_id = n.work_item_id
    JOIN _people AS q ON q.account_id = n.account_id
    WHERE n.deleted_at IS NULL AND i.is_active AND NOT q.is_thing
    UNION
    SELECT person_id FROM _time WHERE person_id IS NOT NULL
    UNION
    SELECT q.person_id
    FROM _profiles AS t
    JOIN _people AS q ON q.account_id = t.manager_id
    UNION
    SELECT q.person_id
    FROM staff_member AS s
    JOIN _people AS q ON q.account_id = s.account_id
    WHERE s.deleted_at IS NULL AND s.id NOT IN (SELECT id FROM doubled_row)
    UNION
    SELECT q.person_id
    FROM skill AS s
    JOIN _people AS q ON q.account_id = s.account_id
    WHERE s.deleted_at IS NULL AND s.id NOT IN (SELECT id FROM doubled_row)
) AS k
JOIN _people AS p ON p.person_id = k.person_id
JOIN (SELECT count(*) AS n FROM _source_projects) AS there ON there.n > 0
GROUP BY k.person_id
