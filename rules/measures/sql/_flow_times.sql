-- How much of the time from begun to done was work, of six finished items or more: without that in statuses that the
-- configuration says to wait in, and in statuses that mean not begun. Time in a status that means done counts as neither:
-- the item was opened again. Where the configuration names no status there is no row, for nothing else tells.
SELECT
    project_id,
    count(*) AS items,
    CAST(sum(active_minutes) AS DOUBLE) / nullif(CAST(sum(minutes) AS DOUBLE), 0) AS active_ratio
FROM (
    SELECT
        i.project_id,
        i.item_id,
        sum(c.minutes) AS minutes,
        sum(CASE WHEN w.status IS NULL AND t.status IS NULL THEN c.minutes ELSE 0 END) AS active_minutes
    FROM _flow_items AS i
    JOIN (
        SELECT
            work_item_id AS item_id,
            source,
            lower(trim(to_value)) AS status,
            date_diff('minute', changed_at, lead(changed_at) OVER (PARTITION BY work_item_id ORDER BY changed_at, id))
                AS minutes
        FROM field_change
        WHERE deleted_at IS NULL AND field_class = 'status'
    ) AS c ON c.item_id = i.item_id
    JOIN (SELECT count(*) AS n FROM waiting_status) AS named ON named.n > 0
    LEFT JOIN waiting_status AS w ON w.status = c.status
    LEFT JOIN (SELECT DISTINCT source, lower(trim(status)) AS status FROM work_item WHERE status_category = 'todo') AS t
        ON t.source = c.source AND t.status = c.status
    LEFT JOIN (SELECT DISTINCT source, lower(trim(status)) AS status FROM work_item WHERE status_category = 'done') AS d
        ON d.source = c.source AND d.status = c.status
    WHERE i.cycle_days IS NOT NULL AND c.minutes IS NOT NULL AND d.status IS NULL
    GROUP BY i.project_id, i.item_id
) AS timed
GROUP BY project_id
HAVING count(*) >= 6
