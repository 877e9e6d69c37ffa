-- What work took against its estimate, by kind, over finished leaf items of trackers that have both. Percentiles by
-- nearest rank.
SELECT
    project_id,
    kind,
    count(*) AS items,
    CAST(sum(estimate_hours) AS DECIMAL(14, 2)) AS estimate_hours,
    CAST(sum(booked_hours) AS DECIMAL(14, 2)) AS booked_hours,
    CAST(sum(booked_hours) / nullif(sum(estimate_hours), 0) AS DOUBLE) AS booked_ratio,
    max(CASE WHEN rank <= (50 * n + 99) // 100 THEN ratio END) AS p50_ratio,
    max(CASE WHEN rank <= (85 * n + 99) // 100 THEN ratio END) AS p85_ratio
FROM (
    SELECT
        i.project_id,
        i.kind,
        i.estimate_hours,
        b.booked_hours,
        CAST(b.booked_hours / nullif(i.estimate_hours, 0) AS DOUBLE) AS ratio,
        row_number() OVER (
            PARTITION BY i.project_id, i.kind ORDER BY b.booked_hours / nullif(i.estimate_hours, 0), i.item_id
        ) AS rank,
        count(*) OVER (PARTITION BY i.project_id, i.kind) AS n
    FROM _items AS i
    JOIN _booked_items AS b ON b.item_id = i.item_id
    WHERE i.origin = 'tracker' AND i.is_leaf AND NOT i.is_record AND i.status_category = 'done' AND i.kind IS NOT NULL
        AND i.estimate_hours > 0 AND b.booked_hours > 0
) AS done
GROUP BY project_id, kind
