-- Time booked. The hours of a person's day are added over all projects; hours that were rejected are shown, not counted.
SELECT
    t.entry_id,
    t.project_id,
    i.item_id,
    i.key AS item_key,
    t.person_id,
    t.person_name,
    t.spent_on,
    t.hours,
    t.billable_hours,
    t.state,
    t.billing_account,
    d.hours AS person_day_hours,
    i.resolved_on AS item_resolved_on,
    a.approved_on AS project_approved_on,
    CASE WHEN staffed.project_id IS NOT NULL AND t.person_id IS NOT NULL THEN n.person_id IS NOT NULL END AS is_allocated,
    t.entered_on,
    CASE WHEN t.entered_on IS NOT NULL THEN greatest(0, date_diff('day', t.spent_on, t.entered_on)) END
        AS entry_delay_days
FROM _booked AS t
LEFT JOIN _items AS i ON i.item_id = t.work_item_id
LEFT JOIN (
    SELECT person_id, spent_on, CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS hours
    FROM _booked
    WHERE person_id IS NOT NULL
    GROUP BY person_id, spent_on
) AS d ON d.person_id = t.person_id AND d.spent_on = t.spent_on
LEFT JOIN _approvals AS a ON a.project_id = t.project_id
LEFT JOIN (SELECT DISTINCT project_id FROM allocations WHERE person_id IS NOT NULL) AS staffed
    ON staffed.project_id = t.project_id
LEFT JOIN (SELECT DISTINCT project_id, person_id FROM allocations) AS n
    ON n.project_id = t.project_id AND n.person_id = t.person_id
