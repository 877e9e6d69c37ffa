"""Records in the shapes of Jira Cloud's REST v3, for tests of its connector. Invented people, invented numbers."""

from typing import Any

FIELD_IDS = {
    "Story Points": ("customfield_10016", "com.pyxis.greenhopper.jira:jsw-story-points"),
    "Start date": ("customfield_10015", "com.atlassian.jira.plugin.system.customfieldtypes:datepicker"),
    "Flagged": ("customfield_10021", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"),
    "Sprint": ("customfield_10020", "com.pyxis.greenhopper.jira:gh-sprint"),
}
_OTHERS = (
    "Probability (%)",
    "Impact cost",
    "Risk kind",
    "Response",
    "Reviewed on",
    "Cause",
    "Reported health",
    "Reported on",
    "Document type",
    "Approved by",
    "Approved on",
    "Document link",
    "Gate number",
    "Decided on",
    "Decided by",
    "Effort change (hours)",
    "Cost change",
    "Stakeholder role",
    "Interest",
    "Influence",
    "Supplier",
    "Invoice number",
    "Invoice amount",
    "Issued on",
    "Budget line",
    "Rule",
    "Subject",
    "Reason",
    "Requested by",
    "Starts",
    "Expires",
    "Until value",
    "Compensating action",
    "Document version",
    "Acceptance evidence",
    "Expected value",
    "Expected cost",
    "Expected effort (hours)",
)
FIELD_IDS |= {name: (f"customfield_{10100 + n}", "") for n, name in enumerate(_OTHERS)}
FIELDS = [
    {"id": field_id, "name": name, "custom": True, "schema": {"type": "any", "custom": schema}}
    for name, (field_id, schema) in FIELD_IDS.items()
]


def custom(**values: Any) -> dict[str, Any]:
    """Custom fields by name (underscores for spaces), as an issue holds them."""
    by_word = {name.lower().replace(" ", "_").split("_(")[0]: ids[0] for name, ids in FIELD_IDS.items()}
    return {by_word[word]: value for word, value in values.items()}


def user(name: str, **more: Any) -> dict[str, Any]:
    return {
        "accountId": f"acc-{name}",
        "accountType": "atlassian",
        "displayName": f"{name.title()} Example",
        "emailAddress": f"{name.title()}@Meridian.example",
        "active": True,
        "timeZone": "Europe/Berlin",
    } | more


def status(name: str = "To Do", category: str = "new") -> dict[str, Any]:
    return {"id": "3", "name": name, "statusCategory": {"id": 2, "key": category, "name": name}}


def issue(number: int, kind: str = "Story", **fields: Any) -> dict[str, Any]:
    """One issue of project 10000 (PAY) as search gives it."""
    return {
        "id": str(10_000 + number),
        "key": f"PAY-{number}",
        "fields": {
            "summary": f"Piece {number}",
            "issuetype": {"id": "1", "name": kind, "subtask": False, "hierarchyLevel": 0},
            "project": {"id": "10000", "key": "PAY", "name": "Payments"},
            "status": status(),
            "created": "2026-10-01T09:00:00.000+0200",
            "updated": f"2026-11-20T10:{number % 60:02d}:30.500+0100",
            "labels": [],
            "fixVersions": [],
            "issuelinks": [],
            "assignee": None,
            "reporter": user("rosa"),
            "worklog": {"startAt": 0, "maxResults": 20, "total": 0, "worklogs": []},
        }
        | fields,
    }


def worklog(number: int, seconds: int = 3600, started: str = "2026-11-19T09:00:00.000+0100", **more: Any):
    return {
        "id": str(number),
        "author": user("ada"),
        "started": started,
        "timeSpentSeconds": seconds,
        "created": started,
        "updated": started,
    } | more


def link(number: int, way: str, other: int, name: str = "Blocks", kind: str = "Story") -> dict[str, Any]:
    """A link; `way` is outwardIssue or inwardIssue."""
    return {
        "id": str(number),
        "type": {"id": "1", "name": name, "inward": "is blocked by", "outward": "blocks"},
        way: {"id": str(10_000 + other), "key": f"PAY-{other}", "fields": {"issuetype": {"name": kind}}},
    }


def history(number: int, *items: dict[str, Any], created: Any = 1_762_000_000_000, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "author": user("ada"), "created": created, "items": list(items)} | more


def change(field_id: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    return {"field": field_id, "fieldId": field_id, "fromString": before, "toString": after} | more
