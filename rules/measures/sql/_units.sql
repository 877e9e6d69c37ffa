-- Units of the organisation, one a key; of several tables that hold a key the first by source counts.
SELECT word, parent_word, key, name, kind, owner_name, pmo_level
FROM (
    SELECT
        lower(trim(u.key)) AS word,
        lower(trim(u.parent_key)) AS parent_word,
        trim(u.key) AS key,
        coalesce(u.name, u.key) AS name,
        u.kind,
        p.name AS owner_name,
        u.pmo_level,
        row_number() OVER (PARTITION BY lower(trim(u.key)) ORDER BY u.source, u.id) AS position
    FROM org_unit AS u
    JOIN source_state AS f ON f.source = u.source
    LEFT JOIN _people AS p ON p.account_id = u.owner_id
    WHERE u.deleted_at IS NULL
) AS numbered
WHERE position = 1
