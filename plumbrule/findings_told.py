"""Open findings as the result of `check` and `run`: for people and as JSON the summary, in other forms the findings."""

from contextlib import closing
from typing import TYPE_CHECKING

from plumbrule.listing import Case, ColumnKind, Listing, Row
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.rule_runs import LEVELS
from plumbrule.speech import says
from reports.subjects import OTHERS_NAMED, subject_cte

if TYPE_CHECKING:
    from plumbrule.app import App
    from plumbrule.summary import Summary

_COLUMNS: dict[str, ColumnKind] = {
    "id": "text", "rule": "text", "severity": "text", "mode": "text", "project": "text", "subject_kind": "text",
    "subject": "text", "message": "text", "value": "number", "limit": "number", "opened_on": "day", "fix_by": "day",
    "owner": "text", "waived_by": "text", "waived_until": "day", "url": "text",
}  # fmt: skip
_OPEN = f"""
{subject_cte()}
SELECT f.finding_id AS id, f.rule_id AS rule, f.severity, f.mode, p.key AS project, f.subject_kind,
       coalesce(i.key, p.key, n.name, f.subject_id) AS subject, f.message, f.value, f.threshold AS "limit", f.opened_on,
       f.fix_by, f.owner, f.waived_by, f.waived_until, i.url
FROM findings f
LEFT JOIN projects p ON p.project_id = f.project_id
LEFT JOIN subject i ON f.subject_kind = 'item' AND i.id = f.subject_id
{OTHERS_NAMED}
WHERE f.state = 'open'
ORDER BY list_position(['critical', 'high', 'medium', 'low', 'info'], f.severity), f.rule_id, p.key, subject,
         f.finding_id
"""  # noqa: S608 - names of our own views


def told(app: "App", summary: "Summary", form: Form) -> tuple[str, str]:
    """The result, and what else to tell beside it: the summary where the findings alone are the result."""
    if form is Form.TABLE:
        return summary.as_text(), ""
    if form is Form.JSON:
        return summary.as_json(), ""
    with closing(app.latest()) as reader:
        rows = reader.rows(_OPEN)
    return written(Listing(rows, columns=_COLUMNS, case=_case, name="check"), form), summary.as_text()


def _case(row: Row) -> Case:
    """An open finding. One under waiver is accepted; one of a rule that only observes fails nothing."""
    accepted = says("under waiver {row}", row=row["waived_by"]) if row["waived_by"] else ""
    return Case(
        row["rule"],
        LEVELS.get(row["severity"], "note") if row["mode"] == "enforce" else "note",
        row["message"] or row["rule"],
        str(row["subject"]),
        row["subject_kind"],
        accepted=accepted,
        identity=row["id"],
    )
