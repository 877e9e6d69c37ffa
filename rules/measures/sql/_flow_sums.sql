-- What is open, in progress and done per initiative with a tracker. Percentiles by nearest rank, of six items or more.
SELECT
    s.project_id,
    count(i.item_id) AS items,
    count(CASE WHEN i.status_category IS DISTINCT FROM 'done' THEN i.item_id END) AS open_items,
    count(CASE WHEN i.status_category = 'in_progress' THEN 1 END) AS wip_items,
    count(CASE WHEN i.status_category = 'in_progress' AND p.person_id IS NOT NULL THEN 1 END) AS owned_items,
    count(DISTINCT CASE WHEN i.status_category = 'in_progress' THEN p.person_id END) AS people,
    max(date_diff('day', i.in_progress_since, c.as_of)) AS oldest_wip_days,
    max(CASE WHEN i.status_category IS DISTINCT FROM 'done' THEN i.due_date END) AS last_due_on
FROM (SELECT DISTINCT project_id FROM _source_projects WHERE origin = 'tracker') AS s
CROSS JOIN context AS c
LEFT JOIN _flow_items AS i ON i.project_id = s.project_id
LEFT JOIN _people AS p ON p.account_id = i.account_id
GROUP BY s.project_id
