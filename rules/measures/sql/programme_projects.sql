-- Projects by programme, with all that is known of each.
SELECT u.unit_id AS programme_id, u.depth, p.*
FROM _unit_projects AS u
JOIN projects AS p ON p.project_id = u.project_id
WHERE u.kind = 'programme'
