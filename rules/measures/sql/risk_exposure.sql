-- What open threats may cost, in the project's currency, against the part of its budget that is set aside for them.
-- Opportunities are counted apart: a hope pays for no damage. One threat without probability or impact, or in another
-- currency, and the sum is not known.
SELECT
    m.project_id,
    r.currency,
    coalesce(r.open_threats, 0) AS open_threats,
    coalesce(r.unvalued_threats, 0) AS unvalued_threats,
    coalesce(r.foreign_threats, 0) AS foreign_threats,
    CASE WHEN coalesce(r.unvalued_threats + r.foreign_threats, 0) = 0 THEN coalesce(r.exposure_cost, 0) END
        AS exposure_cost,
    coalesce(r.open_opportunities, 0) AS open_opportunities,
    CASE WHEN coalesce(r.unvalued_opportunities, 0) = 0 THEN coalesce(r.opportunity_cost, 0) END AS opportunity_cost,
    l.reserve_cost,
    CAST(CASE WHEN coalesce(r.unvalued_threats + r.foreign_threats, 0) = 0
        THEN coalesce(r.exposure_cost, 0) / nullif(l.reserve_cost, 0) END AS DOUBLE) AS exposure_ratio
FROM _money AS m
LEFT JOIN (
    SELECT
        k.project_id,
        min(k.base) AS currency,
        count(CASE WHEN NOT k.is_opportunity THEN 1 END) AS open_threats,
        count(CASE WHEN NOT k.is_opportunity AND k.exposure_cost IS NULL THEN 1 END) AS unvalued_threats,
        count(CASE WHEN NOT k.is_opportunity AND k.exposure_cost IS NOT NULL AND k.currency IS DISTINCT FROM k.base
            THEN 1 END) AS foreign_threats,
        CAST(sum(CASE WHEN NOT k.is_opportunity THEN k.exposure_cost END) AS DECIMAL(18, 4)) AS exposure_cost,
        count(CASE WHEN k.is_opportunity THEN 1 END) AS open_opportunities,
        count(CASE WHEN k.is_opportunity AND (k.exposure_cost IS NULL OR k.currency IS DISTINCT FROM k.base)
            THEN 1 END) AS unvalued_opportunities,
        CAST(sum(CASE WHEN k.is_opportunity THEN k.exposure_cost END) AS DECIMAL(18, 4)) AS opportunity_cost
    FROM (
        SELECT
            s.project_id,
            s.is_opportunity,
            s.exposure_cost,
            s.currency,
            coalesce(n.currency, min(s.currency) OVER (PARTITION BY s.project_id)) AS base
        FROM risks AS s
        JOIN _money AS n ON n.project_id = s.project_id
        WHERE s.state IS DISTINCT FROM 'closed'
    ) AS k
    GROUP BY k.project_id
) AS r ON r.project_id = m.project_id
LEFT JOIN _reserves AS l ON l.project_id = m.project_id AND l.currency = r.currency
