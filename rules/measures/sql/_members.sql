-- Live projects of the tools, each with the initiative that it belongs to, history included.
SELECT
    m.initiative_id AS project_id,
    p.id AS source_project_id,
    p.source,
    p.kind AS origin,
    p.key,
    p.name,
    p.url,
    coalesce(m.role, 'current') AS role,
    coalesce(m.source_is_history, FALSE) AS source_is_history,
    m.matched_by,
    p.currency,
    p.status_date
FROM initiative_project AS m
JOIN project AS p ON p.id = m.project_id
WHERE p.deleted_at IS NULL
