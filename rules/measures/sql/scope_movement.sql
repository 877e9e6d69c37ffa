-- How much scope moved in the 30 days up to the run's day, in both directions, as a part of the frozen scope and in its
-- unit. What was estimated anew is only known where every tracker of the initiative keeps its history. Sprints count that
-- began in the last 60 days, all together: one item in a small sprint would be a large share of it.
SELECT
    s.project_id,
    s.size_class,
    s.basis,
    s.frozen_on,
    s.frozen_amount,
    CASE WHEN k.project_id IS NOT NULL THEN coalesce(m.added_items, 0) END AS added_items,
    CASE WHEN k.project_id IS NOT NULL THEN coalesce(m.removed_items, 0) END AS removed_items,
    CASE WHEN k.keeps_history THEN coalesce(m.changed_items, 0) END AS changed_items,
    CAST(CASE
        WHEN k.keeps_history AND s.basis = 'hours' THEN coalesce(m.hours, 0)
        WHEN k.keeps_history AND s.basis = 'count' THEN coalesce(m.moves, 0)
    END AS DOUBLE) AS moved_amount,
    CAST(CASE
        WHEN k.keeps_history AND s.basis = 'hours' THEN coalesce(m.hours, 0)
        WHEN k.keeps_history AND s.basis = 'count' THEN coalesce(m.moves, 0)
    END AS DOUBLE) / nullif(s.frozen_amount, 0) AS volatility_ratio,
    n.sprints,
    n.committed_items AS sprint_committed_items,
    n.added_items AS sprint_added_items,
    CAST(n.added_items / nullif(n.committed_items, 0) AS DOUBLE) AS sprint_added_ratio
FROM scope AS s
LEFT JOIN (
    SELECT i.project_id, min(CASE WHEN h.keeps_history THEN 1 ELSE 0 END) = 1 AS keeps_history
    FROM _scope_items AS i
    JOIN _habits AS h ON h.source_project_id = i.source_project_id
    GROUP BY i.project_id
) AS k ON k.project_id = s.project_id
LEFT JOIN (
    SELECT
        project_id,
        count(CASE WHEN what = 'added' THEN 1 END) AS added_items,
        count(CASE WHEN what = 'removed' THEN 1 END) AS removed_items,
        count(CASE WHEN what = 'changed' THEN 1 END) AS changed_items,
        count(*) AS moves,
        sum(hours) AS hours
    FROM _scope_moves
    GROUP BY project_id
) AS m ON m.project_id = s.project_id
LEFT JOIN (
    SELECT
        project_id,
        count(*) AS sprints,
        CAST(sum(committed_items) AS BIGINT) AS committed_items,
        CAST(sum(added_items) AS BIGINT) AS added_items
    FROM sprint_scope
    WHERE days_since_start BETWEEN 0 AND 60
    GROUP BY project_id
) AS n ON n.project_id = s.project_id
