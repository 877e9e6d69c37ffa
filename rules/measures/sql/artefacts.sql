-- Documents of record; who approved is shown by name where the tool gives an account.
SELECT
    r.id AS artefact_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.title,
    r.kind,
    r.state,
    coalesce(p.name, r.approved_by) AS approved_by,
    r.approved_on,
    r.location,
    r.version,
    r.link_alive,
    r.supplier,
    r.origin,
    CASE WHEN trim(r.version) <> '' THEN TRUE WHEN c.source IS NULL THEN FALSE END AS is_versioned,
    r.link_alive IS NOT DISTINCT FROM FALSE AS link_dead
FROM artefact AS r
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.approved_by
LEFT JOIN capability AS c
    ON c.source = r.source AND c.table_name = 'artefact' AND c.column_name = 'version' AND c.state = 'not_available'
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
