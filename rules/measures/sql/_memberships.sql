-- The departments of each person: the one that a table of staff names, and those above it.
SELECT DISTINCT q.person_id, coalesce(u.department_id, lower(trim(s.unit_key))) AS department_id,
    lower(trim(s.unit_key)) AS stated
FROM staff_member AS s
JOIN _people AS q ON q.account_id = s.account_id
LEFT JOIN _departments_above AS u ON u.spoken = lower(trim(s.unit_key))
WHERE s.deleted_at IS NULL AND s.id NOT IN (SELECT id FROM doubled_row) AND q.person_id IS NOT NULL
