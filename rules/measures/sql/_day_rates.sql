-- The dated rate of each day on which a person booked in an initiative, one a currency: the person's before the role's, then
-- the one that began last.
SELECT project_id, person_id, spent_on, currency, rate_per_hour
FROM (
    SELECT
        t.project_id,
        t.person_id,
        t.spent_on,
        r.currency,
        r.rate_per_hour,
        row_number() OVER (
            PARTITION BY t.project_id, t.person_id, t.spent_on, r.currency
            ORDER BY r.preference, r.from_date DESC NULLS LAST, r.rate_per_hour DESC
        ) AS position
    FROM (
        SELECT DISTINCT b.project_id, b.person_id, b.spent_on
        FROM _time AS b
        JOIN (SELECT DISTINCT person_id FROM _dated_rates) AS dated ON dated.person_id = b.person_id
    ) AS t
    JOIN _dated_rates AS r ON r.person_id = t.person_id
    WHERE coalesce(r.project_id = t.project_id, TRUE)
        AND coalesce(r.from_date <= t.spent_on, TRUE)
        AND coalesce(r.to_date >= t.spent_on, TRUE)
        AND coalesce(r.role_from_date <= t.spent_on, TRUE)
        AND coalesce(r.role_to_date >= t.spent_on, TRUE)
) AS found
WHERE position = 1
