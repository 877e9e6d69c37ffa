-- Decision points; who decided is shown by name where the tool gives an account.
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
    coalesce(p.name, r.decided_by) AS decided_by
FROM gate AS r
JOIN _source_projects AS s ON s.source_project_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.decided_by
WHERE r.deleted_at IS NULL
    AND w.deleted_at IS NULL
