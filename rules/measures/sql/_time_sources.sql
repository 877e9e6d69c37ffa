-- Which source books the time of which initiative: a tracker may leave that to a tool of its own.
SELECT DISTINCT
    s.project_id,
    s.source AS project_source,
    e.source AS time_source
FROM _entry_sources AS e
JOIN _source_projects AS s ON s.source_project_id = e.source_project_id
