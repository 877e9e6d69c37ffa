-- What was spent of each category of the budget tables. One cost of another currency, and what was spent is not known.
SELECT
    b.project_id,
    b.category,
    b.currency,
    b.budget_cost,
    CASE WHEN coalesce(c.strangers, 0) = 0 THEN coalesce(c.amount, 0) END AS spent_cost,
    CAST(CASE WHEN coalesce(c.strangers, 0) = 0
        THEN coalesce(c.amount, 0) / nullif(b.budget_cost, 0) END AS DOUBLE) AS spent_ratio
FROM (
    SELECT
        project_id,
        lower(trim(category)) AS word,
        min(trim(category)) AS category,
        CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency,
        CASE WHEN min(currency) = max(currency) THEN CAST(sum(amount) AS DECIMAL(18, 4)) END AS budget_cost
    FROM _lines
    WHERE counts AND origin IS NOT NULL AND category IS NOT NULL
    GROUP BY project_id, lower(trim(category))
) AS b
LEFT JOIN (
    SELECT
        k.project_id,
        lower(trim(k.category)) AS word,
        count(CASE WHEN k.currency IS DISTINCT FROM l.currency THEN 1 END) AS strangers,
        CAST(sum(k.amount) AS DECIMAL(18, 4)) AS amount
    FROM costs AS k
    JOIN (
        SELECT project_id, lower(trim(category)) AS word, min(currency) AS currency
        FROM _lines
        WHERE counts AND category IS NOT NULL
        GROUP BY project_id, lower(trim(category))
    ) AS l ON l.project_id = k.project_id AND l.word = lower(trim(k.category))
    GROUP BY k.project_id, lower(trim(k.category))
) AS c ON c.project_id = b.project_id AND c.word = b.word
