-- Each person's plan and hours in the weeks that begin within the next 90 days, the run's week included.
SELECT
    a.person_id,
    CAST(sum(a.planned_hours) AS DECIMAL(14, 2)) AS planned_hours,
    CASE WHEN count(a.available_hours) = count(*) THEN CAST(sum(a.available_hours) AS DECIMAL(14, 2)) END
        AS available_hours,
    max(a.projects) AS projects_at_once
FROM _available_weeks AS a
CROSS JOIN context AS c
WHERE a.week_start <= c.as_of + 90
GROUP BY a.person_id
