-- What each source says of an initiative where others may say it, too: name, manager, start, finish, budget, and the
-- days of milestones. Plans that others took over from say nothing any more. A source that holds the initiative in
-- several projects says when the first begins and the last ends, what all may cost, and no name.
SELECT
    s.project_id,
    s.source,
    'name' AS what,
    NULL AS detail,
    min(p.name) AS words,
    NULL AS stated_on,
    NULL AS amount,
    NULL AS currency
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
GROUP BY s.project_id, s.source
HAVING count(*) = 1
UNION ALL
SELECT s.project_id, s.source, 'manager' AS what, NULL AS detail, min(m.name) AS words, NULL AS stated_on,
    NULL AS amount, NULL AS currency
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
JOIN _people AS m ON m.account_id = p.manager_id
GROUP BY s.project_id, s.source
HAVING count(*) = 1
UNION ALL
SELECT s.project_id, s.source, 'start' AS what, NULL AS detail, NULL AS words, min(p.start_date) AS stated_on,
    NULL AS amount, NULL AS currency
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
GROUP BY s.project_id, s.source
UNION ALL
SELECT s.project_id, s.source, 'finish' AS what, NULL AS detail, NULL AS words,
    max(coalesce(p.actual_finish_date, p.finish_date)) AS stated_on, NULL AS amount, NULL AS currency
FROM _source_projects AS s
JOIN project AS p ON p.id = s.source_project_id
GROUP BY s.project_id, s.source
HAVING count(coalesce(p.actual_finish_date, p.finish_date)) = count(*)
UNION ALL
SELECT i.project_id, i.source, 'milestone' AS what, min(i.title) AS detail, NULL AS words,
    min(coalesce(i.actual_finish_date, i.due_date)) AS stated_on, NULL AS amount, NULL AS currency
FROM _items AS i
WHERE i.is_milestone AND i.is_active AND NOT i.is_record
GROUP BY i.project_id, i.source, lower(trim(i.title))
HAVING count(*) = 1
UNION ALL
SELECT
    o.project_id,
    o.source,
    'budget' AS what,
    NULL AS detail,
    NULL AS words,
    NULL AS stated_on,
    CASE WHEN count(o.amount) = count(*) THEN CAST(sum(o.amount) AS DECIMAL(18, 4)) END AS amount,
    CASE WHEN count(o.currency) = count(*) AND min(o.currency) = max(o.currency) THEN min(o.currency) END AS currency
FROM (
    SELECT l.project_id, b.source, l.amount, l.currency
    FROM _lines AS l
    JOIN budget_line AS b ON b.id = l.budget_line_id
    UNION ALL
    SELECT s.project_id, s.source, p.budget_cost AS amount, s.currency
    FROM _source_projects AS s
    JOIN project AS p ON p.id = s.source_project_id
    LEFT JOIN (
        SELECT DISTINCT l.project_id, b.source
        FROM _lines AS l
        JOIN budget_line AS b ON b.id = l.budget_line_id
    ) AS lined ON lined.project_id = s.project_id AND lined.source = s.source
    WHERE p.budget_cost <> 0 AND lined.source IS NULL
) AS o
GROUP BY o.project_id, o.source
