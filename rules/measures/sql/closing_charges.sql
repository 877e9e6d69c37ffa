-- Time and costs of projects that are closed, each with the days from the closing. Rejected hours do not count.
SELECT
    t.entry_id AS charge_id,
    t.project_id,
    t.item_id,
    i.key AS item_key,
    'time' AS charge_kind,
    t.person_name AS charged_by,
    t.spent_on AS charged_on,
    t.counted_hours AS hours,
    CAST(NULL AS DECIMAL(18, 4)) AS amount,
    CAST(NULL AS TEXT) AS currency,
    m.closed_on,
    date_diff('day', m.closed_on, t.spent_on) AS days_after
FROM _time AS t
JOIN _life AS life ON life.project_id = t.project_id
JOIN mandate AS m ON m.project_id = t.project_id
LEFT JOIN _items AS i ON i.item_id = t.item_id
WHERE life.is_closed AND t.counted_hours IS NOT NULL
UNION ALL
SELECT
    c.cost_id AS charge_id,
    c.project_id,
    c.item_id,
    c.item_key,
    'cost' AS charge_kind,
    c.supplier AS charged_by,
    c.spent_on AS charged_on,
    CAST(NULL AS DECIMAL(14, 2)) AS hours,
    c.amount,
    c.currency,
    m.closed_on,
    date_diff('day', m.closed_on, c.spent_on) AS days_after
FROM costs AS c
JOIN _life AS life ON life.project_id = c.project_id
JOIN mandate AS m ON m.project_id = c.project_id
WHERE life.is_closed
