-- What was done on each item itself: the latest day, the time booked, and the moves of its due date. Its creation counts
-- as a day where a history is kept.
SELECT
    i.item_id,
    i.parent_id,
    CASE WHEN k.keeps_history THEN coalesce(greatest(h.changed_on, b.last_booked_on), i.created_on)
        ELSE b.last_booked_on END AS active_on,
    b.booked_hours,
    h.due_moves
FROM _items AS i
JOIN _habits AS k ON k.source_project_id = i.source_project_id
LEFT JOIN _history AS h ON h.item_id = i.item_id
LEFT JOIN _booked_items AS b ON b.item_id = i.item_id
WHERE NOT i.is_record
