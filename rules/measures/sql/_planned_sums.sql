-- Earned value of trackers without a plan: hours where four of five planned items are estimated, else points where four
-- of five have some, else items. Only where four of five leaf items are planned; of the others nobody says when. An item
-- whose status means nothing to us leaves what is earned unknown.
SELECT
    t.project_id,
    c.as_of AS status_date,
    t.basis,
    CASE t.basis WHEN 'hours' THEN t.hours WHEN 'points' THEN t.points WHEN 'count' THEN t.items END AS bac,
    CASE t.basis WHEN 'hours' THEN t.due_hours WHEN 'points' THEN t.due_points WHEN 'count' THEN t.due_items END AS pv,
    CASE WHEN t.unclear = 0 THEN
        CASE t.basis WHEN 'hours' THEN t.done_hours WHEN 'points' THEN t.done_points WHEN 'count' THEN t.done_items END
    END AS ev,
    CASE WHEN t.basis = 'hours' THEN b.booked_hours END AS ac,
    t.done_on
FROM (
    SELECT
        p.project_id,
        CASE
            WHEN 5 * count(*) < 4 * min(n.items) THEN NULL
            WHEN 5 * count(p.hours) >= 4 * count(*) AND sum(p.hours) > 0 THEN 'hours'
            WHEN 5 * count(p.points) >= 4 * count(*) AND sum(p.points) > 0 THEN 'points'
            ELSE 'count'
        END AS basis,
        count(CASE WHEN p.progress_ratio IS NULL THEN 1 END) AS unclear,
        sum(p.hours) AS hours,
        sum(p.points) AS points,
        count(*) AS items,
        sum(p.hours * p.due_ratio) AS due_hours,
        sum(p.points * p.due_ratio) AS due_points,
        sum(p.due_ratio) AS due_items,
        sum(p.hours * p.progress_ratio) AS done_hours,
        sum(p.points * p.progress_ratio) AS done_points,
        sum(p.progress_ratio) AS done_items,
        max(p.resolved_on) AS done_on
    FROM _planned_work AS p
    JOIN (
        SELECT project_id, count(*) AS items
        FROM _items
        WHERE origin = 'tracker' AND is_leaf AND is_active AND NOT is_record AND NOT is_milestone
            AND kind IS DISTINCT FROM 'epic'
        GROUP BY project_id
    ) AS n ON n.project_id = p.project_id
    GROUP BY p.project_id
) AS t
CROSS JOIN context AS c
LEFT JOIN (
    SELECT e.project_id, sum(e.counted_hours) AS booked_hours
    FROM _time AS e
    CROSS JOIN context AS c
    WHERE e.spent_on <= c.as_of
    GROUP BY e.project_id
) AS b ON b.project_id = t.project_id
WHERE t.basis IS NOT NULL
