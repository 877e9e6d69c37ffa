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
    r.location
FROM artefact AS r
JOIN _source_projects AS s ON s.source_project_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.approved_by
WHERE r.deleted_at IS NULL
    AND w.deleted_at IS NULL
