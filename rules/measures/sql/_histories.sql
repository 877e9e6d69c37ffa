-- Live plans that another plan of their initiative took over from: their tasks are history, not open work.
SELECT
    m.initiative_id AS project_id,
    p.id AS source_project_id,
    p.source,
    p.kind AS origin,
    p.currency,
    p.updated_at,
    p.budget_cost
FROM initiative_project AS m
JOIN project AS p ON p.id = m.project_id
WHERE p.deleted_at IS NULL
    AND m.role = 'history'
