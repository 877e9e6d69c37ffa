-- How fresh each source of each initiative is. A source is history for it where it is declared so, or where others took
-- over all that it holds of it.
-- A table that people keep speaks of every initiative: that one is not in it is an answer, as old as the table.
SELECT
    k.project_id,
    k.source,
    k.is_history,
    a.complete_at,
    a.data_at,
    a.age_hours,
    a.outcome
FROM (
    SELECT
        p.project_id,
        p.source,
        count(CASE WHEN p.role <> 'history' AND NOT p.source_is_history THEN p.source END) = 0 AS is_history,
        count(CASE WHEN NOT r.was_read THEN p.source END) = 0 AS was_read
    FROM _members AS p
    JOIN _readings AS r ON r.project_id = p.project_id AND r.source_project_id = p.source_project_id
    GROUP BY p.project_id, p.source
    UNION ALL
    SELECT DISTINCT t.project_id, t.time_source, FALSE, FALSE
    FROM _time_sources AS t
    LEFT JOIN _members AS p ON p.project_id = t.project_id AND p.source = t.time_source
    WHERE p.project_id IS NULL
    UNION
    SELECT p.project_id, t.source, FALSE, FALSE
    FROM (SELECT DISTINCT project_id FROM _source_projects) AS p
    CROSS JOIN (SELECT source FROM source_state WHERE kind = 'tabular') AS t
) AS k
LEFT JOIN _ages AS a ON a.source = k.source AND a.was_read = k.was_read
