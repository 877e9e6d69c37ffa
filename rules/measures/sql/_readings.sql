-- Whether a source project was read although its source was read only in part: what failed is about other projects,
-- such as another plan's file.
SELECT
    p.project_id,
    p.source_project_id,
    count(r.source) > 0
    AND count(CASE WHEN r.only_project IS NULL OR r.only_project = p.source_project_id THEN r.source END) = 0
        AS was_read
FROM _members AS p
LEFT JOIN (
    SELECT e.source, e.only_project
    FROM stream_run AS e
    JOIN run AS u ON u.id = e.run_id
    JOIN source_state AS f ON f.source = e.source AND f.attempted_at = u.as_of AND f.outcome = 'partial'
    WHERE e.outcome IS DISTINCT FROM 'complete'
) AS r ON r.source = p.source
GROUP BY p.project_id, p.source_project_id
