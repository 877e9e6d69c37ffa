-- What is set aside for risks: lines of the budget whose category or number says so. A management reserve is for what
-- nobody foresaw and does not pay for known risks.
SELECT
    project_id,
    currency,
    CASE WHEN count(amount) = count(*) THEN CAST(sum(amount) AS DECIMAL(18, 4)) END AS reserve_cost
FROM (
    SELECT project_id, currency, amount, lower(concat(coalesce(category, ''), ' ', coalesce(number, ''))) AS words
    FROM _lines
    WHERE counts
) AS lines
WHERE (words LIKE '%contingency%' OR words LIKE '%reserve%' OR words LIKE '%risikovorsorge%'
        OR words LIKE '%应急%' OR words LIKE '%风险储备%' OR words LIKE '%预备费%')
    AND words NOT LIKE '%management%'
    AND words NOT LIKE '%管理储备%'
GROUP BY project_id, currency
