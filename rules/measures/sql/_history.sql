-- What is known of each item's past. Labels and remote links are left out: we write them ourselves, and our own writing
-- must not look like work. A due date is compared by its first ten characters, year to day.
SELECT
    work_item_id AS item_id,
    CAST(max(changed_at) AS DATE) AS changed_on,
    CAST(min(CASE WHEN field_class = 'status' THEN changed_at END) AS DATE) AS first_status_change_on,
    count(CASE WHEN field_class = 'status' THEN 1 END) AS status_changes,
    count(
        CASE
            WHEN lower(field) IN ('duedate', 'due date', 'due_date')
                AND try_cast(left(to_value, 10) AS DATE) > try_cast(left(from_value, 10) AS DATE)
                THEN 1
        END
    ) AS due_moves
FROM field_change
WHERE
    deleted_at IS NULL
    AND lower(field) NOT IN ('labels', 'remoteissuelink', 'remoteworkitemlink')
GROUP BY work_item_id
