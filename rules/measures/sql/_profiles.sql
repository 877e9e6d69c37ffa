-- What the tools say about each initiative, one value a field: the first tracker project that states it wins, then the
-- first plan (by source, then key). Money and dates are not taken from here.
SELECT
    project_id, url, programme, department, phase, method, goal, size_class, health_reported, manager_id, sponsor_name
FROM (
    SELECT
        s.project_id,
        first_value(p.url IGNORE NULLS) OVER w AS url,
        first_value(p.programme IGNORE NULLS) OVER w AS programme,
        first_value(p.department IGNORE NULLS) OVER w AS department,
        first_value(p.phase IGNORE NULLS) OVER w AS phase,
        first_value(p.method IGNORE NULLS) OVER w AS method,
        first_value(p.goal IGNORE NULLS) OVER w AS goal,
        first_value(p.size_class IGNORE NULLS) OVER w AS size_class,
        first_value(p.health_reported IGNORE NULLS) OVER w AS health_reported,
        first_value(p.manager_id IGNORE NULLS) OVER w AS manager_id,
        first_value(coalesce(sponsor.name, p.sponsor_name) IGNORE NULLS) OVER w AS sponsor_name,
        row_number() OVER (PARTITION BY s.project_id ORDER BY s.origin DESC, s.source, p.key, p.id) AS position
    FROM _source_projects AS s
    JOIN project AS p ON p.id = s.source_project_id
    LEFT JOIN _people AS sponsor ON sponsor.account_id = p.sponsor_id
    WINDOW w AS (
        PARTITION BY s.project_id
        ORDER BY s.origin DESC, s.source, p.key, p.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
) AS told
WHERE position = 1
