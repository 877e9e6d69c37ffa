-- Lines of budgets. Where a table that people keep has lines of an initiative, those of the tools do not count beside
-- them: it would be the same money twice.
SELECT
    l.budget_line_id,
    l.project_id,
    l.number,
    l.category,
    l.amount,
    l.currency,
    l.period_start,
    l.approved_by,
    l.approved_on,
    l.origin,
    (l.origin IS NOT NULL) = (max(l.origin) OVER (PARTITION BY l.project_id) IS NOT NULL) AS counts
FROM (
    SELECT
        r.id AS budget_line_id,
        s.project_id,
        r.number,
        r.category,
        r.amount,
        coalesce(r.currency, s.currency) AS currency,
        r.period_start,
        coalesce(p.name, r.approved_by) AS approved_by,
        r.approved_on,
        r.origin
    FROM budget_line AS r
    JOIN _owners AS s ON s.owner_id = r.project_id
    LEFT JOIN _people AS p ON p.account_id = r.approved_by
    WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
) AS l
