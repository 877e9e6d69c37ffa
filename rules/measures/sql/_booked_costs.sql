-- Time booked up to the status date at each person's rate (a dated rate of a table first, else that of the login), plus
-- costs that are not hours. One hour without a rate, or one cost of another currency, and the total is not known: a lower bound would flatter the project.
SELECT
    b.project_id,
    CASE WHEN count(b.amount) = count(*) THEN CAST(sum(b.amount) AS DECIMAL(18, 4)) END AS ac_cost
FROM (
    SELECT
        e.project_id,
        CAST(
            CAST(t.counted_hours AS DECIMAL(20, 2)) * coalesce(d.rate_per_hour, r.rate_per_hour, n.rate_per_hour)
            AS DECIMAL(18, 4)
        ) AS amount
    FROM _earned AS e
    JOIN _time AS t ON t.project_id = e.project_id AND t.spent_on <= e.status_date
    LEFT JOIN _entry_rates AS d ON d.entry_id = t.entry_id AND d.currency = e.currency
    LEFT JOIN _rates AS r ON r.person_id = t.person_id AND r.currency = e.currency
    LEFT JOIN _rates AS n ON n.person_id = t.person_id AND n.currency IS NULL
    WHERE t.counted_hours <> 0
    UNION ALL
    SELECT
        e.project_id,
        CASE WHEN coalesce(c.currency, s.currency) IS DISTINCT FROM e.currency THEN NULL ELSE c.amount END AS amount
    FROM _earned AS e
    JOIN _owners AS s ON s.project_id = e.project_id
    JOIN cost AS c ON c.project_id = s.owner_id
    WHERE c.deleted_at IS NULL AND coalesce(c.spent_on <= e.status_date, TRUE)
) AS b
GROUP BY b.project_id
