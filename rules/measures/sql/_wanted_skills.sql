-- Hours of a skill that are wanted and that nobody is planned for, by month: what tables of demand state, weighed by its
-- probability, and what plans hold for a generic resource of that name.
SELECT skill, month_start, CAST(sum(hours) AS DECIMAL(14, 2)) AS hours
FROM (
    SELECT
        lower(trim(d.skill)) AS skill,
        CAST(date_trunc('month', d.month_start) AS DATE) AS month_start,
        CAST(d.hours * coalesce(d.probability_ratio, 1) AS DECIMAL(14, 2)) AS hours
    FROM skill_demand AS d
    LEFT JOIN _owners AS o ON o.owner_id = d.project_id
    LEFT JOIN _life AS p ON p.project_id = o.project_id
    JOIN (SELECT count(*) AS n FROM _source_projects) AS there ON there.n > 0
    WHERE d.deleted_at IS NULL AND d.id NOT IN (SELECT id FROM doubled_row)
        AND (d.project_id IS NULL OR NOT coalesce(p.is_closed, TRUE))
    UNION ALL
    SELECT skill, CAST(date_trunc('month', week_start) AS DATE) AS month_start, hours
    FROM _place_loads
) AS told
GROUP BY skill, month_start
