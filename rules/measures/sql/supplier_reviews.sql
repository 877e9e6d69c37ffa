-- Suppliers of each initiative, and their reviews. A review is of the supplier that it states, else of those that its title
-- names; one that names nobody is of the only supplier, where there is but one.
SELECT
    u.project_id,
    u.supplier_id,
    u.supplier,
    u.charges,
    u.last_charged_on,
    min(a.title) AS review_title,
    max(a.approved_on) AS reviewed_on
FROM (
    SELECT
        project_id,
        lower(trim(supplier)) AS supplier_id,
        min(trim(supplier)) AS supplier,
        count(*) AS charges,
        max(charged_on) AS last_charged_on,
        count(*) OVER (PARTITION BY project_id) AS suppliers
    FROM (
        SELECT project_id, supplier, issued_on AS charged_on FROM invoices
        UNION ALL
        SELECT project_id, supplier, spent_on AS charged_on FROM costs
    ) AS charged
    WHERE trim(supplier) <> ''
    GROUP BY project_id, lower(trim(supplier))
) AS u
LEFT JOIN artefacts AS a
    ON a.project_id = u.project_id
    AND a.kind = 'supplier_review'
    AND a.state IS DISTINCT FROM 'draft'
    AND CASE
        WHEN trim(a.supplier) <> '' THEN lower(trim(a.supplier)) = u.supplier_id
        ELSE u.suppliers = 1 OR strpos(lower(a.title), u.supplier_id) > 0
    END
GROUP BY u.project_id, u.supplier_id, u.supplier, u.charges, u.last_charged_on
