-- The approved dates and cost of each plan: its own, else, for the one present plan of an initiative, those of the plan
-- that it took over from, in the same currency; of several, the one changed last.
SELECT source_project_id, start_date, finish_date, taken_on, project_cost, CAST(NULL AS VARCHAR) AS inherited_from
FROM _own_baselines
UNION ALL
SELECT source_project_id, start_date, finish_date, taken_on, project_cost, inherited_from
FROM (
    SELECT
        s.source_project_id,
        b.start_date,
        b.finish_date,
        b.taken_on,
        b.project_cost,
        h.source_project_id AS inherited_from,
        row_number() OVER (
            PARTITION BY s.source_project_id ORDER BY h.updated_at DESC NULLS LAST, h.source_project_id
        ) AS position
    FROM (
        SELECT project_id, min(source_project_id) AS source_project_id, min(currency) AS currency
        FROM _source_projects
        WHERE origin = 'plan'
        GROUP BY project_id
        HAVING count(*) = 1
    ) AS s
    JOIN _histories AS h ON h.project_id = s.project_id AND coalesce(h.currency = s.currency, TRUE)
    JOIN _own_baselines AS b ON b.source_project_id = h.source_project_id
    LEFT JOIN _own_baselines AS own ON own.source_project_id = s.source_project_id
    WHERE own.source_project_id IS NULL
) AS inherited
WHERE position = 1
