-- Cost rates of tables, by person and day: the person's own before that of a role, which people have by the list of
-- approved resources.
SELECT p.person_id, NULL AS project_id, r.currency, r.rate_per_hour, 1 AS preference, r.from_date, r.to_date,
    NULL AS role_from_date, NULL AS role_to_date
FROM rate AS r
JOIN source_state AS f ON f.source = r.source
JOIN _people AS p ON p.account_id = r.account_id
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND coalesce(r.kind, 'cost') = 'cost' AND p.person_id IS NOT NULL
UNION ALL
SELECT a.person_id, a.project_id, r.currency, r.rate_per_hour, 2 AS preference, r.from_date, r.to_date,
    a.from_date AS role_from_date, a.to_date AS role_to_date
FROM rate AS r
JOIN source_state AS f ON f.source = r.source
JOIN _approved AS a ON a.role = lower(trim(r.role))
WHERE r.deleted_at IS NULL AND r.id NOT IN (SELECT id FROM doubled_row)
    AND coalesce(r.kind, 'cost') = 'cost' AND r.account_id IS NULL AND a.person_id IS NOT NULL
