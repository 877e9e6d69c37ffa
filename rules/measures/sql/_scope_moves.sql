-- What moved scope in the 30 days up to the run's day, by item: added, taken out, or estimated anew. What was taken out is
-- told by records that are gone (not by those that we may not see any more). A first estimate changes nothing that was
-- agreed. Estimates are seconds in Jira's history.
SELECT
    i.project_id,
    i.item_id,
    'added' AS what,
    i.estimate_hours AS hours
FROM _scope_items AS i
CROSS JOIN context AS c
WHERE i.created_on > c.as_of - 30 AND i.created_on <= c.as_of AND NOT i.was_frozen
UNION ALL
SELECT
    s.project_id,
    w.id AS item_id,
    'removed' AS what,
    w.estimate_hours AS hours
FROM work_item AS w
JOIN _source_projects AS s ON s.source_project_id = w.project_id AND s.origin = 'tracker'
CROSS JOIN context AS c
LEFT JOIN work_item AS above ON above.id = w.parent_id
WHERE w.deleted_reason IN ('absent', 'deleted', 'moved')
    AND CAST(w.deleted_at AS DATE) > c.as_of - 30 AND CAST(w.deleted_at AS DATE) <= c.as_of
    AND w.kind IN ('story', 'task', 'other')
    AND coalesce(above.kind, '') NOT IN ('story', 'task', 'bug')
UNION ALL
SELECT
    i.project_id,
    i.item_id,
    'changed' AS what,
    CAST(sum(abs(try_cast(h.to_value AS DECIMAL(18, 2)) - try_cast(h.from_value AS DECIMAL(18, 2)))) / 3600
        AS DECIMAL(14, 2)) AS hours
FROM field_change AS h
JOIN _scope_items AS i ON i.item_id = h.work_item_id
CROSS JOIN context AS c
WHERE h.deleted_at IS NULL AND lower(h.field) = 'timeoriginalestimate' AND h.from_value IS NOT NULL
    AND CAST(h.changed_at AS DATE) > c.as_of - 30 AND CAST(h.changed_at AS DATE) <= c.as_of
    AND i.was_frozen
GROUP BY i.project_id, i.item_id
