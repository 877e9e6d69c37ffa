-- Earned value per initiative. TCPI is null once BAC is spent: what is left cannot be done for nothing.
SELECT
    i.project_id,
    coalesce(v.status_date, i.status_date) AS status_date,
    v.basis,
    v.currency,
    coalesce(r.health, p.health_reported) AS reported_health,
    v.bac,
    v.pv,
    v.ev,
    v.ac,
    v.ac_method,
    v.ev_method,
    CAST(v.ev - v.ac AS DECIMAL(18, 4)) AS cv,
    CAST(v.ev - v.pv AS DECIMAL(18, 4)) AS sv,
    CAST(v.ev / nullif(v.ac, 0) AS DOUBLE) AS cpi,
    CAST(v.ev / nullif(v.pv, 0) AS DOUBLE) AS spi,
    v.eac,
    CAST(v.ac + v.bac - v.ev AS DECIMAL(18, 4)) AS eac_planned_rate,
    try_cast(
        v.ac + CAST(v.bac - v.ev AS DOUBLE) * CAST(v.ac / nullif(v.ev, 0) AS DOUBLE)
        * CAST(v.pv / nullif(v.ev, 0) AS DOUBLE) AS DECIMAL(18, 4)
    ) AS eac_composite,
    CAST(v.ac + u.rest AS DECIMAL(18, 4)) AS eac_bottom_up,
    CAST(v.eac - v.ac AS DECIMAL(18, 4)) AS etc,
    CAST(v.bac - v.eac AS DECIMAL(18, 4)) AS vac,
    CAST(CASE WHEN v.bac > v.ac THEN (v.bac - v.ev) / nullif(v.bac - v.ac, 0) END AS DOUBLE) AS tcpi,
    CAST((v.bac - v.ev) / nullif(CASE WHEN u.rest > 0 THEN u.rest END, 0) AS DOUBLE) AS tcpi_eac,
    CAST((v.eac - v.bac) / nullif(v.bac, 0) AS DOUBLE) AS eac_over_bac_ratio,
    CAST(CASE WHEN v.basis = 'cost' AND coalesce(v.currency = m.currency, TRUE)
        THEN (v.eac - m.budget_cost) / nullif(m.budget_cost, 0) END AS DOUBLE) AS eac_over_budget_ratio,
    CAST(v.ev / nullif(v.bac, 0) AS DOUBLE) AS complete_ratio,
    CAST(v.ac / nullif(v.bac, 0) AS DOUBLE) AS spent_ratio
FROM (
    SELECT s.project_id, min(CASE WHEN s.origin = 'plan' THEN coalesce(s.status_date, c.as_of) END) AS status_date
    FROM _source_projects AS s
    CROSS JOIN context AS c
    GROUP BY s.project_id
) AS i
JOIN _money AS m ON m.project_id = i.project_id
JOIN _profiles AS p ON p.project_id = i.project_id
LEFT JOIN _latest_reports AS r ON r.project_id = i.project_id
LEFT JOIN _estimates AS v ON v.project_id = i.project_id
LEFT JOIN _bottom_up AS u ON u.project_id = i.project_id AND u.ac_method = v.ac_method
