-- EAC at the cost efficiency so far: BAC / CPI = BAC * AC / EV. With nothing earned or nothing spent it is not known.
SELECT
    *,
    try_cast(CAST(bac AS DECIMAL(20, 4)) * nullif(ac, 0) / nullif(ev, 0) AS DECIMAL(18, 4)) AS eac
FROM _values
