-- What each project will cost: the estimate at completion, else what its plan costs, else its approved budget.
SELECT
    p.project_id,
    p.is_closed,
    p.currency,
    p.budget_cost,
    p.finish_date,
    CASE WHEN e.basis = 'cost' AND e.eac IS NOT NULL THEN e.eac ELSE coalesce(p.planned_cost, p.budget_cost) END AS cost
FROM projects AS p
JOIN evm AS e ON e.project_id = p.project_id
