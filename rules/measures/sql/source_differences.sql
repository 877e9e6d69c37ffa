-- What two sources of one initiative both state, side by side. Words are the same whatever their case, spaces and dashes.
SELECT
    a.project_id,
    a.what,
    a.detail,
    a.source AS left_source,
    b.source AS right_source,
    coalesce(a.words, CAST(a.stated_on AS VARCHAR),
        concat(CAST(CAST(a.amount AS DECIMAL(18, 2)) AS VARCHAR), ' ', a.currency)) AS left_value,
    coalesce(b.words, CAST(b.stated_on AS VARCHAR),
        concat(CAST(CAST(b.amount AS DECIMAL(18, 2)) AS VARCHAR), ' ', b.currency)) AS right_value,
    CASE WHEN a.words IS NOT NULL
        THEN replace(replace(lower(a.words), ' ', ''), '-', '') = replace(replace(lower(b.words), ' ', ''), '-', '')
    END AS same_words,
    abs(date_diff('day', a.stated_on, b.stated_on)) AS days_apart,
    CAST(CASE WHEN a.currency = b.currency
        THEN abs(a.amount - b.amount) / nullif(greatest(a.amount, b.amount), 0) END AS DOUBLE) AS ratio_apart
FROM _statements AS a
JOIN _statements AS b
    ON b.project_id = a.project_id
    AND b.what = a.what
    AND lower(trim(coalesce(b.detail, ''))) = lower(trim(coalesce(a.detail, '')))
    AND b.source > a.source
WHERE coalesce(a.words, CAST(a.stated_on AS VARCHAR), CAST(a.amount AS VARCHAR)) IS NOT NULL
    AND coalesce(b.words, CAST(b.stated_on AS VARCHAR), CAST(b.amount AS VARCHAR)) IS NOT NULL
