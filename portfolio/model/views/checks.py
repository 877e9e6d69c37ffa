"""Views of what checks found: findings and the waivers over them. Filled after all rules that do not read them."""

from portfolio.model.column import Column, Table, integer, key_text, text
from portfolio.model.ledger import LEDGER_TABLES

_LEDGER = {t.name: t for t in LEDGER_TABLES}
_OF_FINDING = [
    "subject_kind",
    "severity",
    "mode",
    "state",
    "message",
    "value",
    "threshold",
    "first_seen_on",
    "opened_on",
    "last_seen_on",
    "last_verified_on",
    "resolved_on",
    "times_seen",
    "times_reopened",
    "verified",
    "waived_by",
    "waived_until",
    "waived_days",
    "fix_by",
    "owner",
]
_OF_WAIVER = [
    "place",
    "rules",
    "subject",
    "reason",
    "requested_by",
    "approved_by",
    "ticket",
    "compensating",
    "starts_on",
    "expires_on",
    "ends_on",
    "state",
    "problem",
    "length_days",
    "allowed_days",
    "self_approved",
    "renewals",
    "renewed",
    "matches",
    "covered_findings",
    "open_findings",
]


def _taken_over(table: str, names: list[str]) -> tuple[Column, ...]:
    """Columns of a ledger table as they are."""
    found = {c.name: c for c in _LEDGER[table]}
    return tuple(found[name] for name in names)


FINDINGS = Table(
    "findings",
    "Findings of all rules but those about findings and waivers, open ones and such as are over, as this check left "
    "them.",
    (
        key_text("finding_id", "the finding: the same rule on the same subject"),
        text("project_id", "the initiative", "about a subject that is no project"),
        text("item_id", "the item that fails", "the project, or another subject, itself fails"),
        key_text("subject_id", "the project, the item, or the other subject that fails"),
        key_text("rule_id", "the rule"),
        *_taken_over("finding", _OF_FINDING),
        integer("age_days", "days open, without those under waiver", "not a finding yet"),
        integer("overdue_days", "days since it was to be mended; negative before that", "not open, or no deadline"),
    ),
    key=("finding_id",),
)

WAIVERS = Table(
    "waivers",
    "Accepted failures: each waiver, from files and tools, once for each project or other subject that it is for.",
    (
        key_text("waiver_id", "the waiver"),
        text("project_id", "the initiative", "for a subject that is no project"),
        text("item_id", "the item that holds it", "it stands in a file"),
        text("item_key", "key of that item", "it stands in a file"),
        text("title", "title of that item", "it stands in a file"),
        *_taken_over("waiver_state", ["subject_kind", "subject_id", *_OF_WAIVER]),
        integer("days_left", "days until its last day, as granted; negative is over", "no last day is stated"),
        integer("not_needed_days", "days in force during which it covered nothing, until now", "not in force"),
    ),
    key=("waiver_id", "subject_kind", "subject_id"),
)
