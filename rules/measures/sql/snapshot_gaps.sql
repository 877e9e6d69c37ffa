-- Days of checks that follow each other; the run's day stands for the check that is under way.
SELECT project_id, from_on, to_on, date_diff('day', from_on, to_on) AS gap_days
FROM (
    SELECT
        project_id,
        lag(taken_on) OVER (PARTITION BY project_id ORDER BY taken_on) AS from_on,
        taken_on AS to_on
    FROM (
        SELECT s.project_id, s.taken_on
        FROM snapshots AS s
        CROSS JOIN context AS c
        WHERE date_diff('day', s.taken_on, c.as_of) <= 366
        UNION
        SELECT p.project_id, c.as_of AS taken_on
        FROM projects AS p
        CROSS JOIN context AS c
    ) AS checked
) AS pairs
WHERE from_on IS NOT NULL
