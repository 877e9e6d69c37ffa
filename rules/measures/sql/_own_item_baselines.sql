-- Baseline 0 of each item, in plans whose baseline is not all zeros; durations in working days of eight hours.
SELECT
    b.owner_id AS item_id,
    b.start_date,
    b.finish_date,
    b.work_hours,
    b.cost,
    CAST(coalesce(
        b.duration_hours / 8,
        5 * ((date_diff('day', DATE '0001-01-01', b.finish_date) + 1) // 7)
        + least((date_diff('day', DATE '0001-01-01', b.finish_date) + 1) % 7, 5)
        - 5 * (date_diff('day', DATE '0001-01-01', b.start_date) // 7)
        - least(date_diff('day', DATE '0001-01-01', b.start_date) % 7, 5)
    ) AS DECIMAL(12, 2)) AS duration_days
FROM baseline AS b
JOIN _own_baselines AS p ON p.source_project_id = b.project_id
WHERE b.deleted_at IS NULL AND b.number = 0 AND b.owner_kind = 'work_item'
