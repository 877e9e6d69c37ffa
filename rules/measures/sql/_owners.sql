-- What records name as their project, with the initiative meant: a tool's project, or the words of a people's table.
SELECT project_id, source_project_id AS owner_id, currency
FROM _source_projects
UNION ALL
SELECT m.target_id AS project_id, m.id AS owner_id, NULL AS currency
FROM reference_match AS m
JOIN (SELECT DISTINCT project_id FROM _source_projects) AS s ON s.project_id = m.target_id
WHERE m.kind = 'project'
