-- What trackers without any plan beside them plan to do, item by item: leaves with a planned day, which is the due date
-- that was set first (moving it later moves no plan), else the end of the sprint, else the release of the version. Half
-- of an item is earned when it is begun and half when it is done, and was to be so on its two days: nobody's opinion of
-- progress counts. An item without a start is planned whole on its day. Items without any day were not planned.
SELECT
    p.project_id,
    p.item_id,
    p.hours,
    p.points,
    p.remaining_hours,
    p.created_on,
    CASE WHEN p.start_date < p.planned_on THEN p.start_date ELSE p.planned_on END AS begins_on,
    p.planned_on,
    p.status_category = 'done' AS is_done,
    CASE p.status_category WHEN 'done' THEN CAST(1 AS DECIMAL(2, 1)) WHEN 'in_progress' THEN CAST(0.5 AS DECIMAL(2, 1))
        WHEN 'todo' THEN CAST(0 AS DECIMAL(2, 1)) END AS progress_ratio,
    CAST((CASE WHEN p.start_date < p.planned_on AND p.start_date <= c.as_of THEN 1 ELSE 0 END
        + CASE WHEN p.start_date < p.planned_on AND p.planned_on <= c.as_of THEN 1 ELSE 0 END
        + CASE WHEN coalesce(p.start_date >= p.planned_on, TRUE) AND p.planned_on <= c.as_of THEN 2 ELSE 0 END)
        AS DECIMAL(2, 1)) / 2 AS due_ratio,
    p.resolved_on
FROM (
    SELECT
        i.project_id,
        i.item_id,
        i.estimate_hours AS hours,
        w.points,
        w.remaining_hours,
        i.created_on,
        i.start_date,
        coalesce(f.first_due_on, i.due_date, CAST(s.end_at AS DATE), v.release_date) AS planned_on,
        i.status_category,
        i.resolved_on
    FROM work_item AS w
    JOIN _items AS i ON i.item_id = w.id
    JOIN _trackers_alone AS a ON a.source_project_id = i.source_project_id
    LEFT JOIN (
        SELECT
            h.work_item_id AS item_id,
            try_cast(left(h.from_value, 10) AS DATE) AS first_due_on,
            row_number() OVER (PARTITION BY h.work_item_id ORDER BY h.changed_at, h.id) AS position
        FROM field_change AS h
        JOIN _items AS t ON t.item_id = h.work_item_id
        JOIN _trackers_alone AS s ON s.source_project_id = t.source_project_id
        WHERE h.deleted_at IS NULL AND lower(h.field) IN ('duedate', 'due date', 'due_date') AND h.from_value IS NOT NULL
    ) AS f ON f.item_id = i.item_id AND f.position = 1
    LEFT JOIN sprint AS s ON s.id = w.sprint_id AND s.deleted_at IS NULL
    LEFT JOIN version AS v ON v.id = w.version_id AND v.deleted_at IS NULL
    WHERE i.is_leaf AND i.is_active AND NOT i.is_record AND NOT i.is_milestone AND i.kind IS DISTINCT FROM 'epic'
) AS p
CROSS JOIN context AS c
WHERE p.planned_on IS NOT NULL
