-- Requests for projects: records of tools and tables, and projects in phase propose, which are decided once their first
-- gate was passed. A plan whose work or cost is zero was not estimated.
SELECT
    r.id AS proposal_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.title,
    r.state,
    coalesce(p.name, r.requested_by) AS requested_by,
    r.requested_on,
    r.decided_on,
    r.expected_value,
    r.expected_cost,
    r.expected_hours,
    coalesce(r.currency, s.currency) AS currency,
    r.approval_ratio,
    FALSE AS is_project,
    CASE WHEN r.state = 'waiting' THEN date_diff('day', r.requested_on, c.as_of) END AS days_waiting,
    r.origin
FROM proposal AS r
CROSS JOIN context AS c
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.requested_by
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
UNION ALL
SELECT
    i.id AS proposal_id,
    i.id AS project_id,
    CAST(NULL AS TEXT) AS item_id,
    CAST(NULL AS TEXT) AS item_key,
    i.name AS title,
    CASE WHEN a.project_id IS NULL THEN 'waiting' ELSE 'approved' END AS state,
    f.sponsor_name AS requested_by,
    coalesce(t.requested_on, t.created_on) AS requested_on,
    a.approved_on AS decided_on,
    t.expected_value,
    coalesce(t.expected_cost, nullif(CASE WHEN NOT m.is_mixed THEN n.planned_cost END, 0), m.budget_cost)
        AS expected_cost,
    coalesce(t.expected_hours, nullif(n.planned_hours, 0)) AS expected_hours,
    coalesce(m.currency, t.currency) AS currency,
    t.approval_ratio,
    TRUE AS is_project,
    CASE WHEN a.project_id IS NULL THEN date_diff('day', coalesce(t.requested_on, t.created_on), c.as_of) END
        AS days_waiting,
    CAST(NULL AS TEXT) AS origin
FROM initiative AS i
CROSS JOIN context AS c
JOIN _life AS life ON life.project_id = i.id
JOIN _stated AS t ON t.project_id = i.id
JOIN _project_totals AS n ON n.project_id = i.id
JOIN _money AS m ON m.project_id = i.id
JOIN _profiles AS f ON f.project_id = i.id
LEFT JOIN _approvals AS a ON a.project_id = i.id
WHERE life.phase = 'propose'
