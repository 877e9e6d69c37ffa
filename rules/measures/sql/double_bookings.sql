-- Days on which one person booked time on one project in two sources: each source's hours and items side by side.
SELECT
    a.project_id,
    a.person_id,
    a.person_name,
    a.spent_on,
    a.source AS left_source,
    a.hours AS left_hours,
    a.items AS left_item,
    b.source AS right_source,
    b.hours AS right_hours,
    b.items AS right_item,
    a.hours = b.hours AS same_hours
FROM _source_days AS a
JOIN _source_days AS b
    ON b.project_id = a.project_id AND b.person_id = a.person_id AND b.spent_on = a.spent_on AND b.source > a.source
