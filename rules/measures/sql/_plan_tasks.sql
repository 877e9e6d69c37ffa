-- Leaf active tasks of plans, with what was to be earned by the status date. Where a plan inherits its baseline, what was
-- done under it and is not in the plan any more counts along, and a task has cost and taken what either plan says, the
-- larger: whether actuals were carried over nobody tells. A plan that keeps no cost inherits work alone: held against cost
-- that ended with the old plan, whatever is earned since would look free. Planned value grows evenly over the working
-- days, Monday to Friday, from baseline start to baseline finish, both included; without a start it comes at the finish.
-- DuckDB keeps a product of two decimals in 18 digits unless one factor has more: hence the wide casts.
-- Working days before day n, counted from Monday 0001-01-01, are 5 * (n // 7) + least(n % 7, 5).
SELECT
    t.*,
    CASE
        WHEN t.baseline_finish IS NULL THEN NULL
        WHEN t.baseline_finish <= t.status_date THEN t.baseline_cost
        WHEN coalesce(t.baseline_start, t.baseline_finish) > t.status_date THEN CAST(0 AS DECIMAL(18, 4))
        WHEN t.days_all = 0 THEN CAST(0 AS DECIMAL(18, 4))
        ELSE CAST(t.baseline_cost * t.days_gone / nullif(t.days_all, 0) AS DECIMAL(18, 4))
    END AS pv_cost,
    CASE
        WHEN t.baseline_finish IS NULL THEN NULL
        WHEN t.baseline_finish <= t.status_date THEN t.baseline_hours
        WHEN coalesce(t.baseline_start, t.baseline_finish) > t.status_date THEN CAST(0 AS DECIMAL(18, 4))
        WHEN t.days_all = 0 THEN CAST(0 AS DECIMAL(18, 4))
        ELSE CAST(t.baseline_hours * t.days_gone / nullif(t.days_all, 0) AS DECIMAL(18, 4))
    END AS pv_hours,
    CAST(CAST(t.baseline_cost AS DECIMAL(24, 4)) * t.progress_ratio AS DECIMAL(18, 4)) AS ev_cost,
    CAST(CAST(t.baseline_hours AS DECIMAL(24, 2)) * t.progress_ratio AS DECIMAL(18, 4)) AS ev_hours
FROM (
    SELECT
        i.project_id,
        i.source_project_id,
        i.item_id,
        i.is_milestone,
        i.status_category,
        i.actual_finish_date,
        i.due_date,
        i.progress_ratio,
        i.estimate_hours,
        CASE WHEN p.inherited_from IS NULL THEN i.actual_cost ELSE greatest(i.actual_cost, o.actual_cost) END AS actual_cost,
        CASE WHEN p.inherited_from IS NULL THEN i.spent_hours ELSE greatest(i.spent_hours, o.spent_hours) END
            AS actual_hours,
        coalesce(i.status_date, c.as_of) AS status_date,
        p.source_project_id IS NOT NULL AS has_baseline,
        b.start_date AS baseline_start,
        b.finish_date AS baseline_finish,
        b.work_hours AS baseline_hours,
        CASE WHEN p.inherited_from IS NULL OR k.source_project_id IS NOT NULL THEN b.cost END AS baseline_cost,
        5 * ((date_diff('day', DATE '0001-01-01', coalesce(i.status_date, c.as_of)) + 1) // 7)
        + least((date_diff('day', DATE '0001-01-01', coalesce(i.status_date, c.as_of)) + 1) % 7, 5)
        - 5 * (date_diff('day', DATE '0001-01-01', b.start_date) // 7)
        - least(date_diff('day', DATE '0001-01-01', b.start_date) % 7, 5) AS days_gone,
        5 * ((date_diff('day', DATE '0001-01-01', b.finish_date) + 1) // 7)
        + least((date_diff('day', DATE '0001-01-01', b.finish_date) + 1) % 7, 5)
        - 5 * (date_diff('day', DATE '0001-01-01', b.start_date) // 7)
        - least(date_diff('day', DATE '0001-01-01', b.start_date) % 7, 5) AS days_all
    FROM (
        SELECT
            project_id, source_project_id, item_id, is_milestone, status_category, actual_finish_date, due_date,
            progress_ratio, estimate_hours, actual_cost, spent_hours, status_date
        FROM _items
        WHERE origin = 'plan' AND is_active AND NOT is_record AND is_leaf
        UNION ALL
        SELECT
            h.project_id, s.source_project_id, h.item_id, h.is_milestone, h.status_category, h.actual_finish_date,
            h.due_date, CAST(1 AS DECIMAL(12, 6)) AS progress_ratio, h.estimate_hours, h.actual_cost, h.spent_hours,
            s.status_date
        FROM _plan_baselines AS q
        JOIN _source_projects AS s ON s.source_project_id = q.source_project_id
        JOIN _history_items AS h ON h.source_project_id = q.inherited_from
        WHERE h.successor_id IS NULL AND h.status_category = 'done'
    ) AS i
    CROSS JOIN context AS c
    LEFT JOIN _plan_baselines AS p ON p.source_project_id = i.source_project_id
    LEFT JOIN _item_baselines AS b ON b.item_id = i.item_id
    LEFT JOIN (
        SELECT DISTINCT source_project_id FROM _items WHERE origin = 'plan' AND actual_cost IS NOT NULL
    ) AS k ON k.source_project_id = i.source_project_id
    LEFT JOIN _history_items AS o ON o.successor_id = i.item_id AND o.source_project_id = p.inherited_from
) AS t
