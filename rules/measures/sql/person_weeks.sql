-- Load of people in the run's week and the 26 that follow. Available is what a table of capacity states for the week, in
-- proportion to the working days left; else eight hours a working day left times the person's share of full time, as the
-- plans' resource sheets state it.
SELECT
    l.project_id,
    l.person_id,
    p.name AS person_name,
    l.week_start,
    l.hours AS project_hours,
    t.hours AS planned_hours,
    CAST(coalesce(k.available_hours * w.working_days / 5, 8 * w.working_days * p.units_ratio) AS DECIMAL(14, 2))
        AS available_hours,
    CAST(t.hours / nullif(
        CAST(coalesce(k.available_hours * w.working_days / 5, 8 * w.working_days * p.units_ratio) AS DECIMAL(14, 2)), 0
    ) AS DOUBLE) AS load_ratio,
    t.projects
FROM _week_loads AS l
JOIN _weeks AS w ON w.week_start = l.week_start
JOIN (
    SELECT person_id, week_start, CAST(sum(hours) AS DECIMAL(14, 2)) AS hours, count(*) AS projects
    FROM _week_loads
    GROUP BY person_id, week_start
) AS t ON t.person_id = l.person_id AND t.week_start = l.week_start
LEFT JOIN (
    SELECT person_id, min(name) AS name, max(max_units_ratio) AS units_ratio
    FROM _people
    WHERE person_id IS NOT NULL
    GROUP BY person_id
) AS p ON p.person_id = l.person_id
LEFT JOIN (
    SELECT q.person_id, c.week_start, max(c.available_hours) AS available_hours
    FROM capacity_week AS c
    JOIN _people AS q ON q.account_id = c.account_id
    WHERE c.deleted_at IS NULL AND c.id NOT IN (SELECT id FROM doubled_row)
    GROUP BY q.person_id, c.week_start
) AS k ON k.person_id = l.person_id AND k.week_start = l.week_start
