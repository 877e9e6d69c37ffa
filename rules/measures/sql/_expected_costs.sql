-- What each project will cost: the estimate at completion, else what its plan costs, else its approved budget.
SELECT
    l.project_id,
    l.is_closed,
    m.currency,
    m.budget_cost,
    t.finish_date,
    CASE
        WHEN v.basis = 'cost' AND v.eac IS NOT NULL AND coalesce(v.currency = m.currency, TRUE) THEN v.eac
        ELSE coalesce(CASE WHEN NOT m.is_mixed THEN t.planned_cost END, m.budget_cost)
    END AS cost
FROM _life AS l
JOIN _money AS m ON m.project_id = l.project_id
JOIN _project_totals AS t ON t.project_id = l.project_id
LEFT JOIN _estimates AS v ON v.project_id = l.project_id
