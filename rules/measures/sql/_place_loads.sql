-- Places in plans that are not staffed: what is left of the work of generic resources, spread as that of people.
SELECT
    a.skill,
    w.week_start,
    CAST(sum(CAST(a.left_hours * (
        date_diff('day', CASE WHEN a.first_day > w.first_day THEN a.first_day ELSE w.first_day END,
            CASE WHEN a.finish_date < w.last_day THEN a.finish_date ELSE w.last_day END) + 1
    ) / nullif(a.working_days, 0) AS DECIMAL(18, 4))) AS DECIMAL(14, 2)) AS hours
FROM (
    SELECT
        s.*,
        5 * ((date_diff('day', DATE '0001-01-01', s.finish_date) + 1) // 7)
        + least((date_diff('day', DATE '0001-01-01', s.finish_date) + 1) % 7, 5)
        - 5 * (date_diff('day', DATE '0001-01-01', s.first_day) // 7)
        - least(date_diff('day', DATE '0001-01-01', s.first_day) % 7, 5) AS working_days
    FROM (
        SELECT
            lower(trim(g.name)) AS skill,
            CASE WHEN n.start_date > c.as_of THEN n.start_date ELSE c.as_of END AS first_day,
            n.finish_date,
            coalesce(n.remaining_hours, n.planned_hours - coalesce(n.actual_hours, 0)) AS left_hours
        FROM allocations AS n
        JOIN assignment AS r ON r.id = n.assignment_id
        JOIN account AS g ON g.id = r.account_id AND g.kind = 'generic' AND g.name IS NOT NULL
        CROSS JOIN context AS c
        WHERE n.status_category IS DISTINCT FROM 'done'
    ) AS s
    WHERE s.left_hours > 0 AND s.finish_date >= s.first_day
) AS a
JOIN _weeks AS w ON a.first_day <= w.last_day AND a.finish_date >= w.first_day AND w.working_days > 0
GROUP BY a.skill, w.week_start
