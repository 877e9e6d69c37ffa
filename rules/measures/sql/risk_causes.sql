-- Open threats of projects under way by what causes them.
SELECT
    lower(trim(k.cause)) AS cause,
    count(DISTINCT k.project_id) AS projects,
    count(*) AS threats,
    CASE WHEN min(k.currency) = max(k.currency) THEN min(k.currency) END AS currency,
    CASE WHEN min(k.currency) = max(k.currency) AND count(k.exposure_cost) = count(*)
        THEN CAST(sum(k.exposure_cost) AS DECIMAL(18, 4)) END AS exposure_cost
FROM risks AS k
JOIN _life AS p ON p.project_id = k.project_id
WHERE k.state = 'open' AND k.kind IS DISTINCT FROM 'opportunity' AND NOT p.is_closed AND trim(k.cause) <> ''
GROUP BY lower(trim(k.cause))
