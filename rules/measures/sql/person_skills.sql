-- Skills of people, each once; where tables state several levels, the first by the alphabet.
SELECT q.person_id, lower(trim(s.skill)) AS skill, min(p.name) AS person_name, bool_or(p.is_active) AS is_active,
    min(s.level) AS level
FROM skill AS s
JOIN _people AS q ON q.account_id = s.account_id
JOIN _staff AS p ON p.person_id = q.person_id
WHERE s.deleted_at IS NULL AND s.id NOT IN (SELECT id FROM doubled_row)
GROUP BY q.person_id, lower(trim(s.skill))
