-- What each initiative was approved for, and with which means.
SELECT
    t.project_id,
    o.metric AS objective_metric,
    o.target AS objective_target,
    o.due_on AS objective_due_on,
    CASE d.furthest WHEN 3 THEN 'approved' WHEN 2 THEN 'in_review' WHEN 1 THEN 'draft' END AS resource_plan_state,
    CAST(coalesce(b.budget_lines, 0) AS BIGINT) AS budget_lines,
    CASE
        WHEN b.unapproved > 0 THEN FALSE
        WHEN b.unclear = 0 THEN TRUE
    END AS funding_approved,
    coalesce(s.closed_on, t.actual_finish_date, g.passed_on) AS closed_on
FROM _project_totals AS t
JOIN _stated AS s ON s.project_id = t.project_id
LEFT JOIN _objectives AS o ON o.project_id = t.project_id
LEFT JOIN (
    SELECT
        project_id,
        max(CASE state WHEN 'approved' THEN 3 WHEN 'in_review' THEN 2 ELSE 1 END) AS furthest
    FROM artefacts
    WHERE kind = 'resource_plan'
    GROUP BY project_id
) AS d ON d.project_id = t.project_id
LEFT JOIN (
    SELECT
        project_id,
        count(*) AS budget_lines,
        count(CASE WHEN approved_by IS NULL AND approved_on IS NULL AND origin IS NOT NULL THEN 1 END) AS unapproved,
        count(CASE WHEN approved_by IS NULL AND approved_on IS NULL AND origin IS NULL THEN 1 END) AS unclear
    FROM budget_lines
    WHERE counts
    GROUP BY project_id
) AS b ON b.project_id = t.project_id
LEFT JOIN (
    SELECT project_id, max(decided_on) AS passed_on
    FROM gates
    GROUP BY project_id
    HAVING count(CASE WHEN state = 'passed' THEN 1 END) = count(*)
) AS g ON g.project_id = t.project_id
