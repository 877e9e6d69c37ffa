-- Which source projects make up each initiative, and how old the data of each is.
SELECT
    p.project_id,
    p.source_project_id,
    p.source,
    a.tool,
    p.origin,
    p.key,
    p.name,
    p.url,
    p.role,
    p.source_is_history,
    p.matched_by,
    a.complete_at,
    a.data_at,
    a.age_hours,
    a.outcome
FROM _members AS p
JOIN _readings AS r ON r.project_id = p.project_id AND r.source_project_id = p.source_project_id
LEFT JOIN _ages AS a ON a.source = p.source AND a.was_read = r.was_read
