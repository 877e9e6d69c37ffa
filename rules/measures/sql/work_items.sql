-- Items that are work. Counts and sums are zero where the source keeps such data and has none for the item, null where
-- it does not: a source keeps time or history when any of its records was read, and dependencies when it is a plan whose
-- links may be read, or has any.
SELECT
    i.item_id,
    i.project_id,
    i.source_project_id,
    i.source,
    i.origin,
    w.key,
    w.url,
    w.title,
    w.type,
    w.kind,
    w.status,
    w.status_category,
    w.priority,
    i.parent_id,
    CASE WHEN p.account_id IS NULL THEN w.assignee_id ELSE p.person_id END AS assignee_id,
    p.name AS assignee_name,
    p.active AS assignee_active,
    CASE WHEN m.account_id IS NULL THEN w.creator_id ELSE m.person_id END AS creator_id,
    w.labels,
    w.components,
    w.affected_versions,
    w.fix_versions,
    w.security_level,
    w.start_date,
    w.due_date,
    w.actual_start_date,
    w.actual_finish_date,
    w.constraint_type,
    w.estimate_hours,
    w.remaining_hours,
    w.spent_hours,
    w.aggregate_estimate_hours,
    w.aggregate_remaining_hours,
    w.aggregate_spent_hours,
    w.points,
    w.complete_ratio,
    w.planned_cost,
    w.actual_cost,
    w.is_summary,
    w.is_milestone,
    w.is_critical,
    w.is_active,
    w.is_blocked,
    i.is_leaf,
    CAST(coalesce(
        w.duration_hours / 8,
        5 * ((date_diff('day', DATE '0001-01-01', w.due_date) + 1) // 7)
        + least((date_diff('day', DATE '0001-01-01', w.due_date) + 1) % 7, 5)
        - 5 * (date_diff('day', DATE '0001-01-01', w.start_date) // 7)
        - least(date_diff('day', DATE '0001-01-01', w.start_date) % 7, 5)
    ) AS DECIMAL(12, 2)) AS duration_days,
    CAST(coalesce(w.total_slack_hours / 8, n.total_float_minutes / 480) AS DECIMAL(12, 2)) AS total_float_days,
    CASE WHEN k.keeps_links THEN coalesce(l.predecessors, 0) END AS predecessors,
    CASE WHEN k.keeps_links THEN coalesce(l.successors, 0) END AS successors,
    CASE WHEN i.origin = 'plan' THEN coalesce(a.people, 0) END AS people,
    b.start_date AS baseline_start_date,
    b.finish_date AS baseline_finish_date,
    b.work_hours AS baseline_hours,
    b.duration_days AS baseline_duration_days,
    b.cost AS baseline_cost,
    CASE WHEN k.keeps_time THEN coalesce(o.booked_hours, CAST(0 AS DECIMAL(14, 2))) ELSE o.booked_hours END
        AS booked_hours,
    CAST(w.created_at AS DATE) AS created_on,
    i.resolved_on,
    greatest(o.active_on, v.active_on) AS last_activity_on,
    date_diff('day', greatest(o.active_on, v.active_on), c.as_of) AS idle_days,
    CASE WHEN w.status_category = 'in_progress'
        THEN date_diff('day', coalesce(w.actual_start_date, CAST(w.status_changed_at AS DATE)), c.as_of) END AS age_days,
    CASE WHEN i.origin = 'tracker' THEN f.cycle_p85_days END AS cycle_p85_days,
    CASE WHEN k.keeps_history THEN coalesce(o.due_moves, 0) END AS due_moves
FROM work_item AS w
JOIN _items AS i ON i.item_id = w.id
CROSS JOIN context AS c
JOIN _habits AS k ON k.source_project_id = i.source_project_id
LEFT JOIN _people AS p ON p.account_id = w.assignee_id
LEFT JOIN _people AS m ON m.account_id = w.creator_id
LEFT JOIN _item_baselines AS b ON b.item_id = i.item_id
LEFT JOIN _logic AS l ON l.item_id = i.item_id
LEFT JOIN _network AS n ON n.item_id = i.item_id
LEFT JOIN _cycle_times AS f ON f.project_id = i.project_id
LEFT JOIN _own_activity AS o ON o.item_id = i.item_id
LEFT JOIN _activity AS v ON v.item_id = i.item_id
LEFT JOIN (
    SELECT n.work_item_id AS item_id, count(DISTINCT q.person_id) AS people
    FROM assignment AS n
    JOIN _people AS q ON q.account_id = n.account_id
    WHERE n.deleted_at IS NULL
    GROUP BY n.work_item_id
) AS a ON a.item_id = i.item_id
WHERE NOT i.is_record
