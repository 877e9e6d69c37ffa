-- The four inputs of every index per initiative, with the method of AC. The plan's own actuals come first; a plan
-- without any takes booked time at rates. Where there is no plan at all, what a tracker plans and books stands in.
SELECT
    e.project_id,
    e.status_date,
    e.basis,
    CASE WHEN e.basis = 'cost' THEN e.currency END AS currency,
    CAST(CASE e.basis WHEN 'cost' THEN e.bac_cost WHEN 'hours' THEN e.bac_hours END AS DECIMAL(18, 4)) AS bac,
    CAST(CASE e.basis WHEN 'cost' THEN e.pv_cost WHEN 'hours' THEN e.pv_hours END AS DECIMAL(18, 4)) AS pv,
    CAST(CASE e.basis WHEN 'cost' THEN e.ev_cost WHEN 'hours' THEN e.ev_hours END AS DECIMAL(18, 4)) AS ev,
    CAST(CASE
        WHEN e.basis = 'hours' THEN e.ac_hours
        WHEN e.basis = 'cost' AND e.ac_cost > 0 THEN e.ac_cost
        WHEN e.basis = 'cost' AND b.project_id IS NOT NULL THEN b.ac_cost
        WHEN e.basis = 'cost' THEN e.ac_cost
    END AS DECIMAL(18, 4)) AS ac,
    CASE
        WHEN e.basis = 'hours' AND e.ac_hours IS NOT NULL THEN 'plan_hours'
        WHEN e.basis = 'cost' AND e.ac_cost > 0 THEN 'plan_actuals'
        WHEN e.basis = 'cost' AND b.project_id IS NOT NULL
            THEN CASE WHEN b.ac_cost IS NOT NULL THEN 'time_entries_at_rates' END
        WHEN e.basis = 'cost' AND e.ac_cost IS NOT NULL THEN 'plan_actuals'
    END AS ac_method,
    CASE WHEN e.basis IS NOT NULL THEN 'per_cent_complete' END AS ev_method
FROM _earned AS e
LEFT JOIN _booked_costs AS b ON b.project_id = e.project_id
UNION ALL
SELECT
    s.project_id,
    s.status_date,
    s.basis,
    CAST(NULL AS VARCHAR) AS currency,
    CAST(s.bac AS DECIMAL(18, 4)) AS bac,
    CAST(s.pv AS DECIMAL(18, 4)) AS pv,
    CAST(s.ev AS DECIMAL(18, 4)) AS ev,
    CAST(s.ac AS DECIMAL(18, 4)) AS ac,
    CASE WHEN s.ac IS NOT NULL THEN 'booked_hours' END AS ac_method,
    'fifty_fifty' AS ev_method
FROM _planned_sums AS s
