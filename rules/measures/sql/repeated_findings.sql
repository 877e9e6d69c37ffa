-- Rules that found fault with several projects of a department; findings that wait to become such, and those that were
-- only observed, do not count.
SELECT
    d.department_id,
    f.rule_id,
    count(DISTINCT f.project_id) AS projects,
    count(*) AS findings,
    max(f.opened_on) AS latest_on
FROM findings AS f
JOIN department_projects AS d ON d.project_id = f.project_id
CROSS JOIN context AS c
WHERE f.opened_on IS NOT NULL AND f.opened_on > c.as_of - 365 AND f.mode = 'enforce'
GROUP BY d.department_id, f.rule_id
