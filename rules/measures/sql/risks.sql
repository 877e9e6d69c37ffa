-- Threats and opportunities. Amounts without a currency of their own are in their project's.
SELECT
    r.id AS risk_id,
    s.project_id,
    w.id AS item_id,
    w.key AS item_key,
    r.title,
    r.kind,
    r.state,
    r.owner_id,
    r.probability_ratio,
    r.impact_cost,
    coalesce(r.currency, s.currency, CASE WHEN r.origin IS NOT NULL THEN m.currency END) AS currency,
    r.response,
    r.due_date,
    r.reviewed_on,
    r.cause,
    r.origin,
    coalesce(r.kind = 'opportunity', FALSE) AS is_opportunity,
    p.name AS owner_name,
    CAST(CAST(r.impact_cost AS DECIMAL(24, 4)) * r.probability_ratio AS DECIMAL(18, 4)) AS exposure_cost,
    date_diff('day', r.reviewed_on, c.as_of) AS days_since_review,
    CASE WHEN r.reviewed_on IS NOT NULL OR silent.source IS NULL THEN TRUE END AS keeps_reviews
FROM risk AS r
JOIN _owners AS s ON s.owner_id = r.project_id
LEFT JOIN _money AS m ON m.project_id = s.project_id
LEFT JOIN work_item AS w ON w.id = r.work_item_id
LEFT JOIN _people AS p ON p.account_id = r.owner_id
LEFT JOIN (
    SELECT DISTINCT source
    FROM capability
    WHERE table_name = 'risk' AND column_name = 'reviewed_on' AND state = 'not_available'
) AS silent ON silent.source = r.source
CROSS JOIN context AS c
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND w.deleted_at IS NULL
    AND (w.is_archived IS DISTINCT FROM TRUE OR r.state = 'closed')
