-- The same with what was done on the items up to two levels below: an epic moves when its stories and sub-tasks do.
SELECT item_id, max(active_on) AS active_on
FROM (
    SELECT own.item_id, own.active_on
    FROM _own_activity AS own
    UNION ALL
    SELECT below.parent_id AS item_id, below.active_on
    FROM _own_activity AS below
    UNION ALL
    SELECT above.parent_id AS item_id, below.active_on
    FROM _own_activity AS below
    JOIN _own_activity AS above ON above.item_id = below.parent_id
) AS activity
WHERE item_id IS NOT NULL
GROUP BY item_id
