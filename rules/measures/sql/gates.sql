-- Decision points; who decided is shown by name where the tool gives an account. Gates are in order within the project of
-- the tool, or the table, that keeps them: each tool has a sequence of its own.
SELECT
    r.id AS gate_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.name,
    r.sequence,
    r.state,
    r.planned_on,
    r.decided_on,
    coalesce(p.name, r.decided_by) AS decided_by,
    r.origin,
    CASE WHEN r.state = 'passed' AND r.sequence IS NOT NULL THEN coalesce(before.earlier_open, 0) END AS earlier_open
FROM gate AS r
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.decided_by
LEFT JOIN (
    SELECT
        g.id,
        count(CASE WHEN e.state IS DISTINCT FROM 'passed' OR e.decided_on > g.decided_on THEN 1 END) AS earlier_open
    FROM gate AS g
    JOIN gate AS e ON e.project_id = g.project_id AND e.sequence < g.sequence
    LEFT JOIN work_item AS held ON held.id = e.work_item_id
    WHERE e.deleted_at IS NULL AND held.deleted_at IS NULL AND e.id NOT IN (SELECT id FROM doubled_row)
    GROUP BY g.id
) AS before ON before.id = r.id
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
