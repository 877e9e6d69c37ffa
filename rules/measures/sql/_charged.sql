-- Entries that name a billing account, with their month, up to the run's day and not longer ago than a year.
SELECT
    t.project_id,
    t.source,
    t.billing_account,
    t.counted_hours,
    CAST(date_trunc('month', t.spent_on) AS DATE) AS month_start,
    CAST(
        (date_part('year', c.as_of) - date_part('year', t.spent_on)) * 12
        + date_part('month', c.as_of) - date_part('month', t.spent_on) AS BIGINT
    ) AS months_ago
FROM _booked AS t
CROSS JOIN context AS c
WHERE t.billing_account IS NOT NULL
    AND t.spent_on <= c.as_of
    AND t.spent_on > c.as_of - 365
