-- Live projects of the tools, each with the initiative that it belongs to; plans that others took over from are apart.
SELECT
    m.initiative_id AS project_id,
    p.id AS source_project_id,
    p.source,
    p.kind AS origin,
    p.currency,
    p.status_date
FROM initiative_project AS m
JOIN project AS p ON p.id = m.project_id
WHERE p.deleted_at IS NULL
    AND m.role IS DISTINCT FROM 'history'
