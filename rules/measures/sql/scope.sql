-- Growth of scope since the freeze. Counted in hours when at least four of five scope items are estimated, else in items;
-- change requests state hours, so growth in items is covered by them only where there are none.
SELECT
    g.project_id,
    g.size_class,
    g.frozen_on,
    g.basis,
    g.frozen_amount,
    g.current_amount,
    g.current_amount / nullif(g.frozen_amount, 0) - 1 AS growth_ratio,
    g.approved_amount,
    CASE
        WHEN g.current_amount - g.frozen_amount - g.approved_amount > 0
            THEN (g.current_amount - g.frozen_amount - g.approved_amount) / nullif(g.frozen_amount, 0)
        WHEN g.approved_amount IS NOT NULL AND g.frozen_amount > 0 THEN CAST(0 AS DOUBLE)
    END AS unapproved_ratio,
    g.added_items,
    g.added_last_30_days
FROM (
    SELECT
        b.project_id,
        b.size_class,
        b.frozen_on,
        b.basis,
        CAST(CASE b.basis WHEN 'hours' THEN b.frozen_hours WHEN 'count' THEN b.frozen_items END AS DOUBLE)
            AS frozen_amount,
        CAST(CASE b.basis WHEN 'hours' THEN b.current_hours WHEN 'count' THEN b.items END AS DOUBLE) AS current_amount,
        CAST(CASE
            WHEN b.basis IS NULL THEN NULL
            WHEN b.approved_changes = 0 THEN 0
            WHEN b.basis = 'hours' THEN b.approved_hours
        END AS DOUBLE) AS approved_amount,
        CASE WHEN b.frozen_on IS NOT NULL THEN b.added_items END AS added_items,
        b.added_last_30_days
    FROM (
        SELECT
            p.project_id,
            p.size_class,
            f.frozen_on,
            CASE
                WHEN f.frozen_on IS NULL OR s.project_id IS NULL THEN NULL
                WHEN s.items = 0 AND s.frozen_hours > 0 THEN 'hours'
                WHEN 5 * s.estimated_items >= 4 * s.items AND s.frozen_hours > 0 THEN 'hours'
                WHEN s.frozen_items > 0 THEN 'count'
            END AS basis,
            s.items,
            s.frozen_items,
            s.frozen_hours,
            s.current_hours,
            s.added_items,
            s.added_last_30_days,
            coalesce(a.approved_changes, 0) AS approved_changes,
            a.approved_hours
        FROM _profiles AS p
        LEFT JOIN _freezes AS f ON f.project_id = p.project_id
        LEFT JOIN _scope_sums AS s ON s.project_id = p.project_id
        LEFT JOIN (
            SELECT
                s.project_id,
                count(*) AS approved_changes,
                CASE WHEN count(r.effort_hours) = count(*) THEN sum(r.effort_hours) END AS approved_hours
            FROM change_request AS r
            JOIN _source_projects AS s ON s.source_project_id = r.project_id
            JOIN _freezes AS f ON f.project_id = s.project_id
            WHERE
                r.deleted_at IS NULL
                AND r.state IN ('approved', 'implemented')
                AND coalesce(r.decided_on >= f.frozen_on, TRUE)
            GROUP BY s.project_id
        ) AS a ON a.project_id = p.project_id
    ) AS b
) AS g
