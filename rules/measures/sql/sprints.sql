-- Sprints with what each initiative has in them. An item counts in the sprint that it is in, else in its last.
SELECT
    s.id AS sprint_id,
    i.project_id,
    s.name,
    s.state,
    s.board,
    s.goal,
    CAST(s.start_at AS DATE) AS start_date,
    CAST(s.end_at AS DATE) AS end_date,
    CAST(s.complete_at AS DATE) AS completed_on,
    count(*) AS items,
    count(CASE WHEN i.status_category = 'done' THEN 1 END) AS done_items,
    CAST(sum(w.points) AS DECIMAL(12, 2)) AS points,
    CAST(sum(CASE WHEN w.points IS NOT NULL THEN CASE i.status_category WHEN 'done' THEN w.points ELSE 0 END END)
        AS DECIMAL(12, 2)) AS done_points,
    CASE WHEN s.state = 'active' AND s.end_at IS NOT NULL
        THEN greatest(date_diff('day', CAST(s.end_at AS DATE), c.as_of), 0) END AS overdue_days
FROM sprint AS s
JOIN work_item AS w ON w.sprint_id = s.id
JOIN _items AS i ON i.item_id = w.id
CROSS JOIN context AS c
WHERE s.deleted_at IS NULL
    AND NOT i.is_record
GROUP BY s.id, i.project_id, s.name, s.state, s.board, s.goal, s.start_at, s.end_at, s.complete_at, c.as_of
