-- Money of the last 91 days in the initiative's currency: time booked, at each person's rate (a dated rate of a table
-- first, else that of the login), and costs that are not hours. One hour without a rate or one cost of another currency,
-- and it is not known.
SELECT
    b.project_id,
    CASE WHEN count(b.amount) = count(*) THEN CAST(sum(b.amount) AS DECIMAL(18, 4)) END AS spent_cost
FROM (
    SELECT
        t.project_id,
        CAST(
            CAST(t.counted_hours AS DECIMAL(20, 2)) * coalesce(d.rate_per_hour, r.rate_per_hour, n.rate_per_hour)
            AS DECIMAL(18, 4)
        ) AS amount
    FROM _time AS t
    JOIN _money AS m ON m.project_id = t.project_id AND m.budget_cost IS NOT NULL
    CROSS JOIN context AS c
    LEFT JOIN _day_rates AS d
        ON d.project_id = t.project_id AND d.person_id = t.person_id AND d.spent_on = t.spent_on
        AND d.currency = m.currency
    LEFT JOIN _rates AS r ON r.person_id = t.person_id AND r.currency = m.currency
    LEFT JOIN _rates AS n ON n.person_id = t.person_id AND n.currency IS NULL
    WHERE t.counted_hours <> 0 AND t.spent_on > c.as_of - 91 AND t.spent_on <= c.as_of
    UNION ALL
    SELECT
        k.project_id,
        CASE WHEN k.currency IS DISTINCT FROM m.currency THEN NULL ELSE k.amount END AS amount
    FROM costs AS k
    JOIN _money AS m ON m.project_id = k.project_id AND m.budget_cost IS NOT NULL
    CROSS JOIN context AS c
    WHERE coalesce(k.spent_on > c.as_of - 91 AND k.spent_on <= c.as_of, TRUE)
) AS b
GROUP BY b.project_id
