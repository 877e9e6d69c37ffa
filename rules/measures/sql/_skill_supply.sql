-- Weeks of the active holders of each skill.
SELECT k.skill, a.person_id, a.week_start, a.planned_hours, a.available_hours,
    CASE WHEN a.available_hours > a.planned_hours THEN a.available_hours - a.planned_hours
        WHEN a.available_hours IS NOT NULL THEN 0 END AS free_hours
FROM person_skills AS k
JOIN _available_weeks AS a ON a.person_id = k.person_id
WHERE k.is_active IS DISTINCT FROM FALSE
