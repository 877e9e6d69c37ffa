-- What is left of each assignment, spread evenly over the working days from today or its start to its finish. Work whose
-- finish has passed is in no week: it is late, and no plan says when it will be done.
SELECT
    a.project_id,
    a.person_id,
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
            n.project_id,
            n.person_id,
            CASE WHEN n.start_date > c.as_of THEN n.start_date ELSE c.as_of END AS first_day,
            n.finish_date,
            coalesce(n.remaining_hours, n.planned_hours - coalesce(n.actual_hours, 0)) AS left_hours
        FROM allocations AS n
        CROSS JOIN context AS c
        WHERE n.person_id IS NOT NULL AND n.status_category IS DISTINCT FROM 'done'
    ) AS s
    WHERE s.left_hours > 0 AND s.finish_date >= s.first_day
) AS a
JOIN _weeks AS w ON a.first_day <= w.last_day AND a.finish_date >= w.first_day AND w.working_days > 0
GROUP BY a.project_id, a.person_id, w.week_start
