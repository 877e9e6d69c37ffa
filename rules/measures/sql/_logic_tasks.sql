-- Active items as the network step takes them: all of plans, of trackers those with a dependency or a block. Durations
-- are kept in hundredths of hours, which are less than half a minute wide: rounding to minutes brings back what was said.
SELECT
    i.item_id,
    i.source_project_id AS project_id,
    i.parent_id,
    w.sequence,
    i.is_leaf,
    i.is_milestone,
    coalesce(w.is_manual, FALSE) AS is_manual,
    coalesce(w.is_external, FALSE) AS is_external,
    coalesce(i.status_category = 'done', FALSE) AS is_done,
    coalesce(i.status_category = 'in_progress' OR i.actual_start_date IS NOT NULL, FALSE) AS is_begun,
    date_diff('day', DATE '1970-01-01', i.start_date) AS start_day,
    date_diff('day', DATE '1970-01-01', i.due_date) AS due_day,
    date_diff('day', DATE '1970-01-01', i.actual_start_date) AS actual_start_day,
    date_diff('day', DATE '1970-01-01', coalesce(i.actual_finish_date, i.resolved_on)) AS finished_day,
    date_diff('day', DATE '1970-01-01', w.deadline_date) AS deadline_day,
    w.constraint_type AS constraint_kind,
    date_diff('day', DATE '1970-01-01', w.constraint_date) AS constraint_day,
    w.calendar_id,
    w.start_at,
    w.finish_at,
    CAST(round(w.duration_hours * 60) AS BIGINT) AS minutes,
    CAST(round(w.duration_elapsed_hours * 60) AS BIGINT) AS elapsed_minutes,
    CAST(
        round(coalesce(w.remaining_duration_hours, w.duration_hours * (1 - coalesce(w.complete_ratio, 0))) * 60) AS BIGINT
    ) AS remaining_minutes
FROM _items AS i
JOIN work_item AS w ON w.id = i.item_id
LEFT JOIN (
    SELECT from_id AS item_id FROM work_item_link WHERE deleted_at IS NULL AND kind IN ('depends', 'blocks')
    UNION
    SELECT to_id AS item_id FROM work_item_link WHERE deleted_at IS NULL AND kind IN ('depends', 'blocks')
) AS e ON e.item_id = i.item_id
WHERE i.is_active AND NOT i.is_record AND (i.origin = 'plan' OR e.item_id IS NOT NULL)
