-- The approved dates and cost of each plan: baseline 0 of the project itself, else the outer dates of its tasks.
-- A baseline that is all zeros was never taken: such plans have no row here.
SELECT
    b.project_id AS source_project_id,
    coalesce(
        min(CASE WHEN b.owner_kind = 'project' THEN b.start_date END),
        min(CASE WHEN b.owner_kind = 'work_item' THEN b.start_date END)
    ) AS start_date,
    coalesce(
        max(CASE WHEN b.owner_kind = 'project' THEN b.finish_date END),
        max(CASE WHEN b.owner_kind = 'work_item' THEN b.finish_date END)
    ) AS finish_date,
    CAST(max(b.taken_at) AS DATE) AS taken_on,
    max(CASE WHEN b.owner_kind = 'project' THEN b.cost END) AS project_cost
FROM baseline AS b
WHERE b.deleted_at IS NULL AND b.number = 0 AND b.owner_kind IN ('project', 'work_item')
GROUP BY b.project_id
HAVING coalesce(bool_or(b.cost <> 0 OR b.work_hours <> 0 OR b.duration_hours <> 0), FALSE)
