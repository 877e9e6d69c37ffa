-- Earned schedule per initiative. Past the planned duration no speed would still end in time: then TSPI is null.
SELECT
    project_id,
    basis,
    status_on AS status_date,
    start_on AS start_date,
    planned_weeks,
    actual_weeks,
    earned_weeks,
    earned_weeks - actual_weeks AS sv_t_weeks,
    earned_weeks / nullif(actual_weeks, 0) AS spi_t,
    forecast_weeks,
    forecast_finish_on AS forecast_finish_date,
    forecast_weeks / nullif(planned_weeks, 0) - 1 AS late_ratio,
    CASE WHEN planned_weeks > actual_weeks
        THEN (planned_weeks - earned_weeks) / nullif(planned_weeks - actual_weeks, 0) END AS tspi,
    gap
FROM _earned_schedule
