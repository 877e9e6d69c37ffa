-- What open threats may cost, by currency, against the part of the budget that is set aside for them. Opportunities are
-- counted apart: a hope pays for no damage. One threat without probability or impact, and the sum is not known.
SELECT
    k.project_id,
    k.currency,
    coalesce(r.open_threats, 0) AS open_threats,
    coalesce(r.unvalued_threats, 0) AS unvalued_threats,
    CASE WHEN coalesce(r.unvalued_threats, 0) = 0 THEN coalesce(r.exposure_cost, 0) END AS exposure_cost,
    coalesce(r.open_opportunities, 0) AS open_opportunities,
    CASE WHEN coalesce(r.unvalued_opportunities, 0) = 0 THEN coalesce(r.opportunity_cost, 0) END AS opportunity_cost,
    l.reserve_cost,
    CAST(CASE WHEN coalesce(r.unvalued_threats, 0) = 0
        THEN coalesce(r.exposure_cost, 0) / nullif(l.reserve_cost, 0) END AS DOUBLE) AS exposure_ratio
FROM (
    SELECT DISTINCT project_id, currency FROM risks WHERE state IS DISTINCT FROM 'closed'
    UNION
    SELECT project_id, currency FROM _reserves
) AS k
LEFT JOIN (
    SELECT
        project_id,
        currency,
        count(CASE WHEN NOT is_opportunity THEN 1 END) AS open_threats,
        count(CASE WHEN NOT is_opportunity AND (exposure_cost IS NULL OR currency IS NULL) THEN 1 END)
            AS unvalued_threats,
        CAST(sum(CASE WHEN NOT is_opportunity THEN exposure_cost END) AS DECIMAL(18, 4)) AS exposure_cost,
        count(CASE WHEN is_opportunity THEN 1 END) AS open_opportunities,
        count(CASE WHEN is_opportunity AND (exposure_cost IS NULL OR currency IS NULL) THEN 1 END)
            AS unvalued_opportunities,
        CAST(sum(CASE WHEN is_opportunity THEN exposure_cost END) AS DECIMAL(18, 4)) AS opportunity_cost
    FROM risks
    WHERE state IS DISTINCT FROM 'closed'
    GROUP BY project_id, currency
) AS r ON r.project_id = k.project_id AND r.currency IS NOT DISTINCT FROM k.currency
LEFT JOIN _reserves AS l ON l.project_id = k.project_id AND l.currency IS NOT DISTINCT FROM k.currency
