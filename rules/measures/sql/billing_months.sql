-- Time charged to billing accounts, by month. An account is the one of the source that booked the time.
SELECT
    p.project_id,
    p.billing_account,
    b.name AS account_name,
    b.state AS account_state,
    p.month_start,
    p.months_ago,
    p.project_hours,
    a.account_hours,
    b.monthly_budget_hours AS budget_hours,
    CAST(a.account_hours AS DOUBLE) / nullif(CAST(b.monthly_budget_hours AS DOUBLE), 0) AS budget_ratio
FROM (
    SELECT
        project_id,
        source,
        billing_account,
        month_start,
        months_ago,
        CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS project_hours
    FROM _charged
    GROUP BY project_id, source, billing_account, month_start, months_ago
) AS p
JOIN (
    SELECT source, billing_account, month_start, CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS account_hours
    FROM _charged
    GROUP BY source, billing_account, month_start
) AS a ON a.source = p.source AND a.billing_account = p.billing_account AND a.month_start = p.month_start
LEFT JOIN billing_account AS b
    ON b.source = p.source AND b.key = p.billing_account AND b.deleted_at IS NULL
