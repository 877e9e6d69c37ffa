-- The dated rate of each time entry, one a currency: the person's before the role's, then the one that began last.
SELECT entry_id, currency, rate_per_hour
FROM (
    SELECT
        t.entry_id,
        r.currency,
        r.rate_per_hour,
        row_number() OVER (
            PARTITION BY t.entry_id, r.currency
            ORDER BY r.preference, r.from_date DESC NULLS LAST, r.rate_per_hour DESC
        ) AS position
    FROM _time AS t
    JOIN _dated_rates AS r ON r.person_id = t.person_id
    WHERE coalesce(r.project_id = t.project_id, TRUE)
        AND coalesce(r.from_date <= t.spent_on, TRUE)
        AND coalesce(r.to_date >= t.spent_on, TRUE)
        AND coalesce(r.role_from_date <= t.spent_on, TRUE)
        AND coalesce(r.role_to_date >= t.spent_on, TRUE)
) AS found
WHERE position = 1
