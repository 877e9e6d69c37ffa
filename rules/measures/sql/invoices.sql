-- Suppliers' bills. Where none says whether a line covers it, the line or category that it names must be in the budget.
SELECT
    r.id AS invoice_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.number,
    r.supplier,
    r.category,
    r.amount,
    coalesce(r.currency, s.currency) AS currency,
    r.issued_on,
    r.due_on,
    r.state,
    coalesce(r.has_budget_line, CASE WHEN r.category IS NOT NULL THEN b.word IS NOT NULL END) AS has_budget_line,
    r.origin
FROM invoice AS r
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN (
    SELECT project_id, lower(trim(category)) AS word FROM _lines WHERE counts
    UNION
    SELECT project_id, lower(trim(number)) AS word FROM _lines WHERE counts
) AS b ON b.project_id = s.project_id AND b.word = lower(trim(r.category))
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
