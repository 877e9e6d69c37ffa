-- Time booked on each item.
SELECT item_id, CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS booked_hours, max(spent_on) AS last_booked_on
FROM _time
WHERE item_id IS NOT NULL
GROUP BY item_id
