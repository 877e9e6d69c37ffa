-- The latest day on which something was done on what lies up to two levels below each item: an epic moves when its stories
-- and sub-tasks do.
SELECT item_id, max(active_on) AS active_on
FROM (
    SELECT parent_id AS item_id, active_on
    FROM _own_activity
    UNION ALL
    SELECT above.parent_id AS item_id, below.active_on
    FROM _own_activity AS above
    JOIN (SELECT parent_id, max(active_on) AS active_on FROM _own_activity GROUP BY parent_id) AS below
        ON below.parent_id = above.item_id
) AS activity
WHERE item_id IS NOT NULL
GROUP BY item_id
