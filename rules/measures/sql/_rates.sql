-- Cost rate of each person per currency, from whichever source states one; the highest where several do.
SELECT p.person_id, a.currency, max(a.rate_per_hour) AS rate_per_hour
FROM account AS a
JOIN _people AS p ON p.account_id = a.id
WHERE a.rate_per_hour > 0 AND p.person_id IS NOT NULL
GROUP BY p.person_id, a.currency
