-- Which projects lie in which department or programme, those of units below included. As policy places them: by the org
-- tree, else by the words of the tools; only where no department is stated by that which its programme lies in.
SELECT kind, unit_id, project_id, CAST(min(depth) AS BIGINT) AS depth, min(stated) AS stated
FROM (
    SELECT unit_kind AS kind, lower(trim(unit_key)) AS unit_id, project_id, depth, unit_key AS stated
    FROM project_units
    WHERE unit_kind = stated_as
    UNION ALL
    SELECT 'department' AS kind, lower(trim(p.department)) AS unit_id, p.project_id, 0 AS depth, trim(p.department) AS stated
    FROM _profiles AS p
    LEFT JOIN (
        SELECT DISTINCT project_id FROM project_units WHERE unit_kind = 'department' AND stated_as = 'department'
    ) AS k ON k.project_id = p.project_id
    WHERE k.project_id IS NULL AND trim(p.department) <> ''
    UNION ALL
    SELECT 'programme' AS kind, lower(trim(p.programme)) AS unit_id, p.project_id, 0 AS depth, trim(p.programme) AS stated
    FROM _profiles AS p
    LEFT JOIN (
        SELECT DISTINCT project_id FROM project_units WHERE unit_kind = 'programme' AND stated_as = 'programme'
    ) AS k ON k.project_id = p.project_id
    WHERE k.project_id IS NULL AND trim(p.programme) <> ''
    UNION ALL
    SELECT 'department' AS kind, lower(trim(u.unit_key)) AS unit_id, u.project_id, u.depth, u.unit_key AS stated
    FROM project_units AS u
    JOIN _profiles AS p ON p.project_id = u.project_id
    WHERE u.unit_kind = 'department' AND u.stated_as = 'programme' AND coalesce(trim(p.department), '') = ''
) AS told
GROUP BY kind, unit_id, project_id
