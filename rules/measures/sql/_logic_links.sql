-- Dependencies and blocks between active items as the network step takes them, each in the project of its successor. A
-- tracker knows no lag: there it is zero.
SELECT
    b.source_project_id AS project_id,
    l.from_id,
    l.to_id,
    coalesce(l.dependency_type, 'FS') AS ends,
    CAST(
        round(CASE WHEN l.kind = 'depends' AND b.origin = 'plan' THEN l.lag_hours ELSE coalesce(l.lag_hours, 0) END * 60)
        AS BIGINT
    ) AS lag,
    CAST(round(l.lag_elapsed_hours * 60) AS BIGINT) AS elapsed_lag,
    a.source_project_id AS from_project_id,
    date_diff('day', DATE '1970-01-01', coalesce(a.actual_start_date, a.start_date)) AS from_start_day,
    date_diff('day', DATE '1970-01-01', coalesce(a.actual_finish_date, a.resolved_on, a.due_date)) AS from_finish_day
FROM work_item_link AS l
JOIN _items AS a ON a.item_id = l.from_id
JOIN _items AS b ON b.item_id = l.to_id
WHERE
    l.deleted_at IS NULL
    AND l.kind IN ('depends', 'blocks')
    AND a.is_active
    AND b.is_active
    AND NOT a.is_record
    AND NOT b.is_record
