-- One row per initiative and kind of document, whether there is one or not.
SELECT
    life.project_id,
    k.kind,
    life.phase,
    CAST(coalesce(d.documents, 0) AS BIGINT) AS documents,
    d.title,
    CASE d.furthest WHEN 3 THEN 'approved' WHEN 2 THEN 'in_review' WHEN 1 THEN 'draft' END AS state
FROM _life AS life
CROSS JOIN (
    SELECT 'charter' AS kind UNION ALL
    SELECT 'business_case' UNION ALL
    SELECT 'scope_statement' UNION ALL
    SELECT 'communication_plan' UNION ALL
    SELECT 'quality_plan' UNION ALL
    SELECT 'resource_plan' UNION ALL
    SELECT 'acceptance' UNION ALL
    SELECT 'lessons_report' UNION ALL
    SELECT 'end_report' UNION ALL
    SELECT 'post_implementation_review' UNION ALL
    SELECT 'supplier_review' UNION ALL
    SELECT 'recovery_plan'
) AS k
LEFT JOIN (
    SELECT
        project_id,
        kind,
        count(*) AS documents,
        min(title) AS title,
        max(CASE state WHEN 'approved' THEN 3 WHEN 'in_review' THEN 2 ELSE 1 END) AS furthest
    FROM artefacts
    GROUP BY project_id, kind
) AS d ON d.project_id = life.project_id AND d.kind = k.kind
