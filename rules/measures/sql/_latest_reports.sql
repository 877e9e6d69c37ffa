-- The latest status report per initiative; reports dated after the run's day have not happened yet.
SELECT project_id, health, reported_on
FROM (
    SELECT
        s.project_id,
        r.health,
        r.reported_on,
        row_number() OVER (PARTITION BY s.project_id ORDER BY r.reported_on DESC, r.id DESC) AS position
    FROM status_report AS r
    JOIN _source_projects AS s ON s.source_project_id = r.project_id
    CROSS JOIN context AS c
    WHERE r.deleted_at IS NULL AND r.reported_on <= c.as_of
) AS reports
WHERE position = 1
