-- One row per initiative with at least one live project. A sum is null while one of its plans does not state its part.
SELECT
    i.id AS project_id,
    i.key,
    i.name,
    p.url,
    p.programme,
    p.department,
    life.phase,
    p.method,
    p.goal,
    p.size_class,
    m.currency,
    CASE WHEN boss.account_id IS NULL THEN p.manager_id ELSE boss.person_id END AS manager_id,
    boss.name AS manager_name,
    boss.active AS manager_active,
    p.sponsor_name,
    coalesce(r.health, p.health_reported) AS reported_health,
    r.reported_on,
    date_diff('day', r.reported_on, c.as_of) AS days_since_report,
    a.approved_on,
    a.approved_by,
    t.start_date,
    t.finish_date,
    t.actual_finish_date,
    t.status_date,
    t.baseline_start_date,
    t.baseline_finish_date,
    t.baseline_taken_on,
    t.has_plan,
    t.has_tracker,
    t.has_baseline,
    m.budget_cost,
    CASE WHEN NOT m.is_mixed THEN t.planned_cost END AS planned_cost,
    CASE WHEN NOT m.is_mixed THEN t.actual_cost END AS actual_cost,
    CASE WHEN NOT m.is_mixed THEN t.baseline_cost END AS baseline_cost,
    t.planned_hours,
    CASE WHEN t.has_plan THEN coalesce(n.plan_items, 0) + coalesce(roots.plan_items, 0) END AS plan_items,
    CASE WHEN t.has_tracker THEN coalesce(n.tracker_items, 0) END AS tracker_items,
    d.slip_days,
    e.cpi,
    e.spi,
    g.growth_ratio AS scope_growth_ratio,
    life.is_closed,
    CASE WHEN t.has_tracker THEN coalesce(n.open_items, 0) END AS open_items,
    CASE
        WHEN b.project_id IS NOT NULL THEN b.booked_hours
        WHEN t.has_time_source THEN CAST(0 AS DECIMAL(14, 2))
    END AS booked_hours,
    b.last_booked_on
FROM initiative AS i
CROSS JOIN context AS c
JOIN _project_totals AS t ON t.project_id = i.id
JOIN _profiles AS p ON p.project_id = i.id
JOIN _life AS life ON life.project_id = i.id
JOIN _money AS m ON m.project_id = i.id
JOIN evm AS e ON e.project_id = i.id
JOIN schedule AS d ON d.project_id = i.id
JOIN scope AS g ON g.project_id = i.id
LEFT JOIN _people AS boss ON boss.account_id = p.manager_id
LEFT JOIN _latest_reports AS r ON r.project_id = i.id
LEFT JOIN _approvals AS a ON a.project_id = i.id
LEFT JOIN (
    SELECT
        project_id,
        count(CASE WHEN origin = 'plan' THEN 1 END) AS plan_items,
        count(CASE WHEN origin = 'tracker' THEN 1 END) AS tracker_items,
        count(CASE WHEN origin = 'tracker' AND status_category IS DISTINCT FROM 'done' THEN 1 END) AS open_items
    FROM _items
    WHERE NOT is_record
    GROUP BY project_id
) AS n ON n.project_id = i.id
LEFT JOIN (
    -- The project summary task is the project itself to every other measure; the tool counts it among its tasks.
    SELECT s.project_id, count(*) AS plan_items
    FROM work_item AS w
    JOIN _source_projects AS s ON s.source_project_id = w.project_id
    WHERE s.origin = 'plan' AND w.deleted_at IS NULL AND w.outline_level = 0
    GROUP BY s.project_id
) AS roots ON roots.project_id = i.id
LEFT JOIN (
    SELECT
        project_id,
        CAST(sum(counted_hours) AS DECIMAL(14, 2)) AS booked_hours,
        max(CASE WHEN counted_hours IS NOT NULL THEN spent_on END) AS last_booked_on
    FROM _time
    GROUP BY project_id
) AS b ON b.project_id = i.id
