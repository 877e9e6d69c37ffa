-- Median and 85th percentile, by nearest rank, of the days from first change of status to done, over the tracker's finished leaf
-- items of each initiative. An item whose status changed once never was in progress and says nothing of the flow.
SELECT
    project_id,
    CAST(max(CASE WHEN rank <= (50 * n + 99) // 100 THEN cycle_days END) AS DOUBLE) AS cycle_p50_days,
    CAST(max(CASE WHEN rank <= (85 * n + 99) // 100 THEN cycle_days END) AS DOUBLE) AS cycle_p85_days
FROM (
    SELECT
        project_id,
        cycle_days,
        row_number() OVER (PARTITION BY project_id ORDER BY cycle_days, item_id) AS rank,
        count(*) OVER (PARTITION BY project_id) AS n
    FROM (
        SELECT
            i.project_id,
            i.item_id,
            date_diff('day', coalesce(i.actual_start_date, h.first_status_change_on), i.resolved_on) AS cycle_days
        FROM _items AS i
        LEFT JOIN _history AS h ON h.item_id = i.item_id
        WHERE
            i.origin = 'tracker' AND NOT i.is_record AND i.is_leaf AND NOT i.is_milestone
            AND (i.actual_start_date IS NOT NULL OR h.status_changes > 1)
            AND i.resolved_on IS NOT NULL
    ) AS finished
    WHERE cycle_days >= 0
) AS ranked
WHERE n >= 6
GROUP BY project_id
