-- Live projects of the tools, each with its initiative; plans that others took over from are apart.
SELECT project_id, source_project_id, source, origin, currency, status_date
FROM _members
WHERE role <> 'history'
