-- The one currency of each initiative (its plans', else its trackers', else its budget's) and its approved budget.
-- Lines of a table that people keep outrank those that tools hold, and any line the project's own field.
-- Amounts of different currencies are never added: then the currency or the budget is null. A budget of zero is none.
-- Where neither tool nor register has one, that of the plan which another took over from stands, in the same currency.
SELECT
    c.project_id,
    CASE WHEN c.is_mixed THEN NULL ELSE coalesce(c.plan_currency, c.tracker_currency, b.currency) END AS currency,
    c.is_mixed,
    CASE
        WHEN b.project_id IS NULL
            THEN CASE WHEN NOT c.is_mixed THEN coalesce(nullif(c.project_budget, 0), nullif(h.budget, 0)) END
        WHEN NOT c.is_mixed
            AND b.is_single
            AND coalesce(b.currency = coalesce(c.plan_currency, c.tracker_currency), TRUE)
            THEN nullif(b.amount, 0)
    END AS budget_cost
FROM (
    SELECT
        s.project_id,
        coalesce(
            min(CASE WHEN s.origin = 'plan' THEN s.currency END) <> max(CASE WHEN s.origin = 'plan' THEN s.currency END),
            FALSE
        ) AS is_mixed,
        min(CASE WHEN s.origin = 'plan' THEN s.currency END) AS plan_currency,
        CASE
            WHEN min(CASE WHEN s.origin = 'tracker' THEN s.currency END)
                = max(CASE WHEN s.origin = 'tracker' THEN s.currency END)
                THEN min(CASE WHEN s.origin = 'tracker' THEN s.currency END)
        END AS tracker_currency,
        CAST(sum(p.budget_cost) AS DECIMAL(18, 4)) AS project_budget
    FROM _source_projects AS s
    JOIN project AS p ON p.id = s.source_project_id
    GROUP BY s.project_id
) AS c
LEFT JOIN (
    SELECT
        project_id,
        min(currency) AS currency,
        coalesce(min(currency) = max(currency), TRUE) AS is_single,
        CASE WHEN count(amount) = count(*) THEN CAST(sum(amount) AS DECIMAL(18, 4)) END AS amount
    FROM _lines
    WHERE counts
    GROUP BY project_id
) AS b ON b.project_id = c.project_id
LEFT JOIN (
    SELECT
        h.project_id,
        CASE WHEN bool_and(coalesce(h.currency = s.currency, TRUE)) THEN CAST(sum(h.budget_cost) AS DECIMAL(18, 4)) END
            AS budget
    FROM _histories AS h
    JOIN (
        SELECT project_id, min(currency) AS currency FROM _source_projects WHERE origin = 'plan' GROUP BY project_id
    ) AS s ON s.project_id = h.project_id
    GROUP BY h.project_id
) AS h ON h.project_id = c.project_id
