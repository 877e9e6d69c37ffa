-- Not stored: to write down all entries takes longer than to work them out for each of the few that read them.
-- Live time entries with their initiative and person. Of a source that brings time no more (another one does now)
-- those stored earlier do not count. The time of a plan that is history counts, but not what its successor holds as well.
-- Hours that an approver rejected are shown, not counted.
-- A tracker deletes the hours of a deleted issue and tells nobody; a timesheet keeps those of a task that left the plan.
-- An item is asked for its project only where an entry leaves that to it.
SELECT
    t.id AS entry_id,
    s.project_id,
    t.source,
    t.work_item_id,
    CASE WHEN p.account_id IS NULL THEN t.account_id ELSE p.person_id END AS person_id,
    p.name AS person_name,
    t.spent_on,
    t.hours,
    t.billable_hours,
    t.state,
    t.billing_account,
    CAST(t.created_at AS DATE) AS entered_on,
    CASE WHEN t.state IS DISTINCT FROM 'rejected' THEN t.hours END AS counted_hours
FROM time_entry AS t
LEFT JOIN (
    SELECT w.id, w.project_id
    FROM work_item AS w
    JOIN (
        SELECT DISTINCT work_item_id FROM time_entry WHERE deleted_at IS NULL AND project_id IS NULL
    ) AS e ON e.work_item_id = w.id
) AS asked ON asked.id = t.work_item_id
LEFT JOIN (SELECT id FROM work_item WHERE deleted_at IS NOT NULL) AS gone ON gone.id = t.work_item_id
LEFT JOIN _people AS p ON p.account_id = t.account_id
JOIN (
    SELECT project_id, source_project_id, origin, FALSE AS is_history FROM _source_projects
    UNION ALL
    SELECT project_id, source_project_id, origin, TRUE AS is_history FROM _histories
) AS s ON s.source_project_id = coalesce(t.project_id, asked.project_id)
LEFT JOIN (
    SELECT DISTINCT s.project_id, replace(t.id, concat(t.source, ':'), '') AS native
    FROM time_entry AS t
    JOIN _source_projects AS s ON s.source_project_id = t.project_id
    JOIN (SELECT DISTINCT project_id FROM _histories) AS h ON h.project_id = s.project_id
    WHERE t.deleted_at IS NULL
) AS again
    ON again.project_id = s.project_id
    AND again.native = CASE WHEN s.is_history THEN replace(t.id, concat(t.source, ':'), '') END
LEFT JOIN capability AS c
    ON c.source = t.source AND c.table_name = 'time_entry' AND c.column_name = 'hours' AND c.state = 'not_available'
WHERE t.deleted_at IS NULL
    AND c.source IS NULL
    AND again.native IS NULL
    AND (s.origin = 'plan' OR gone.id IS NULL)
