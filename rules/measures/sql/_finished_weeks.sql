-- Items done in each of the last 26 whole weeks (Monday to Sunday) of a project, weeks without any among them, from its
-- first week with a done item on. Week 1 is the one before the run's own.
SELECT
    f.project_id,
    w.weeks_ago,
    count(d.item_id) AS finished
FROM (
    SELECT
        i.project_id,
        (date_diff('day', DATE '0001-01-01', max(c.as_of)) // 7)
        - (date_diff('day', DATE '0001-01-01', min(i.resolved_on)) // 7) AS weeks
    FROM _flow_items AS i
    CROSS JOIN context AS c
    WHERE i.resolved_on <= c.as_of
    GROUP BY i.project_id
) AS f
JOIN (
    SELECT 10 * tens.n + ones.n AS weeks_ago
    FROM (VALUES (0), (1), (2)) AS tens(n)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ones(n)
    WHERE 10 * tens.n + ones.n BETWEEN 1 AND 26
) AS w ON w.weeks_ago <= f.weeks
LEFT JOIN (
    SELECT
        i.project_id,
        i.item_id,
        (date_diff('day', DATE '0001-01-01', c.as_of) // 7)
        - (date_diff('day', DATE '0001-01-01', i.resolved_on) // 7) AS weeks_ago
    FROM _flow_items AS i
    CROSS JOIN context AS c
    WHERE i.resolved_on IS NOT NULL
) AS d ON d.project_id = f.project_id AND d.weeks_ago = w.weeks_ago
GROUP BY f.project_id, w.weeks_ago
