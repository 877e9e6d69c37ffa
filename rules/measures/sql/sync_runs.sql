-- How fresh each source of each initiative is, at the moment of the latest run up to the run's day (a run at the edge of
-- a day may be dated one day on in UTC), else at the start of that day. A copy, such as a dump, is as old as what it shows.
-- A table that people keep speaks of every initiative: that one is not in it is an answer, as old as the table.
SELECT
    s.project_id,
    s.source,
    f.complete_at,
    CASE
        WHEN f.complete_at IS NULL THEN NULL
        WHEN m.moment <= f.complete_at THEN 0
        ELSE date_diff('minute', f.complete_at, m.moment) // 60
    END AS age_hours,
    f.outcome
FROM (
    SELECT project_id, source FROM _source_projects
    UNION
    SELECT project_id, time_source FROM _time_sources
    UNION
    SELECT p.project_id, t.source
    FROM _source_projects AS p
    CROSS JOIN (SELECT source FROM source_state WHERE kind = 'tabular') AS t
) AS s
LEFT JOIN (
    SELECT source, least(complete_at, coalesce(data_at, complete_at)) AS complete_at, outcome
    FROM source_state
) AS f ON f.source = s.source
CROSS JOIN (
    SELECT coalesce(max(r.as_of), CAST(max(c.as_of) AS TIMESTAMP)) AS moment
    FROM context AS c
    LEFT JOIN run AS r ON CAST(r.as_of AS DATE) <= c.as_of + 1
) AS m
