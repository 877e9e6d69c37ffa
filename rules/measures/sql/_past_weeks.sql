-- The four whole weeks before the run's week, each by its Monday.
SELECT
    c.as_of - CAST(date_diff('day', DATE '0001-01-01', c.as_of) % 7 AS INTEGER) - 7 * n.n AS week_start,
    c.as_of - CAST(date_diff('day', DATE '0001-01-01', c.as_of) % 7 AS INTEGER) - 7 * n.n + 6 AS last_day
FROM context AS c
CROSS JOIN (VALUES (1), (2), (3), (4)) AS n(n)
