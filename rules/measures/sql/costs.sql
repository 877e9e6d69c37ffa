-- Money spent that is not somebody's hours.
SELECT
    r.id AS cost_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.number,
    r.category,
    r.supplier,
    r.amount,
    coalesce(r.currency, s.currency) AS currency,
    r.spent_on,
    r.origin
FROM cost AS r
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
