-- Finished leaf work with an estimate and time spent, by kind, department and size of project. Estimate: the tracker's
-- original estimate; the baseline work of a plan's task, whose own work moves with what is done. Spent: booked on the
-- item, else what its tool states. Percentiles by nearest rank.
SELECT
    origin,
    kind,
    department,
    size_class,
    max(n) AS items,
    max(projects) AS projects,
    CAST(max(CASE WHEN rank <= (50 * n + 99) // 100 THEN ratio END) AS DOUBLE) AS median_ratio,
    CAST(max(CASE WHEN rank <= (80 * n + 99) // 100 THEN ratio END) AS DOUBLE) AS p80_ratio,
    CAST(max(estimated) AS DECIMAL(14, 2)) AS estimated_hours,
    CAST(max(spent) AS DECIMAL(14, 2)) AS spent_hours
FROM (
    SELECT
        origin,
        kind,
        department,
        size_class,
        ratio,
        row_number() OVER (PARTITION BY origin, kind, department, size_class ORDER BY ratio, item_id) AS rank,
        count(*) OVER (PARTITION BY origin, kind, department, size_class) AS n,
        max(project_number) OVER (PARTITION BY origin, kind, department, size_class) AS projects,
        sum(estimate_hours) OVER (PARTITION BY origin, kind, department, size_class) AS estimated,
        sum(actual_hours) OVER (PARTITION BY origin, kind, department, size_class) AS spent
    FROM (
        SELECT
            w.origin,
            w.kind,
            p.department,
            p.size_class,
            w.item_id,
            dense_rank() OVER (
                PARTITION BY w.origin, w.kind, p.department, p.size_class ORDER BY w.project_id
            ) AS project_number,
            w.estimate_hours,
            w.actual_hours,
            CAST(w.actual_hours / nullif(w.estimate_hours, 0) AS DOUBLE) AS ratio
        FROM (
            SELECT
                project_id,
                item_id,
                origin,
                kind,
                CASE WHEN origin = 'plan' THEN baseline_hours ELSE estimate_hours END AS estimate_hours,
                CASE WHEN origin = 'plan' THEN spent_hours ELSE coalesce(nullif(booked_hours, 0), spent_hours) END
                    AS actual_hours
            FROM work_items
            WHERE status_category = 'done' AND is_leaf AND is_milestone IS DISTINCT FROM TRUE AND kind IS NOT NULL
        ) AS w
        JOIN _profiles AS p ON p.project_id = w.project_id
        WHERE w.estimate_hours > 0 AND w.actual_hours > 0
    ) AS compared
) AS ranked
GROUP BY origin, kind, department, size_class
