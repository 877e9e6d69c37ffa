-- The day on which scope was frozen per initiative: when its baseline was taken (the latest of several plans), else when
-- its first gate was passed.
SELECT s.project_id, coalesce(max(b.taken_on), max(a.approved_on)) AS frozen_on
FROM _source_projects AS s
LEFT JOIN _plan_baselines AS b ON b.source_project_id = s.source_project_id
LEFT JOIN _approvals AS a ON a.project_id = s.project_id
GROUP BY s.project_id
