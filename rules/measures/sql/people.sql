-- People: what is planned with them, and what they manage.
SELECT
    s.person_id,
    s.name,
    s.is_active,
    m.department_id,
    k.skills,
    n.planned_hours AS planned_90_hours,
    n.available_hours AS available_90_hours,
    CAST(n.planned_hours / nullif(n.available_hours, 0) AS DOUBLE) AS load_90_ratio,
    f.load_ratio AS peak_load_ratio,
    f.week_start AS peak_week,
    coalesce(n.projects_at_once, 0) AS projects_at_once,
    coalesce(g.managed_projects, 0) AS managed_projects,
    CAST(coalesce(g.managed_weight, 0) AS DOUBLE) AS managed_weight
FROM _staff AS s
LEFT JOIN _next_90_days AS n ON n.person_id = s.person_id
LEFT JOIN (
    SELECT x.person_id, min(coalesce(u.word, x.stated)) AS department_id
    FROM _memberships AS x
    LEFT JOIN (
        SELECT word, word AS spoken FROM _units WHERE kind = 'department'
        UNION
        SELECT min(word) AS word, lower(trim(name)) AS spoken
        FROM _units
        WHERE kind = 'department'
        GROUP BY lower(trim(name))
        HAVING count(*) = 1
    ) AS u ON u.spoken = x.stated
    GROUP BY x.person_id
) AS m ON m.person_id = s.person_id
LEFT JOIN (
    SELECT t.person_id, coalesce(p.skills, 0) AS skills
    FROM _staff AS t
    JOIN (SELECT count(*) AS n FROM person_skills) AS told ON told.n > 0
    LEFT JOIN (SELECT person_id, count(*) AS skills FROM person_skills GROUP BY person_id) AS p
        ON p.person_id = t.person_id
) AS k ON k.person_id = s.person_id
LEFT JOIN (
    SELECT person_id, load_ratio, week_start
    FROM (
        SELECT person_id, load_ratio, week_start,
            row_number() OVER (PARTITION BY person_id ORDER BY load_ratio DESC, week_start) AS position
        FROM (
            SELECT w.person_id, w.week_start, CAST(w.planned_hours / nullif(w.available_hours, 0) AS DOUBLE) AS load_ratio
            FROM _available_weeks AS w
            CROSS JOIN context AS c
            WHERE w.planned_hours > 0 AND w.available_hours > 0 AND w.week_start <= c.as_of + 90
        ) AS loads
    ) AS ranked
    WHERE position = 1
) AS f ON f.person_id = s.person_id
LEFT JOIN (
    SELECT
        q.person_id,
        count(*) AS managed_projects,
        sum(CASE p.size_class WHEN 'small' THEN 0.5 WHEN 'large' THEN 2 ELSE 1 END) AS managed_weight
    FROM _profiles AS p
    JOIN _life AS l ON l.project_id = p.project_id
    JOIN _people AS q ON q.account_id = p.manager_id
    WHERE NOT l.is_closed AND coalesce(l.phase, 'execute') <> 'propose'
    GROUP BY q.person_id
) AS g ON g.person_id = s.person_id
