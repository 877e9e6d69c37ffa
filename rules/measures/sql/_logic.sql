-- Dependencies into and out of each item; both ends must be live.
SELECT item_id, CAST(sum(predecessors) AS BIGINT) AS predecessors, CAST(sum(successors) AS BIGINT) AS successors
FROM (
    SELECT l.to_id AS item_id, 1 AS predecessors, 0 AS successors
    FROM work_item_link AS l
    JOIN _items AS other ON other.item_id = l.from_id
    WHERE l.deleted_at IS NULL AND l.kind = 'depends'
    UNION ALL
    SELECT l.from_id AS item_id, 0 AS predecessors, 1 AS successors
    FROM work_item_link AS l
    JOIN _items AS other ON other.item_id = l.to_id
    WHERE l.deleted_at IS NULL AND l.kind = 'depends'
) AS ends
GROUP BY item_id
