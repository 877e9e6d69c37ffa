-- Of each live time entry what is added up or counted.
SELECT project_id, source, item_id, person_id, person_name, spent_on, billing_account, counted_hours
FROM __time
