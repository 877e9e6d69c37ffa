-- What the tools state of a project as it was proposed, and when it was closed; one value a field, as in _profiles.
SELECT
    project_id, requested_on, expected_value, expected_cost, expected_hours, approval_ratio, closed_on, currency,
    created_on
FROM (
    SELECT
        s.project_id,
        first_value(p.requested_on IGNORE NULLS) OVER w AS requested_on,
        first_value(p.expected_value IGNORE NULLS) OVER w AS expected_value,
        first_value(p.expected_cost IGNORE NULLS) OVER w AS expected_cost,
        first_value(p.expected_hours IGNORE NULLS) OVER w AS expected_hours,
        first_value(p.approval_ratio IGNORE NULLS) OVER w AS approval_ratio,
        first_value(p.closed_on IGNORE NULLS) OVER w AS closed_on,
        first_value(p.currency IGNORE NULLS) OVER w AS currency,
        CAST(min(p.created_at) OVER w AS DATE) AS created_on,
        row_number() OVER (PARTITION BY s.project_id ORDER BY s.origin DESC, s.source, p.key, p.id) AS position
    FROM _source_projects AS s
    JOIN project AS p ON p.id = s.source_project_id
    WINDOW w AS (
        PARTITION BY s.project_id
        ORDER BY s.origin DESC, s.source, p.key, p.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
) AS told
WHERE position = 1
