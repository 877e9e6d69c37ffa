-- The units of the organisation that each initiative lies in, from the stated one upwards.
SELECT
    p.project_id,
    p.stated_as,
    p.stated,
    CAST(n.depth AS BIGINT) AS depth,
    u.key AS unit_key,
    u.name AS unit_name,
    u.kind AS unit_kind,
    u.owner_name,
    u.pmo_level
FROM _unit_paths AS p
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS n(depth)
LEFT JOIN _units AS u ON u.word = CASE n.depth
    WHEN 0 THEN p.word_0 WHEN 1 THEN p.word_1 WHEN 2 THEN p.word_2 WHEN 3 THEN p.word_3 WHEN 4 THEN p.word_4
    ELSE p.word_5 END
WHERE n.depth = 0 OR u.word IS NOT NULL
