-- Requests to change what was approved.
SELECT
    r.id AS change_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.title,
    r.state,
    r.raised_on,
    r.decided_on,
    r.effort_hours,
    r.cost,
    coalesce(r.currency, s.currency) AS currency,
    CASE WHEN r.decided_on IS NULL AND r.state = 'raised' THEN date_diff('day', r.raised_on, c.as_of) END AS days_open
FROM change_request AS r
JOIN _source_projects AS s ON s.source_project_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
CROSS JOIN context AS c
WHERE r.deleted_at IS NULL
    AND w.deleted_at IS NULL
    AND (w.is_archived IS DISTINCT FROM TRUE OR r.state IS DISTINCT FROM 'raised')
