-- Money approved.
SELECT
    r.id AS budget_line_id,
    s.project_id,
    r.category,
    r.amount,
    coalesce(r.currency, s.currency) AS currency,
    r.period_start,
    coalesce(p.name, r.approved_by) AS approved_by,
    r.approved_on
FROM budget_line AS r
JOIN _source_projects AS s ON s.source_project_id = r.project_id
LEFT JOIN _people AS p ON p.account_id = r.approved_by
WHERE r.deleted_at IS NULL
