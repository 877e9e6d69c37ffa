-- For each department and programme that a tool states: the unit of that key or name, and the five above it.
SELECT
    s.project_id, s.stated_as, s.stated, u0.word AS word_0, u1.word AS word_1, u2.word AS word_2, u3.word AS word_3,
    u4.word AS word_4, u5.word AS word_5
FROM (
    SELECT project_id, 'department' AS stated_as, department AS stated FROM _profiles WHERE department IS NOT NULL
    UNION ALL
    SELECT project_id, 'programme' AS stated_as, programme AS stated FROM _profiles WHERE programme IS NOT NULL
) AS s
JOIN (SELECT count(*) AS n FROM _units) AS told ON told.n > 0
LEFT JOIN (
    SELECT spoken, kind, min(word) AS word
    FROM (
        SELECT word AS spoken, kind, word FROM _units
        UNION
        SELECT lower(trim(name)) AS spoken, kind, word FROM _units
    ) AS words
    GROUP BY spoken, kind
    HAVING count(*) = 1
) AS w ON w.spoken = lower(trim(s.stated)) AND w.kind = s.stated_as
LEFT JOIN _units AS u0 ON u0.word = w.word
LEFT JOIN _units AS u1 ON u1.word = u0.parent_word
LEFT JOIN _units AS u2 ON u2.word = u1.parent_word
LEFT JOIN _units AS u3 ON u3.word = u2.parent_word
LEFT JOIN _units AS u4 ON u4.word = u3.parent_word
LEFT JOIN _units AS u5 ON u5.word = u4.parent_word
