-- What was spent in plans that are history and is not in the present ones: of a task that goes on, what the old plan says
-- more than the new one. In another currency it is not known.
SELECT
    h.project_id,
    CASE
        WHEN bool_or(h.actual_cost <> 0 AND coalesce(h.currency <> s.currency, FALSE)) THEN NULL
        ELSE CAST(sum(
            CASE WHEN h.actual_cost > coalesce(n.actual_cost, 0) THEN h.actual_cost - coalesce(n.actual_cost, 0) ELSE 0 END
        ) AS DECIMAL(18, 4))
    END AS actual_cost
FROM _history_items AS h
JOIN (
    SELECT project_id, min(currency) AS currency FROM _source_projects WHERE origin = 'plan' GROUP BY project_id
) AS s ON s.project_id = h.project_id
LEFT JOIN work_item AS n ON n.id = h.successor_id
GROUP BY h.project_id
