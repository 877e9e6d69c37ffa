-- The first gate passed per initiative: lowest in the order of gates, then earliest.
SELECT project_id, decided_on AS approved_on, decided_by AS approved_by
FROM (
    SELECT
        s.project_id,
        g.decided_on,
        coalesce(p.name, g.decided_by) AS decided_by,
        row_number() OVER (
            PARTITION BY s.project_id ORDER BY g.sequence NULLS LAST, g.decided_on NULLS LAST, g.id
        ) AS position
    FROM gate AS g
    JOIN _owners AS s ON s.owner_id = g.project_id
    LEFT JOIN _people AS p ON p.account_id = g.decided_by
    WHERE g.deleted_at IS NULL AND g.state = 'passed' AND g.id NOT IN (SELECT id FROM doubled_row)
) AS passed
WHERE position = 1
