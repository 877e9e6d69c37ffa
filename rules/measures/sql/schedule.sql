-- Slip and execution against the baseline. Slip compares the same plans on both sides: those with a baseline. Counts are
-- over leaf active tasks of baselined plans; milestones are counted apart. A task that is done without a recorded finish
-- counts as finished on its scheduled finish. What is open is a share of the work of all plans, baselined or not.
SELECT
    d.project_id,
    d.baseline_finish_date,
    d.forecast_finish_date,
    date_diff('day', d.baseline_finish_date, d.baselined_finish_date) AS slip_days,
    CAST(date_diff('day', d.baseline_finish_date, d.baselined_finish_date)
        / nullif(date_diff('day', d.baseline_start_date, d.baseline_finish_date), 0) AS DOUBLE) AS slip_ratio,
    t.due_by_now,
    t.done_by_now,
    CAST(t.done_by_now / nullif(t.due_by_now + t.without_baseline, 0) AS DOUBLE) AS bei,
    t.milestones_due,
    t.milestones_late,
    o.open_ratio
FROM (
    SELECT
        s.project_id,
        min(b.start_date) AS baseline_start_date,
        max(b.finish_date) AS baseline_finish_date,
        max(coalesce(p.actual_finish_date, p.finish_date)) AS forecast_finish_date,
        max(CASE WHEN b.source_project_id IS NOT NULL THEN coalesce(p.actual_finish_date, p.finish_date) END)
            AS baselined_finish_date
    FROM _source_projects AS s
    JOIN project AS p ON p.id = s.source_project_id
    LEFT JOIN _plan_baselines AS b ON b.source_project_id = s.source_project_id
    GROUP BY s.project_id
) AS d
LEFT JOIN (
    SELECT
        project_id,
        count(CASE WHEN NOT is_milestone AND baseline_finish <= status_date THEN 1 END) AS due_by_now,
        count(CASE WHEN NOT is_milestone AND baseline_finish IS NULL THEN 1 END) AS without_baseline,
        count(CASE WHEN NOT is_milestone AND finished_on <= status_date THEN 1 END) AS done_by_now,
        count(CASE WHEN is_milestone AND baseline_finish <= status_date THEN 1 END) AS milestones_due,
        count(
            CASE
                WHEN is_milestone AND coalesce(finished_on, due_date) > baseline_finish THEN 1
                WHEN is_milestone AND finished_on IS NULL AND baseline_finish < status_date THEN 1
            END
        ) AS milestones_late
    FROM (
        SELECT
            *,
            CASE WHEN status_category = 'done' THEN coalesce(actual_finish_date, due_date) END AS finished_on
        FROM _plan_tasks
        WHERE has_baseline
    ) AS tasks
    GROUP BY project_id
) AS t ON t.project_id = d.project_id
LEFT JOIN (
    SELECT
        project_id,
        CAST(
            CASE
                WHEN count(CASE WHEN progress_ratio IS NULL THEN 1 END) > 0 THEN NULL
                WHEN count(CASE WHEN estimate_hours IS NULL THEN 1 END) = 0 AND sum(estimate_hours) > 0
                    THEN sum(CAST(estimate_hours AS DECIMAL(24, 2)) * (1 - progress_ratio))
                        / nullif(sum(estimate_hours), 0)
                ELSE sum(1 - progress_ratio) / nullif(count(*), 0)
            END AS DOUBLE
        ) AS open_ratio
    FROM _plan_tasks
    GROUP BY project_id
) AS o ON o.project_id = d.project_id
