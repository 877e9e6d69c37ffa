-- Not stored: it is what `time_entries` holds already.
-- Live time entries with the hours that count: those that an approver rejected are shown, not counted.
SELECT
    entry_id,
    project_id,
    item_id,
    person_id,
    person_name,
    spent_on,
    hours,
    billable_hours,
    state,
    billing_account,
    CASE WHEN state IS DISTINCT FROM 'rejected' THEN hours END AS counted_hours
FROM time_entries
