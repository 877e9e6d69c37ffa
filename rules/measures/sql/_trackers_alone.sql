-- Trackers without any plan beside them: their own dates are the plan.
SELECT t.source_project_id
FROM _source_projects AS t
LEFT JOIN (SELECT DISTINCT project_id FROM _source_projects WHERE origin = 'plan') AS p ON p.project_id = t.project_id
WHERE t.origin = 'tracker' AND p.project_id IS NULL
