-- What checks kept up to the run's day, of initiatives that are still there, by full names of measures.
SELECT
    s.project_id,
    s.taken_on,
    CASE s.measure
        WHEN 'bac' THEN 'evm.bac'
        WHEN 'pv' THEN 'evm.pv'
        WHEN 'ev' THEN 'evm.ev'
        WHEN 'ac' THEN 'evm.ac'
        WHEN 'eac' THEN 'evm.eac'
        WHEN 'cpi' THEN 'evm.cpi'
        WHEN 'spi' THEN 'evm.spi'
        WHEN 'slip_days' THEN 'projects.slip_days'
        WHEN 'scope_growth_ratio' THEN 'projects.scope_growth_ratio'
        WHEN 'booked_hours' THEN 'projects.booked_hours'
        ELSE s.measure
    END AS measure,
    s.value
FROM project_snapshot AS s
JOIN projects AS p ON p.project_id = s.project_id
CROSS JOIN context AS c
WHERE s.taken_on <= c.as_of
