-- Leaf work of trackers as it flows: when it was begun and done. Epics and milestones are no work of their own. An item
-- whose status changed once never was in progress; it counts as done, and says nothing of how long work takes.
SELECT
    i.project_id,
    i.item_id,
    i.status_category,
    i.account_id,
    i.due_date,
    i.resolved_on,
    CASE WHEN i.status_category = 'in_progress' THEN coalesce(i.actual_start_date, i.status_changed_on) END
        AS in_progress_since,
    CASE
        WHEN i.resolved_on IS NOT NULL AND (i.actual_start_date IS NOT NULL OR h.status_changes > 1)
            THEN date_diff('day', coalesce(i.actual_start_date, h.first_status_change_on), i.resolved_on)
    END AS cycle_days
FROM _items AS i
LEFT JOIN _history AS h ON h.item_id = i.item_id
WHERE i.origin = 'tracker'
    AND i.is_leaf AND i.is_active AND NOT i.is_record AND NOT i.is_milestone AND i.kind IS DISTINCT FROM 'epic'
