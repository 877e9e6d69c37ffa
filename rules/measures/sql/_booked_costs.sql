-- Time booked up to the status date at each person's rate (a dated rate of a table first, else that of the login), plus
-- costs that are not hours. One hour without a rate, or one cost of another currency, and the total is not known: a lower bound would flatter the project.
-- Entries of as many hours of one person that cost the same are priced once: it is the same to the last digit.
SELECT
    b.project_id,
    CASE WHEN count(b.amount) = count(*) THEN CAST(sum(b.amount) AS DECIMAL(18, 4)) END AS ac_cost
FROM (
    SELECT
        t.project_id,
        t.entries * CAST(
            CAST(t.counted_hours AS DECIMAL(20, 2)) * coalesce(d.rate_per_hour, r.rate_per_hour, n.rate_per_hour)
            AS DECIMAL(18, 4)
        ) AS amount
    FROM (
        SELECT
            e.project_id,
            e.currency,
            b.person_id,
            CASE WHEN dated.person_id IS NOT NULL THEN b.spent_on END AS rated_on,
            b.counted_hours,
            count(*) AS entries
        FROM _time AS b
        JOIN _earned AS e ON e.project_id = b.project_id AND b.spent_on <= e.status_date
        LEFT JOIN (SELECT DISTINCT person_id FROM _dated_rates) AS dated ON dated.person_id = b.person_id
        WHERE b.counted_hours <> 0
        GROUP BY
            e.project_id,
            e.currency,
            b.person_id,
            CASE WHEN dated.person_id IS NOT NULL THEN b.spent_on END,
            b.counted_hours
    ) AS t
    LEFT JOIN _day_rates AS d
        ON d.project_id = t.project_id AND d.person_id = t.person_id AND d.spent_on = t.rated_on
        AND d.currency = t.currency
    LEFT JOIN _rates AS r ON r.person_id = t.person_id AND r.currency = t.currency
    LEFT JOIN _rates AS n ON n.person_id = t.person_id AND n.currency IS NULL
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
