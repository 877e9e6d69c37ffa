-- Sources of subjects that are no projects. Any plan may hold work of a person, so that of people it is all of them.
SELECT
    k.subject_kind,
    k.subject_id,
    r.source,
    CASE WHEN count(r.complete_at) = count(*) THEN min(r.complete_at) END AS complete_at,
    CASE WHEN count(r.age_hours) = count(*) THEN max(r.age_hours) END AS age_hours,
    CASE
        WHEN count(CASE WHEN r.outcome = 'complete' THEN 1 END) = count(*) THEN 'complete'
        ELSE min(CASE WHEN r.outcome <> 'complete' THEN r.outcome END)
    END AS outcome
FROM (
    SELECT kind AS subject_kind, unit_id AS subject_id, project_id FROM _unit_projects
    UNION ALL
    SELECT 'organisation' AS subject_kind, 'organisation' AS subject_id, project_id FROM _profiles
) AS k
JOIN sync_runs AS r ON r.project_id = k.project_id
GROUP BY k.subject_kind, k.subject_id, r.source
UNION ALL
SELECT
    'person' AS subject_kind,
    s.person_id AS subject_id,
    a.source,
    a.complete_at,
    a.age_hours,
    a.outcome
FROM _staff AS s
CROSS JOIN (
    SELECT
        source,
        CASE WHEN count(complete_at) = count(*) THEN min(complete_at) END AS complete_at,
        CASE WHEN count(age_hours) = count(*) THEN max(age_hours) END AS age_hours,
        CASE
            WHEN count(CASE WHEN outcome = 'complete' THEN 1 END) = count(*) THEN 'complete'
            ELSE min(CASE WHEN outcome <> 'complete' THEN outcome END)
        END AS outcome
    FROM sync_runs
    GROUP BY source
) AS a
