-- What projects were approved for, planned and measured.
SELECT
    r.id AS benefit_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.name,
    r.unit,
    r.planned_amount,
    r.realised_amount,
    r.currency,
    r.due_on,
    r.measured_on,
    r.origin,
    p.name AS owner_name,
    CAST(r.realised_amount / nullif(r.planned_amount, 0) AS DOUBLE) AS realised_ratio,
    CASE WHEN r.realised_amount IS NULL THEN date_diff('day', r.due_on, c.as_of) END AS days_overdue
FROM benefit AS r
CROSS JOIN context AS c
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.owner_id
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
