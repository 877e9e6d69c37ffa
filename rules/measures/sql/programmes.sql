-- Programmes: their projects added up.
SELECT
    d.unit_id AS programme_id,
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
    d.forecast_finish_date
FROM _unit_sums AS d
LEFT JOIN _units AS u ON u.word = d.unit_id
LEFT JOIN _units AS a ON a.word = u.parent_word
WHERE d.kind = 'programme'
