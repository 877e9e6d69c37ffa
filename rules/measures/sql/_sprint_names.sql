-- Which sprints an item's history names before and after each change, one row a name. Jira shows a list of names with
-- commas; a name that has a comma itself is no name of a sprint then, and says nothing.
SELECT id AS change_id, source, work_item_id AS item_id, changed_at, unnest(string_split(to_value, ', ')) AS name, TRUE AS is_after
FROM field_change
WHERE deleted_at IS NULL AND field_class = 'sprint' AND to_value IS NOT NULL
UNION ALL
SELECT id AS change_id, source, work_item_id AS item_id, changed_at, unnest(string_split(from_value, ', ')) AS name, FALSE AS is_after
FROM field_change
WHERE deleted_at IS NULL AND field_class = 'sprint' AND from_value IS NOT NULL
