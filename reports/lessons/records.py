"""The records that are kept of each project, as rows of one shape, whatever view they come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from portfolio.ports import Reader

KINDS: Mapping[str, str] = {
    "person": "who decided, managed and had an interest",
    "report": "status reports",
    "budget": "what was approved and spent, by category",
    "risk": "risks and opportunities, and problems of the issue log",
    "measure": "what was done about it: recovery plans, changes, decisions and actions",
    "finding": "what checks found, and what became of it",
    "lesson": "what was learned",
}
"""Kinds of records."""

Row = Mapping[str, Any]

_PARTS: Mapping[str, str] = {
    "person": """
        SELECT project_id, NULL AS day, manager_name AS title, 'project manager' AS detail, NULL AS cause,
            NULL AS reference
        FROM projects WHERE manager_name IS NOT NULL
        UNION ALL
        SELECT project_id, NULL, sponsor_name, 'sponsor', NULL, NULL FROM projects WHERE sponsor_name IS NOT NULL
        UNION ALL
        SELECT project_id, decided_on, decided_by, concat('decided on gate ', name), NULL, item_key
        FROM gates WHERE decided_by IS NOT NULL
        UNION ALL
        SELECT project_id, reviewed_on, name, concat_ws('; ', role, interest, 'influence ' || influence), NULL, item_key
        FROM stakeholders
    """,
    "report": """
        SELECT project_id, reported_on AS day, coalesce(comment, health) AS title, 'reported ' || health AS detail,
            NULL AS cause, item_key AS reference
        FROM status_reports
    """,
    "budget": """
        SELECT project_id, NULL AS day, category AS title,
            concat_ws('; ', 'approved ' || CAST(CAST(budget_cost AS DECIMAL(18, 2)) AS VARCHAR),
                'spent ' || CAST(CAST(spent_cost AS DECIMAL(18, 2)) AS VARCHAR), currency) AS detail,
            NULL AS cause, NULL AS reference
        FROM budget_use
        UNION ALL
        SELECT project_id, NULL, 'whole project',
            concat_ws('; ', 'approved ' || CAST(CAST(budget_cost AS DECIMAL(18, 2)) AS VARCHAR),
                'spent ' || CAST(CAST(actual_cost AS DECIMAL(18, 2)) AS VARCHAR), currency),
            NULL, NULL
        FROM projects WHERE budget_cost IS NOT NULL
    """,
    "risk": """
        SELECT project_id, due_date AS day, title,
            concat_ws('; ', CASE WHEN is_opportunity THEN 'opportunity' ELSE 'threat' END, state,
                'response: ' || response) AS detail,
            cause, item_key AS reference
        FROM risks
        UNION ALL
        SELECT project_id, raised_on, title, concat_ws('; ', 'problem', state, 'response: ' || response), cause,
            item_key
        FROM project_issues
    """,
    "measure": """
        SELECT project_id, approved_on AS day, title, concat_ws('; ', 'recovery plan', state, location) AS detail,
            NULL AS cause, item_key AS reference
        FROM artefacts WHERE kind = 'recovery_plan'
        UNION ALL
        SELECT project_id, coalesce(decided_on, raised_on), title, concat_ws('; ', 'change', state), NULL, item_key
        FROM changes
        UNION ALL
        SELECT project_id, coalesce(resolved_on, due_date), title, concat_ws('; ', kind, status), NULL, key
        FROM work_items WHERE kind IN ('decision', 'action')
    """,
    "finding": """
        SELECT f.project_id, coalesce(f.opened_on, f.first_seen_on) AS day, f.message AS title,
            concat_ws('; ', f.severity,
                CASE
                    WHEN f.resolved_on IS NOT NULL
                        THEN replace(f.state, '_', ' ') || ' ' || CAST(f.resolved_on AS VARCHAR)
                    WHEN f.waived_by IS NOT NULL THEN 'open, under waiver ' || f.waived_by
                    ELSE replace(f.state, '_', ' ')
                END,
                e.how,
                CASE WHEN f.times_reopened > 0 THEN 'came back ' || CAST(f.times_reopened AS VARCHAR) || ' times' END,
                'age in days: ' || CAST(f.age_days AS VARCHAR)) AS detail,
            f.rule_id AS cause, f.finding_id AS reference
        FROM findings AS f
        LEFT JOIN (
            SELECT finding_id, max_by(how, step) AS how
            FROM finding_event WHERE event IN ('resolved', 'closed')
            GROUP BY finding_id
        ) AS e ON e.finding_id = f.finding_id AND f.resolved_on IS NOT NULL
        WHERE f.state <> 'pending'
    """,
    "lesson": """
        SELECT project_id, NULL AS day, title,
            CASE WHEN has_action THEN 'an action was made of it' WHEN NOT has_action THEN 'no action yet' END AS detail,
            cause, item_key AS reference
        FROM lessons
    """,
}
"""Kind -> SELECT over documented views, and for findings over the ledger of their events, which a snapshot holds."""

_ALL = """
SELECT p.key AS project, p.name AS project_name, p.department, r.*
FROM ({parts}) AS r JOIN projects AS p ON p.project_id = r.project_id
WHERE r.title IS NOT NULL
ORDER BY r.day DESC NULLS LAST, p.key, r.title, r.detail, r.reference
"""


def records(reader: Reader, kinds: Sequence[str]) -> list[Row]:
    """Records of those kinds, newest first within a kind.

    Keys: kind, project (its key), project_name, department, day, title, detail, cause (of a finding: its rule),
    reference (key of the item, or id of the finding).
    """
    found: list[Row] = []
    for kind in kinds:
        sql = _ALL.format(parts=_PARTS[kind])  # our own text throughout
        found += [{"kind": kind} | {k: v for k, v in row.items() if k != "project_id"} for row in reader.rows(sql)]
    return found
