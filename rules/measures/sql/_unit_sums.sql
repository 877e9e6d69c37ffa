-- Projects of each department and programme, added up. Money counts of those that are not closed, in one currency only.
SELECT
    kind,
    unit_id,
    stated,
    projects,
    open_projects,
    currency,
    CASE WHEN currency IS NOT NULL AND budgeted = open_projects THEN budget END AS budget_cost,
    CASE WHEN currency IS NOT NULL AND priced = open_projects THEN cost END AS forecast_cost,
    CASE WHEN currency IS NOT NULL AND priced > 0 THEN cost END AS known_forecast_cost,
    open_projects - priced AS unpriced_projects,
    forecast_finish_date
FROM (
    SELECT
        u.kind,
        u.unit_id,
        min(u.stated) AS stated,
        count(*) AS projects,
        count(CASE WHEN NOT f.is_closed THEN 1 END) AS open_projects,
        CASE WHEN min(CASE WHEN NOT f.is_closed THEN f.currency END) = max(CASE WHEN NOT f.is_closed THEN f.currency END)
            THEN min(CASE WHEN NOT f.is_closed THEN f.currency END) END AS currency,
        count(CASE WHEN NOT f.is_closed AND f.budget_cost IS NOT NULL AND f.currency IS NOT NULL THEN 1 END) AS budgeted,
        CAST(sum(CASE WHEN NOT f.is_closed AND f.currency IS NOT NULL THEN f.budget_cost END) AS DECIMAL(18, 4)) AS budget,
        count(CASE WHEN NOT f.is_closed AND f.cost IS NOT NULL AND f.currency IS NOT NULL THEN 1 END) AS priced,
        CAST(sum(CASE WHEN NOT f.is_closed AND f.currency IS NOT NULL THEN f.cost END) AS DECIMAL(18, 4)) AS cost,
        max(CASE WHEN NOT f.is_closed THEN f.finish_date END) AS forecast_finish_date
    FROM _unit_projects AS u
    JOIN _expected_costs AS f ON f.project_id = u.project_id
    GROUP BY u.kind, u.unit_id
) AS summed
