-- People and suppliers that may be used: everywhere (no project), or on one initiative. A supplier of the suppliers' table
-- counts as approved unless it says otherwise.
SELECT
    s.project_id,
    p.person_id,
    lower(trim(a.supplier)) AS supplier,
    lower(trim(a.role)) AS role,
    a.from_date,
    a.to_date
FROM approved_resource AS a
JOIN source_state AS f ON f.source = a.source
LEFT JOIN _owners AS s ON s.owner_id = a.project_id
LEFT JOIN _people AS p ON p.account_id = a.account_id
WHERE a.deleted_at IS NULL AND a.id NOT IN (SELECT id FROM doubled_row)
    AND (a.project_id IS NULL OR s.project_id IS NOT NULL)
UNION ALL
SELECT NULL AS project_id, NULL AS person_id, lower(trim(v.name)) AS supplier, NULL AS role, v.from_date, v.to_date
FROM supplier AS v
JOIN source_state AS f ON f.source = v.source
WHERE v.deleted_at IS NULL AND coalesce(v.state, 'approved') = 'approved'
