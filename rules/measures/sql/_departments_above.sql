-- The department that a unit of the org tree is, and up to five above it: who is in one is in those too. By name as well.
SELECT w.spoken, u.word AS department_id
FROM (
    SELECT spoken, min(word) AS word
    FROM (
        SELECT word AS spoken, word FROM _units WHERE kind = 'department'
        UNION
        SELECT lower(trim(name)) AS spoken, word FROM _units WHERE kind = 'department'
    ) AS words
    GROUP BY spoken
    HAVING count(*) = 1
) AS w
LEFT JOIN _units AS u0 ON u0.word = w.word
LEFT JOIN _units AS u1 ON u1.word = u0.parent_word
LEFT JOIN _units AS u2 ON u2.word = u1.parent_word
LEFT JOIN _units AS u3 ON u3.word = u2.parent_word
LEFT JOIN _units AS u4 ON u4.word = u3.parent_word
LEFT JOIN _units AS u5 ON u5.word = u4.parent_word
CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5)) AS n(depth)
JOIN _units AS u ON u.kind = 'department' AND u.word = CASE n.depth
    WHEN 0 THEN u0.word WHEN 1 THEN u1.word WHEN 2 THEN u2.word WHEN 3 THEN u3.word WHEN 4 THEN u4.word
    ELSE u5.word END
GROUP BY w.spoken, u.word
