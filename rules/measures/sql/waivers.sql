-- Waivers as this check found them, for each project or other subject that they are for.
SELECT
    w.waiver_id,
    w.project_id,
    w.item_id,
    i.key AS item_key,
    i.title,
    w.subject_kind,
    w.subject_id,
    w.place,
    w.rules,
    w.subject,
    w.reason,
    w.requested_by,
    w.approved_by,
    w.ticket,
    w.compensating,
    w.starts_on,
    w.expires_on,
    w.ends_on,
    w.state,
    w.problem,
    w.length_days,
    w.allowed_days,
    w.self_approved,
    w.renewals,
    w.renewed,
    w.matches,
    w.covered_findings,
    w.open_findings,
    date_diff('day', c.as_of, w.expires_on) AS days_left,
    CASE
        WHEN w.state = 'in_force' THEN greatest(
            0,
            date_diff('day', greatest(w.starts_on, coalesce(w.last_needed_on, w.first_checked_on)), c.as_of)
        )
    END AS not_needed_days
FROM waiver_state AS w
JOIN (SELECT count(*) AS n FROM _source_projects) AS there ON there.n > 0
LEFT JOIN (SELECT DISTINCT project_id FROM _source_projects) AS s ON s.project_id = w.project_id
LEFT JOIN work_item AS i ON i.id = w.item_id
CROSS JOIN context AS c
WHERE s.project_id IS NOT NULL OR w.project_id IS NULL
