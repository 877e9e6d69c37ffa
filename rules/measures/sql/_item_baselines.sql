-- Baseline 0 of each item: its own, else, where its plan inherits one, that of the item that it goes on with.
SELECT item_id, start_date, finish_date, work_hours, cost, duration_days
FROM _own_item_baselines
UNION ALL
SELECT h.successor_id AS item_id, b.start_date, b.finish_date, b.work_hours, b.cost, b.duration_days
FROM _plan_baselines AS p
JOIN _history_items AS h ON h.source_project_id = p.inherited_from
JOIN _own_item_baselines AS b ON b.item_id = h.item_id
WHERE h.successor_id IS NOT NULL
