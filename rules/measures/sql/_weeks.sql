-- The run's week and the 26 that follow, each by its Monday, with the working days that are left in it.
SELECT
    week_start,
    CASE WHEN as_of > week_start THEN as_of ELSE week_start END AS first_day,
    week_start + 4 AS last_day,
    CASE
        WHEN as_of <= week_start THEN 5
        WHEN as_of > week_start + 4 THEN 0
        ELSE 5 - CAST(date_diff('day', week_start, as_of) AS INTEGER)
    END AS working_days
FROM (
    SELECT
        c.as_of,
        c.as_of - CAST(date_diff('day', DATE '0001-01-01', c.as_of) % 7 AS INTEGER) + 7 * (10 * tens.n + ones.n)
            AS week_start
    FROM context AS c
    CROSS JOIN (VALUES (0), (1), (2)) AS tens(n)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ones(n)
    WHERE 10 * tens.n + ones.n <= 26
) AS weeks
