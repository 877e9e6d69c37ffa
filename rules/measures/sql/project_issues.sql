-- Entries of the issue log: problems that have come up.
SELECT
    i.id AS project_issue_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    i.title,
    i.state,
    i.owner_id,
    i.priority,
    i.response,
    i.raised_on,
    i.due_date,
    i.cause,
    p.name AS owner_name,
    CASE WHEN i.state IN ('open', 'postponed') THEN date_diff('day', i.raised_on, c.as_of) END AS days_open
FROM project_issue AS i
JOIN _source_projects AS s ON s.source_project_id = i.project_id
LEFT JOIN work_item AS w ON w.id = i.work_item_id
LEFT JOIN _people AS p ON p.account_id = i.owner_id
CROSS JOIN context AS c
WHERE i.deleted_at IS NULL
    AND w.deleted_at IS NULL
