-- Live items of live projects, governance records included. The project summary task of a plan (outline level 0) is the
-- project itself and is left out. `is_leaf` looks at work only: a risk below a story does not make the story a group.
-- What was put away in the tool before it was done is no work any more; the time booked on it stays with its project.
SELECT
    s.project_id,
    s.source_project_id,
    s.source,
    s.origin,
    s.status_date,
    i.id AS item_id,
    i.key,
    i.title,
    i.kind,
    i.status_category,
    CASE WHEN above.outline_level = 0 THEN NULL ELSE i.parent_id END AS parent_id,
    above.kind AS parent_kind,
    coalesce(
        i.kind IN (
            'risk', 'change_request', 'gate', 'status_report', 'artefact', 'stakeholder', 'invoice', 'lesson', 'waiver',
            'proposal'
        ),
        FALSE
    ) AS is_record,
    groups.parent_id IS NULL AND i.is_summary IS DISTINCT FROM TRUE AS is_leaf,
    i.is_active IS DISTINCT FROM FALSE AS is_active,
    coalesce(i.is_milestone, i.kind = 'milestone', FALSE) AS is_milestone,
    i.assignee_id AS account_id,
    i.start_date,
    i.due_date,
    i.actual_start_date,
    i.actual_finish_date,
    CAST(i.created_at AS DATE) AS created_on,
    CAST(i.status_changed_at AS DATE) AS status_changed_on,
    CASE
        WHEN i.status_category = 'done'
            THEN coalesce(CAST(i.resolved_at AS DATE), i.actual_finish_date, CAST(i.status_changed_at AS DATE))
    END AS resolved_on,
    i.estimate_hours,
    i.spent_hours,
    i.planned_cost,
    i.actual_cost,
    coalesce(
        CASE WHEN i.physical_complete_ratio > 0 THEN i.physical_complete_ratio END,
        i.complete_ratio,
        CASE i.status_category WHEN 'done' THEN CAST(1 AS DECIMAL(12, 6)) WHEN 'todo' THEN CAST(0 AS DECIMAL(12, 6)) END
    ) AS progress_ratio
FROM work_item AS i
JOIN _source_projects AS s ON s.source_project_id = i.project_id
LEFT JOIN (
    SELECT w.id, w.kind, w.outline_level
    FROM work_item AS w
    JOIN (SELECT DISTINCT parent_id FROM work_item WHERE deleted_at IS NULL) AS children ON children.parent_id = w.id
) AS above ON above.id = i.parent_id
LEFT JOIN (
    SELECT DISTINCT parent_id
    FROM work_item
    WHERE deleted_at IS NULL AND parent_id IS NOT NULL AND coalesce(kind, '') NOT IN
        ('risk', 'change_request', 'gate', 'status_report', 'artefact', 'stakeholder', 'invoice', 'lesson', 'waiver',
        'proposal')
) AS groups ON groups.parent_id = i.id
WHERE i.deleted_at IS NULL
    AND i.outline_level IS DISTINCT FROM 0
    AND (i.is_archived IS DISTINCT FROM TRUE OR i.status_category = 'done')
