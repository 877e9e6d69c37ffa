-- Departments: their projects added up, their envelope, and the load of the people in them.
SELECT
    d.unit_id AS department_id,
    coalesce(u.name, d.stated) AS name,
    CASE WHEN a.kind = 'department' THEN a.word END AS parent_id,
    u.owner_name,
    d.projects,
    d.open_projects,
    d.currency,
    d.budget_cost,
    d.forecast_cost,
    d.known_forecast_cost,
    d.unpriced_projects,
    CASE WHEN coalesce(v.currency = d.currency, TRUE) THEN v.amount END AS envelope_cost,
    CAST(CASE WHEN v.currency = d.currency THEN (d.forecast_cost - v.amount) / nullif(v.amount, 0) END AS DOUBLE)
        AS forecast_over_envelope_ratio,
    m.members,
    m.planned_hours AS planned_90_hours,
    m.available_hours AS available_90_hours,
    CAST(m.planned_hours / nullif(m.available_hours, 0) AS DOUBLE) AS load_90_ratio
FROM _unit_sums AS d
LEFT JOIN _units AS u ON u.word = d.unit_id
LEFT JOIN _units AS a ON a.word = u.parent_word
LEFT JOIN (
    SELECT
        coalesce(w.department_id, lower(trim(e.unit_key))) AS department_id,
        CASE WHEN min(e.currency) = max(e.currency) THEN min(e.currency) END AS currency,
        CASE WHEN min(e.currency) = max(e.currency) THEN CAST(sum(e.amount) AS DECIMAL(18, 4)) END AS amount
    FROM envelope AS e
    CROSS JOIN context AS c
    LEFT JOIN (
        SELECT lower(trim(name)) AS spoken, min(word) AS department_id
        FROM _units
        WHERE kind = 'department'
        GROUP BY lower(trim(name))
        HAVING count(*) = 1
    ) AS w ON w.spoken = lower(trim(e.unit_key))
    WHERE e.deleted_at IS NULL AND e.id NOT IN (SELECT id FROM doubled_row)
        AND coalesce(e.from_date <= c.as_of, TRUE) AND coalesce(e.to_date >= c.as_of, TRUE)
    GROUP BY coalesce(w.department_id, lower(trim(e.unit_key)))
) AS v ON v.department_id = d.unit_id
LEFT JOIN (
    SELECT
        s.department_id,
        count(*) AS members,
        CAST(sum(coalesce(n.planned_hours, 0)) AS DECIMAL(14, 2)) AS planned_hours,
        CASE WHEN count(n.available_hours) = count(*) THEN CAST(sum(n.available_hours) AS DECIMAL(14, 2)) END
            AS available_hours
    FROM (SELECT DISTINCT person_id, department_id FROM _memberships) AS s
    JOIN _staff AS p ON p.person_id = s.person_id AND p.is_active IS DISTINCT FROM FALSE
    LEFT JOIN _next_90_days AS n ON n.person_id = s.person_id
    GROUP BY s.department_id
) AS m ON m.department_id = d.unit_id
WHERE d.kind = 'department'
