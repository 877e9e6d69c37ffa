-- Who was to book time in each of the four whole weeks before the run's: active people who booked on the project in one
-- of these weeks, or were assigned to its work in that one. What they booked counts over all projects, and so does their
-- capacity: what a table states for the week, else forty hours times their share of full time. Only where time is booked
-- on the project at all.
SELECT
    m.project_id,
    m.person_id,
    p.name AS person_name,
    m.week_start,
    coalesce(o.hours, 0) AS project_hours,
    coalesce(t.hours, 0) AS booked_hours,
    CAST(coalesce(k.available_hours, 40 * p.units_ratio) AS DECIMAL(14, 2)) AS capacity_hours,
    CAST(coalesce(t.hours, 0) / nullif(CAST(coalesce(k.available_hours, 40 * p.units_ratio) AS DECIMAL(14, 2)), 0)
        AS DOUBLE) AS booked_ratio
FROM (
    SELECT DISTINCT b.project_id, b.person_id, w.week_start
    FROM _time AS b
    JOIN _past_weeks AS any_week ON b.spent_on BETWEEN any_week.week_start AND any_week.last_day
    CROSS JOIN _past_weeks AS w
    WHERE b.person_id IS NOT NULL AND b.counted_hours IS NOT NULL
    UNION
    SELECT a.project_id, a.person_id, w.week_start
    FROM allocations AS a
    JOIN _past_weeks AS w ON a.start_date <= w.last_day AND a.finish_date >= w.week_start
    JOIN (SELECT DISTINCT project_id FROM _time) AS kept ON kept.project_id = a.project_id
    WHERE a.person_id IS NOT NULL AND a.planned_hours > 0
) AS m
JOIN (
    SELECT person_id, min(name) AS name, max(max_units_ratio) AS units_ratio, bool_or(active) AS is_active
    FROM _people
    WHERE person_id IS NOT NULL
    GROUP BY person_id
) AS p ON p.person_id = m.person_id
LEFT JOIN (
    SELECT b.project_id, b.person_id, w.week_start, CAST(sum(b.counted_hours) AS DECIMAL(14, 2)) AS hours
    FROM _time AS b
    JOIN _past_weeks AS w ON b.spent_on BETWEEN w.week_start AND w.last_day
    GROUP BY b.project_id, b.person_id, w.week_start
) AS o ON o.project_id = m.project_id AND o.person_id = m.person_id AND o.week_start = m.week_start
LEFT JOIN (
    SELECT b.person_id, w.week_start, CAST(sum(b.counted_hours) AS DECIMAL(14, 2)) AS hours
    FROM _time AS b
    JOIN _past_weeks AS w ON b.spent_on BETWEEN w.week_start AND w.last_day
    GROUP BY b.person_id, w.week_start
) AS t ON t.person_id = m.person_id AND t.week_start = m.week_start
LEFT JOIN (
    SELECT q.person_id, c.week_start, max(c.available_hours) AS available_hours
    FROM capacity_week AS c
    JOIN _people AS q ON q.account_id = c.account_id
    WHERE c.deleted_at IS NULL AND c.id NOT IN (SELECT id FROM doubled_row)
    GROUP BY q.person_id, c.week_start
) AS k ON k.person_id = m.person_id AND k.week_start = m.week_start
WHERE p.is_active IS DISTINCT FROM FALSE
