-- Hours for projects of each person in each week, planned or not: as in view person_weeks.
SELECT
    s.person_id,
    w.week_start,
    CAST(coalesce(k.available_hours * w.working_days / 5, 8 * w.working_days * s.units_ratio) AS DECIMAL(14, 2))
        AS available_hours,
    coalesce(l.hours, 0) AS planned_hours,
    coalesce(l.projects, 0) AS projects
FROM _staff AS s
CROSS JOIN _weeks AS w
LEFT JOIN (
    SELECT q.person_id, c.week_start, max(c.available_hours) AS available_hours
    FROM capacity_week AS c
    JOIN _people AS q ON q.account_id = c.account_id
    WHERE c.deleted_at IS NULL AND c.id NOT IN (SELECT id FROM doubled_row)
    GROUP BY q.person_id, c.week_start
) AS k ON k.person_id = s.person_id AND k.week_start = w.week_start
LEFT JOIN (
    SELECT person_id, week_start, CAST(sum(hours) AS DECIMAL(14, 2)) AS hours, count(*) AS projects
    FROM _week_loads
    GROUP BY person_id, week_start
) AS l ON l.person_id = s.person_id AND l.week_start = w.week_start
