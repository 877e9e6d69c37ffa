-- How fresh each source is, as it is and for what was read of a source that was read in part (was_read), at the moment of
-- the latest run up to the run's day (a run at the edge of a day may be dated one day on in UTC), else at the start of
-- that day. A copy, such as a dump, is as old as what it shows.
SELECT
    s.source,
    s.tool,
    s.was_read,
    s.complete_at,
    s.data_at,
    CASE
        WHEN s.shown_at IS NULL THEN NULL
        WHEN m.moment <= s.shown_at THEN 0
        ELSE date_diff('minute', s.shown_at, m.moment) // 60
    END AS age_hours,
    s.outcome
FROM (
    SELECT
        w.source,
        w.tool,
        w.was_read,
        w.complete_at,
        w.data_at,
        CASE WHEN w.data_at < w.complete_at THEN w.data_at ELSE w.complete_at END AS shown_at,
        w.outcome
    FROM (
        SELECT source, kind AS tool, FALSE AS was_read, complete_at, data_at, outcome FROM source_state
        UNION ALL
        SELECT source, kind AS tool, TRUE AS was_read, attempted_at AS complete_at, data_at, 'complete' AS outcome
        FROM source_state
    ) AS w
) AS s
CROSS JOIN (
    SELECT coalesce(max(r.as_of), CAST(max(c.as_of) AS TIMESTAMP)) AS moment
    FROM context AS c
    LEFT JOIN run AS r ON CAST(r.as_of AS DATE) <= c.as_of + 1
) AS m
