-- Findings as the check left them. Those of rules that read findings or waivers are left out: else a second check of the
-- same day would see what the first one found.
SELECT
    f.id AS finding_id,
    f.project_id,
    CASE WHEN f.subject_kind = 'item' THEN f.subject_id END AS item_id,
    f.subject_id,
    f.rule_id,
    f.subject_kind,
    f.severity,
    f.mode,
    f.state,
    f.message,
    f.value,
    f.threshold,
    f.first_seen_on,
    f.opened_on,
    f.last_seen_on,
    f.last_verified_on,
    f.resolved_on,
    f.times_seen,
    f.times_reopened,
    f.verified,
    f.waived_by,
    f.waived_until,
    f.waived_days,
    f.fix_by,
    f.owner,
    CASE
        WHEN f.opened_on IS NOT NULL THEN greatest(
            0,
            date_diff('day', f.opened_on, CASE WHEN f.state = 'open' THEN c.as_of ELSE f.resolved_on END)
            - coalesce(f.waived_days, 0)
        )
    END AS age_days,
    CASE WHEN f.state = 'open' THEN date_diff('day', f.fix_by, c.as_of) END AS overdue_days
FROM finding AS f
JOIN (SELECT count(*) AS n FROM _source_projects) AS there ON there.n > 0
LEFT JOIN (SELECT DISTINCT project_id FROM _source_projects) AS s ON s.project_id = f.project_id
CROSS JOIN context AS c
WHERE (s.project_id IS NOT NULL OR f.project_id IS NULL)
    AND coalesce(f.view, '') NOT IN ('findings', 'waivers', 'repeated_findings')
