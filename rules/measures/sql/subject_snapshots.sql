-- What checks kept of subjects that are no projects, up to the run's day.
SELECT s.subject_kind, s.subject_id, s.taken_on, s.measure, s.value
FROM subject_snapshot AS s
JOIN (SELECT count(*) AS n FROM _source_projects) AS there ON there.n > 0
CROSS JOIN context AS c
WHERE s.taken_on <= c.as_of
