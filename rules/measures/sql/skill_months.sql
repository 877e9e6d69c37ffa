-- Each skill by month; a week counts for the month in which it begins, the run's week for the month of the run's day.
SELECT
    n.skill,
    n.month_start,
    CAST(n.months_ahead AS BIGINT) AS months_ahead,
    CAST(coalesce(d.hours, 0) AS DECIMAL(14, 2)) AS demand_hours,
    CAST(CASE WHEN n.holders > 0 THEN s.planned_hours ELSE 0 END AS DECIMAL(14, 2)) AS planned_hours,
    CAST(CASE WHEN n.holders > 0 THEN s.available_hours ELSE 0 END AS DECIMAL(14, 2)) AS available_hours,
    CAST(CASE WHEN n.holders > 0 THEN s.free_hours ELSE 0 END AS DECIMAL(14, 2)) AS free_hours,
    CAST(coalesce(d.hours, 0) - CASE WHEN n.holders > 0 THEN s.free_hours ELSE 0 END AS DECIMAL(14, 2)) AS gap_hours
FROM (
    SELECT
        k.skill,
        k.holders,
        m.n AS months_ahead,
        CAST(date_trunc('month', c.as_of) + to_months(CAST(m.n AS INTEGER)) AS DATE) AS month_start
    FROM skills AS k
    CROSS JOIN context AS c
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS m(n)
) AS n
LEFT JOIN _wanted_skills AS d ON d.skill = n.skill AND d.month_start = n.month_start
LEFT JOIN (
    SELECT
        skill, month_start,
        CAST(sum(planned_hours) AS DECIMAL(14, 2)) AS planned_hours,
        CASE WHEN count(available_hours) = count(*) THEN CAST(sum(available_hours) AS DECIMAL(14, 2)) END
            AS available_hours,
        CASE WHEN count(available_hours) = count(*) THEN CAST(sum(free_hours) AS DECIMAL(14, 2)) END AS free_hours
    FROM (
        SELECT u.*, CAST(date_trunc('month', CASE WHEN u.week_start < c.as_of THEN c.as_of ELSE u.week_start END) AS DATE)
            AS month_start
        FROM _skill_supply AS u
        CROSS JOIN context AS c
    ) AS weeks
    GROUP BY skill, month_start
) AS s ON s.skill = n.skill AND s.month_start = n.month_start
