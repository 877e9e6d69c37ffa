-- Each skill in the weeks, and of stated demand the months, that begin within the next 90 days, those of the run's day
-- included. Hours of a person with several skills count for each of them.
SELECT
    n.skill,
    coalesce(h.holders, 0) AS holders,
    h.only_holder,
    CAST(coalesce(d.hours, 0) AS DECIMAL(14, 2)) AS demand_hours,
    CAST(CASE WHEN h.holders > 0 THEN s.planned_hours ELSE 0 END AS DECIMAL(14, 2)) AS planned_hours,
    CAST(CASE WHEN h.holders > 0 THEN s.available_hours ELSE 0 END AS DECIMAL(14, 2)) AS available_hours,
    CAST(CASE WHEN h.holders > 0 THEN s.free_hours ELSE 0 END AS DECIMAL(14, 2)) AS free_hours,
    CAST(coalesce(d.hours, 0) - CASE WHEN h.holders > 0 THEN s.free_hours ELSE 0 END AS DECIMAL(14, 2)) AS gap_hours,
    CAST(s.planned_hours / nullif(s.available_hours, 0) AS DOUBLE) AS load_ratio
FROM (
    SELECT skill FROM person_skills
    UNION
    SELECT skill FROM _wanted_skills
) AS n
LEFT JOIN (
    SELECT skill, count(*) AS holders, CASE WHEN count(*) = 1 THEN min(person_name) END AS only_holder
    FROM person_skills
    WHERE is_active IS DISTINCT FROM FALSE
    GROUP BY skill
) AS h ON h.skill = n.skill
LEFT JOIN (
    SELECT w.skill, sum(w.hours) AS hours
    FROM _wanted_skills AS w
    CROSS JOIN context AS c
    WHERE w.month_start >= CAST(date_trunc('month', c.as_of) AS DATE) AND w.month_start <= c.as_of + 90
    GROUP BY w.skill
) AS d ON d.skill = n.skill
LEFT JOIN (
    SELECT
        skill,
        CAST(sum(planned_hours) AS DECIMAL(14, 2)) AS planned_hours,
        CASE WHEN count(available_hours) = count(*) THEN CAST(sum(available_hours) AS DECIMAL(14, 2)) END
            AS available_hours,
        CASE WHEN count(available_hours) = count(*) THEN CAST(sum(free_hours) AS DECIMAL(14, 2)) END AS free_hours
    FROM _skill_supply AS u
    CROSS JOIN context AS c
    WHERE u.week_start <= c.as_of + 90
    GROUP BY skill
) AS s ON s.skill = n.skill
