-- Sums per initiative over its baselined plans. Basis is cost when every one of them has a baseline cost, else hours when
-- every one has baseline work. Plans of different currencies are never added: no basis.
SELECT
    t.project_id,
    min(t.status_date) AS status_date,
    min(m.currency) AS currency,
    CASE
        WHEN bool_or(m.is_mixed) THEN NULL
        WHEN min(coalesce(t.bac_cost, 0)) > 0 THEN 'cost'
        WHEN min(coalesce(t.bac_hours, 0)) > 0 THEN 'hours'
    END AS basis,
    sum(t.bac_cost) AS bac_cost,
    CASE WHEN count(t.pv_cost) = count(*) THEN sum(t.pv_cost) END AS pv_cost,
    CASE WHEN count(t.ev_cost) = count(*) THEN sum(t.ev_cost) END AS ev_cost,
    CASE WHEN count(t.ac_cost) = count(*) THEN sum(t.ac_cost) END AS ac_cost,
    sum(t.bac_hours) AS bac_hours,
    CASE WHEN count(t.pv_hours) = count(*) THEN sum(t.pv_hours) END AS pv_hours,
    CASE WHEN count(t.ev_hours) = count(*) THEN sum(t.ev_hours) END AS ev_hours,
    CASE WHEN count(t.ac_hours) = count(*) THEN sum(t.ac_hours) END AS ac_hours
FROM _plan_totals AS t
JOIN _money AS m ON m.project_id = t.project_id
GROUP BY t.project_id
