-- What was in each sprint when it began, and what came and went after. The day on which it begins is still planning.
SELECT
    s.id AS sprint_id,
    i.project_id,
    s.name,
    s.state,
    CAST(s.start_at AS DATE) AS start_date,
    CAST(coalesce(s.complete_at, s.end_at) AS DATE) AS end_date,
    date_diff('day', CAST(s.start_at AS DATE), max(c.as_of)) AS days_since_start,
    count(CASE WHEN CAST(e.entered_at AS DATE) <= CAST(s.start_at AS DATE)
        AND coalesce(CAST(e.left_at AS DATE) > CAST(s.start_at AS DATE), TRUE) THEN 1 END) AS committed_items,
    count(CASE WHEN CAST(e.entered_at AS DATE) > CAST(s.start_at AS DATE)
        AND coalesce(e.entered_at < coalesce(s.complete_at, s.end_at), TRUE) THEN 1 END) AS added_items,
    count(CASE WHEN CAST(e.left_at AS DATE) > CAST(s.start_at AS DATE)
        AND coalesce(e.left_at < coalesce(s.complete_at, s.end_at), TRUE) THEN 1 END) AS removed_items,
    CAST(count(CASE WHEN CAST(e.entered_at AS DATE) > CAST(s.start_at AS DATE)
        AND coalesce(e.entered_at < coalesce(s.complete_at, s.end_at), TRUE) THEN 1 END)
        / nullif(count(CASE WHEN CAST(e.entered_at AS DATE) <= CAST(s.start_at AS DATE)
            AND coalesce(CAST(e.left_at AS DATE) > CAST(s.start_at AS DATE), TRUE) THEN 1 END), 0) AS DOUBLE) AS added_ratio
FROM _sprint_items AS e
JOIN sprint AS s ON s.id = e.sprint_id
JOIN _items AS i ON i.item_id = e.item_id
JOIN _habits AS h ON h.source_project_id = i.source_project_id AND h.keeps_history
CROSS JOIN context AS c
WHERE s.deleted_at IS NULL AND s.start_at IS NOT NULL AND NOT i.is_record AND s.state IN ('active', 'closed')
GROUP BY s.id, i.project_id, s.name, s.state, s.start_at, s.end_at, s.complete_at
