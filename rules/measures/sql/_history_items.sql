-- Leaf tasks of plans that are history, each with the task of the present plan that goes on with it: the one of the same
-- GUID, else the only one of the same title, where that is the only one of its plan too.
SELECT
    h.project_id,
    h.source_project_id,
    h.currency,
    o.id AS item_id,
    coalesce(g.item_id, n.item_id) AS successor_id,
    o.status_category,
    coalesce(o.is_milestone, o.kind = 'milestone', FALSE) AS is_milestone,
    o.actual_finish_date,
    o.due_date,
    o.estimate_hours,
    o.actual_cost,
    o.spent_hours
FROM work_item AS o
JOIN _histories AS h ON h.source_project_id = o.project_id
LEFT JOIN (
    SELECT DISTINCT parent_id FROM work_item WHERE deleted_at IS NULL AND parent_id IS NOT NULL
) AS groups ON groups.parent_id = o.id
LEFT JOIN (
    SELECT i.project_id, w.native_id, min(i.item_id) AS item_id
    FROM work_item AS w
    JOIN _items AS i ON i.item_id = w.id
    JOIN (SELECT DISTINCT project_id FROM _histories) AS p ON p.project_id = i.project_id
    WHERE i.origin = 'plan' AND w.native_id LIKE '________-____-____-____-____________'
    GROUP BY i.project_id, w.native_id
) AS g ON g.project_id = h.project_id AND g.native_id = o.native_id
LEFT JOIN (
    SELECT i.project_id, lower(i.title) AS title, min(i.item_id) AS item_id
    FROM _items AS i
    JOIN (SELECT DISTINCT project_id FROM _histories) AS p ON p.project_id = i.project_id
    WHERE i.origin = 'plan' AND i.is_leaf
    GROUP BY i.project_id, lower(i.title)
    HAVING count(*) = 1
) AS n ON n.project_id = h.project_id AND n.title = lower(o.title) AND g.item_id IS NULL
    AND o.id IN (
        SELECT min(t.id)
        FROM work_item AS t
        JOIN _histories AS p ON p.source_project_id = t.project_id
        WHERE t.deleted_at IS NULL
        GROUP BY p.project_id, lower(t.title)
        HAVING count(*) = 1
    )
WHERE o.deleted_at IS NULL
    AND groups.parent_id IS NULL
    AND o.outline_level IS DISTINCT FROM 0
    AND o.is_summary IS DISTINCT FROM TRUE
    AND o.is_active IS DISTINCT FROM FALSE
