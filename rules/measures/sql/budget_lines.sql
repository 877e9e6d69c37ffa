-- Money approved.
SELECT
    budget_line_id, project_id, number, category, amount, currency, period_start, approved_by, approved_on, origin, counts
FROM _lines
