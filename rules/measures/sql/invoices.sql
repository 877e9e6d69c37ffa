-- Suppliers' bills.
SELECT
    r.id AS invoice_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.number,
    r.supplier,
    r.amount,
    coalesce(r.currency, s.currency) AS currency,
    r.issued_on,
    r.due_on,
    r.state,
    r.has_budget_line
FROM invoice AS r
JOIN _source_projects AS s ON s.source_project_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
WHERE r.deleted_at IS NULL
    AND w.deleted_at IS NULL
