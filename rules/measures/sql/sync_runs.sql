-- How fresh each source of each initiative is, at the moment of the latest run up to the run's day (a run at the edge of
-- a day may be dated one day on in UTC), else at the start of that day. A copy, such as a dump, is as old as what it shows.
-- A table that people keep speaks of every initiative: that one is not in it is an answer, as old as the table.
-- A source of which only a part failed that is about other projects, such as another plan's file, was read for this one.
SELECT
    s.project_id,
    s.source,
    s.complete_at,
    CASE
        WHEN s.complete_at IS NULL THEN NULL
        WHEN m.moment <= s.complete_at THEN 0
        ELSE date_diff('minute', s.complete_at, m.moment) // 60
    END AS age_hours,
    s.outcome
FROM (
    SELECT
        k.project_id,
        k.source,
        CASE WHEN k.was_read THEN 'complete' ELSE f.outcome END AS outcome,
        least(
            CASE WHEN k.was_read THEN f.attempted_at ELSE f.complete_at END,
            coalesce(f.data_at, CASE WHEN k.was_read THEN f.attempted_at ELSE f.complete_at END)
        ) AS complete_at
    FROM (
        SELECT
            p.project_id,
            p.source,
            count(r.source) > 0
            AND count(CASE WHEN r.only_project IS NULL OR r.only_project = p.source_project_id THEN r.source END) = 0
                AS was_read
        FROM _source_projects AS p
        LEFT JOIN (
            SELECT e.source, e.only_project
            FROM stream_run AS e
            JOIN run AS u ON u.id = e.run_id
            JOIN source_state AS f ON f.source = e.source AND f.attempted_at = u.as_of AND f.outcome = 'partial'
            WHERE e.outcome IS DISTINCT FROM 'complete'
        ) AS r ON r.source = p.source
        GROUP BY p.project_id, p.source
        UNION
        SELECT t.project_id, t.time_source, FALSE
        FROM _time_sources AS t
        LEFT JOIN _source_projects AS p ON p.project_id = t.project_id AND p.source = t.time_source
        WHERE p.project_id IS NULL
        UNION
        SELECT p.project_id, t.source, FALSE
        FROM (SELECT DISTINCT project_id FROM _source_projects) AS p
        CROSS JOIN (SELECT source FROM source_state WHERE kind = 'tabular') AS t
    ) AS k
    LEFT JOIN source_state AS f ON f.source = k.source
) AS s
CROSS JOIN (
    SELECT coalesce(max(r.as_of), CAST(max(c.as_of) AS TIMESTAMP)) AS moment
    FROM context AS c
    LEFT JOIN run AS r ON CAST(r.as_of AS DATE) <= c.as_of + 1
) AS m
