-- Where in its life each initiative stands: the phase that a tool states, else what its plans tell of it. Plans that have
-- finished, with no open item in a tracker, are closed; plans with progress are being executed; others are planned. A plan
-- without tasks tells nothing.
SELECT
    told.project_id,
    told.phase,
    coalesce(told.phase = 'closed', FALSE) AS is_closed
FROM (
    SELECT
        t.project_id,
        coalesce(
            p.phase,
            CASE
                WHEN NOT t.has_plan THEN NULL
                WHEN (t.actual_finish_date IS NOT NULL OR w.tasks = w.tasks_done) AND coalesce(w.open_items, 0) = 0
                    THEN 'closed'
                WHEN w.tasks_begun > 0 THEN 'execute'
                WHEN w.tasks > 0 AND w.tasks_unclear = 0 THEN 'plan'
            END
        ) AS phase
    FROM _project_totals AS t
    JOIN _profiles AS p ON p.project_id = t.project_id
    LEFT JOIN (
        SELECT
            project_id,
            count(CASE WHEN origin = 'plan' THEN 1 END) AS tasks,
            count(CASE WHEN origin = 'plan' AND status_category = 'done' THEN 1 END) AS tasks_done,
            count(CASE WHEN origin = 'plan' AND status_category IS NULL THEN 1 END) AS tasks_unclear,
            count(
                CASE
                    WHEN origin = 'plan' AND (
                        status_category IN ('in_progress', 'done')
                        OR actual_start_date IS NOT NULL
                        OR progress_ratio > 0
                    ) THEN 1
                END
            ) AS tasks_begun,
            count(CASE WHEN origin = 'tracker' AND status_category IS DISTINCT FROM 'done' THEN 1 END) AS open_items
        FROM _items
        WHERE is_leaf AND is_active AND NOT is_record
        GROUP BY project_id
    ) AS w ON w.project_id = t.project_id
) AS told
