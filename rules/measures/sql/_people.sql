-- Who stands behind an account. Generic, material and cost resources are nobody; a login that was not matched stands
-- for itself. A login that is gone may not be given work; one of unknown state takes the state of the person's others.
-- The words by which a people's table names somebody stand for that person, too.
SELECT
    a.id AS account_id,
    CASE WHEN a.kind IN ('generic', 'material', 'cost') THEN NULL ELSE coalesce(m.person_id, a.id) END AS person_id,
    a.kind IN ('material', 'cost') AS is_thing,
    coalesce(h.name, a.name) AS name,
    CASE WHEN a.deleted_at IS NOT NULL THEN FALSE ELSE coalesce(a.active, o.active) END AS active,
    a.max_units_ratio
FROM account AS a
LEFT JOIN account_person AS m ON m.account_id = a.id
LEFT JOIN person AS h ON h.id = m.person_id
LEFT JOIN (
    SELECT l.person_id, bool_or(b.active) AS active
    FROM account_person AS l
    JOIN account AS b ON b.id = l.account_id
    WHERE b.deleted_at IS NULL
    GROUP BY l.person_id
) AS o ON o.person_id = m.person_id
UNION ALL
SELECT
    r.id AS account_id,
    r.target_id AS person_id,
    FALSE AS is_thing,
    h.name,
    o.active,
    NULL AS max_units_ratio
FROM reference_match AS r
JOIN person AS h ON h.id = r.target_id
LEFT JOIN (
    SELECT l.person_id, bool_or(CASE WHEN b.deleted_at IS NOT NULL THEN FALSE ELSE b.active END) AS active
    FROM account_person AS l
    JOIN account AS b ON b.id = l.account_id
    GROUP BY l.person_id
) AS o ON o.person_id = h.id
WHERE r.kind = 'person'
