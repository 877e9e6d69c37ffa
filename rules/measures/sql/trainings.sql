-- The latest record of each course of those who manage an initiative or are assigned to open work of its plan.
SELECT
    r.training_id,
    t.project_id,
    t.person_id,
    t.person_name,
    t.is_manager,
    r.course,
    r.completed_on,
    r.expires_on,
    r.mandatory,
    date_diff('day', c.as_of, r.expires_on) AS days_left,
    r.origin
FROM (
    SELECT project_id, person_id, min(person_name) AS person_name, bool_or(is_manager) AS is_manager
    FROM (
        SELECT project_id, manager_id AS person_id, manager_name AS person_name, TRUE AS is_manager FROM projects
        UNION ALL
        SELECT project_id, person_id, person_name, FALSE AS is_manager
        FROM allocations
        WHERE status_category IS DISTINCT FROM 'done'
    ) AS people
    WHERE person_id IS NOT NULL
    GROUP BY project_id, person_id
) AS t
CROSS JOIN context AS c
JOIN (
    SELECT
        n.id AS training_id,
        p.person_id,
        n.course,
        n.completed_on,
        n.expires_on,
        n.mandatory,
        n.origin,
        row_number() OVER (
            PARTITION BY p.person_id, lower(trim(n.course))
            ORDER BY n.completed_on DESC NULLS LAST, n.expires_on DESC NULLS FIRST, n.id
        ) AS position
    FROM training_record AS n
    JOIN _people AS p ON p.account_id = n.account_id
    WHERE n.deleted_at IS NULL AND n.id NOT IN (SELECT id FROM doubled_row)
        AND p.person_id IS NOT NULL
) AS r ON r.person_id = t.person_id AND r.position = 1
