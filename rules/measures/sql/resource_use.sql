-- People who booked time and suppliers who were paid or billed; only where a list says which are approved.
SELECT
    u.project_id,
    'person' AS user_kind,
    u.person_id AS user_id,
    min(u.person_name) AS name,
    CAST(sum(u.hours) AS DECIMAL(14, 2)) AS hours,
    min(u.used_on) AS first_used_on,
    max(u.used_on) AS last_used_on,
    bool_and(u.is_approved) AS is_approved
FROM (
    SELECT
        t.project_id,
        t.person_id,
        min(t.person_name) AS person_name,
        min(t.hours) AS hours,
        t.spent_on AS used_on,
        bool_or(a.person_id IS NOT NULL) AS is_approved
    FROM (
        SELECT b.project_id, b.person_id, b.spent_on, min(b.person_name) AS person_name, sum(b.counted_hours) AS hours
        FROM _time AS b
        JOIN (SELECT count(*) AS n FROM _approved WHERE person_id IS NOT NULL) AS told ON told.n > 0
        WHERE b.person_id IS NOT NULL AND b.counted_hours <> 0
        GROUP BY b.project_id, b.person_id, b.spent_on
    ) AS t
    LEFT JOIN _approved AS a
        ON a.person_id = t.person_id
        AND coalesce(a.project_id = t.project_id, TRUE)
        AND coalesce(a.from_date <= t.spent_on, TRUE)
        AND coalesce(a.to_date >= t.spent_on, TRUE)
    GROUP BY t.project_id, t.person_id, t.spent_on
) AS u
GROUP BY u.project_id, u.person_id
UNION ALL
SELECT
    v.project_id,
    'supplier' AS user_kind,
    v.word AS user_id,
    min(v.name) AS name,
    NULL AS hours,
    min(v.used_on) AS first_used_on,
    max(v.used_on) AS last_used_on,
    bool_and(v.is_approved) AS is_approved
FROM (
    SELECT
        b.record_id,
        b.project_id,
        b.word,
        min(b.name) AS name,
        min(b.used_on) AS used_on,
        CASE WHEN min(b.used_on) IS NOT NULL OR count(a.supplier) = 0 OR bool_or(a.is_undated)
            THEN count(a.supplier) > 0 END AS is_approved
    FROM (
        SELECT invoice_id AS record_id, project_id, trim(supplier) AS name, lower(trim(supplier)) AS word,
            issued_on AS used_on
        FROM invoices
        UNION ALL
        SELECT cost_id AS record_id, project_id, trim(supplier) AS name, lower(trim(supplier)) AS word,
            spent_on AS used_on
        FROM costs
    ) AS b
    JOIN (
        SELECT count(*) AS n
        FROM (
            SELECT supplier FROM _approved WHERE supplier IS NOT NULL
            UNION ALL
            SELECT s.name AS supplier
            FROM supplier AS s
            JOIN source_state AS f ON f.source = s.source
            WHERE s.deleted_at IS NULL
        ) AS listed
    ) AS told ON told.n > 0
    LEFT JOIN (
        SELECT *, from_date IS NULL AND to_date IS NULL AS is_undated FROM _approved WHERE supplier IS NOT NULL
    ) AS a
        ON a.supplier = b.word
        AND coalesce(a.project_id = b.project_id, TRUE)
        AND coalesce(a.from_date <= b.used_on, TRUE)
        AND coalesce(a.to_date >= b.used_on, TRUE)
    WHERE b.word IS NOT NULL
    GROUP BY b.record_id, b.project_id, b.word
) AS v
GROUP BY v.project_id, v.word
