-- The whole, in one row, as soon as there is a project.
SELECT
    'organisation' AS organisation_id,
    coalesce(o.name, 'organisation') AS name,
    o.owner_name,
    n.projects,
    n.open_projects,
    s.people,
    r.open_threats,
    r.open_opportunities,
    r.reviewed_opportunities
FROM (
    SELECT count(*) AS projects, count(CASE WHEN NOT is_closed THEN 1 END) AS open_projects FROM _life
) AS n
CROSS JOIN (SELECT count(CASE WHEN is_active IS DISTINCT FROM FALSE THEN 1 END) AS people FROM _staff) AS s
CROSS JOIN (
    SELECT
        count(CASE WHEN k.kind IS DISTINCT FROM 'opportunity' AND k.state = 'open' AND NOT p.is_closed THEN 1 END)
            AS open_threats,
        count(CASE WHEN k.kind = 'opportunity' AND k.state = 'open' AND NOT p.is_closed THEN 1 END)
            AS open_opportunities,
        count(CASE WHEN k.kind = 'opportunity' AND k.days_since_review BETWEEN 0 AND 90 THEN 1 END)
            AS reviewed_opportunities
    FROM risks AS k
    JOIN _life AS p ON p.project_id = k.project_id
) AS r
LEFT JOIN (
    SELECT min(name) AS name, min(owner_name) AS owner_name
    FROM _units
    WHERE kind = 'organisation'
    HAVING count(*) = 1
) AS o ON TRUE
WHERE n.projects > 0
