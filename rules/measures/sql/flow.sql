-- How work flows through the tracker of each initiative, and when what is open may be done at the pace so far.
SELECT
    s.project_id,
    s.open_items,
    s.wip_items,
    s.people AS wip_people,
    CAST(s.owned_items / nullif(s.people, 0) AS DOUBLE) AS wip_per_person,
    s.oldest_wip_days,
    y.cycle_p50_days,
    y.cycle_p85_days,
    e.active_ratio AS flow_efficiency_ratio,
    f.window_weeks,
    h.per_week AS throughput_per_week,
    CASE
        WHEN h.fourth IS NULL THEN NULL
        WHEN h.latest >= h.second THEN CAST(0 AS BIGINT)
        WHEN h.second >= h.third THEN CAST(1 AS BIGINT)
        WHEN h.third >= h.fourth THEN CAST(2 AS BIGINT)
        ELSE CAST(3 AS BIGINT)
    END AS throughput_falls,
    CAST(h.latest / nullif(h.fourth, 0) AS DOUBLE) - 1 AS throughput_change_ratio,
    f.trials,
    f.seed,
    f.p50_weeks,
    f.p85_weeks,
    f.p95_weeks,
    CAST(c.as_of + CAST(7 * f.p50_weeks AS INTEGER) AS DATE) AS p50_date,
    CAST(c.as_of + CAST(7 * f.p85_weeks AS INTEGER) AS DATE) AS p85_date,
    CAST(c.as_of + CAST(7 * f.p95_weeks AS INTEGER) AS DATE) AS p95_date,
    coalesce(t.baseline_finish_date, t.finish_date, s.last_due_on) AS due_date,
    date_diff(
        'day',
        coalesce(t.baseline_finish_date, t.finish_date, s.last_due_on),
        CAST(c.as_of + CAST(7 * f.p50_weeks AS INTEGER) AS DATE)
    ) AS p50_late_days,
    date_diff(
        'day',
        coalesce(t.baseline_finish_date, t.finish_date, s.last_due_on),
        CAST(c.as_of + CAST(7 * f.p85_weeks AS INTEGER) AS DATE)
    ) AS p85_late_days
FROM _flow_sums AS s
CROSS JOIN context AS c
JOIN _project_totals AS t ON t.project_id = s.project_id
JOIN _forecasts AS f ON f.project_id = s.project_id
LEFT JOIN _throughput AS h ON h.project_id = s.project_id
LEFT JOIN _cycle_times AS y ON y.project_id = s.project_id
LEFT JOIN _flow_times AS e ON e.project_id = s.project_id
