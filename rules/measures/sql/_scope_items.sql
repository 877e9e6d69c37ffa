-- What counts as scope, with its amount and whether it was there at the freeze. In the tracker: stories, tasks and
-- others that stand above sub-tasks (bugs are rework; sub-tasks only divide what is already counted).
SELECT
    i.project_id,
    i.source_project_id,
    i.item_id,
    i.created_on,
    i.estimate_hours,
    f.frozen_on,
    coalesce(i.created_on <= f.frozen_on, FALSE) AS was_frozen
FROM _items AS i
LEFT JOIN _freezes AS f ON f.project_id = i.project_id
WHERE
    i.origin = 'tracker'
    AND i.kind IN ('story', 'task', 'other')
    AND coalesce(i.parent_kind, '') NOT IN ('story', 'task', 'bug')
