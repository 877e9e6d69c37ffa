-- The objective of each initiative: one that says what is measured, to which value and by when, before one that does not;
-- the project's own before a benefit that it was approved for.
SELECT project_id, metric, target, due_on
FROM (
    SELECT
        project_id,
        metric,
        target,
        due_on,
        row_number() OVER (
            PARTITION BY project_id
            ORDER BY
                CASE WHEN metric IS NOT NULL AND target IS NOT NULL AND due_on IS NOT NULL THEN 0 ELSE 1 END,
                place,
                id
        ) AS position
    FROM (
        SELECT
            s.project_id,
            p.objective_metric AS metric,
            p.objective_target AS target,
            p.objective_due_on AS due_on,
            0 AS place,
            p.id
        FROM _source_projects AS s
        JOIN project AS p ON p.id = s.source_project_id
        WHERE p.objective_metric IS NOT NULL OR p.objective_target IS NOT NULL OR p.objective_due_on IS NOT NULL
        UNION ALL
        SELECT
            o.project_id,
            b.name AS metric,
            CAST(b.planned_amount AS TEXT) AS target,
            b.due_on,
            1 AS place,
            b.id
        FROM benefit AS b
        JOIN _owners AS o ON o.owner_id = b.project_id
        WHERE b.deleted_at IS NULL AND b.id NOT IN (SELECT id FROM doubled_row)
    ) AS told
) AS ordered
WHERE position = 1
