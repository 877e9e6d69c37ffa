-- Since when each item was in which sprint, and when it was taken out again. What no change put there was there from its
-- creation. Sprints of one source that share a name cannot be told apart in a history: they have no rows.
SELECT
    e.item_id,
    e.sprint_id,
    CASE WHEN min(e.entered_at) IS NULL OR min(e.first_left_at) < min(e.entered_at) THEN min(w.created_at)
        ELSE min(e.entered_at) END AS entered_at,
    max(e.left_at) AS left_at
FROM (
    SELECT
        n.item_id,
        s.sprint_id,
        CASE WHEN n.is_after AND o.name IS NULL THEN n.changed_at END AS entered_at,
        CASE WHEN NOT n.is_after THEN n.changed_at END AS first_left_at,
        CASE WHEN NOT n.is_after AND o.name IS NULL THEN n.changed_at END AS left_at
    FROM _sprint_names AS n
    LEFT JOIN _sprint_names AS o
        ON o.change_id = n.change_id AND o.name = n.name AND o.is_after <> n.is_after
    JOIN (
        SELECT source, name, min(id) AS sprint_id
        FROM sprint
        WHERE deleted_at IS NULL
        GROUP BY source, name
        HAVING count(*) = 1
    ) AS s ON s.source = n.source AND s.name = n.name
    UNION ALL
    SELECT w.id AS item_id, w.sprint_id, NULL AS entered_at, NULL AS first_left_at, NULL AS left_at
    FROM work_item AS w
    JOIN (
        SELECT source, name, min(id) AS sprint_id
        FROM sprint
        WHERE deleted_at IS NULL
        GROUP BY source, name
        HAVING count(*) = 1
    ) AS s ON s.sprint_id = w.sprint_id
    WHERE w.deleted_at IS NULL
) AS e
JOIN work_item AS w ON w.id = e.item_id
GROUP BY e.item_id, e.sprint_id
