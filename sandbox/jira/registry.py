"""What a Jira administrator sets up: issue types, statuses, priorities, link types, resolutions and custom fields.

The names are those of the pretend company. More can be added to a site; an issue that uses an unknown name is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.jira.records import Edition
from sandbox.jira.shapes import stable_number

_OWN = "com.atlassian.jira.plugin.system.customfieldtypes"


@dataclass(frozen=True)
class IssueType:
    """`level`: 1 epic, 0 standard, -1 sub-task."""

    id: int
    name: str
    level: int = 0


@dataclass(frozen=True)
class Status:
    """`category`: new, indeterminate, done or undefined."""

    id: int
    name: str
    category: str


@dataclass(frozen=True)
class LinkType:
    """`outward` reads from the source: "A blocks B"."""

    id: int
    name: str
    outward: str
    inward: str


@dataclass(frozen=True)
class CustomField:
    """`type` and `items` are the JSON schema's, `custom` the kind of field that an administrator picks.

    `options` are the allowed ones of a select; empty lets any text be one.
    """

    number: int
    name: str
    type: str
    custom: str
    items: str | None = None
    options: tuple[str, ...] = ()

    def numbered_options(self) -> list[tuple[int, str]]:
        """Give (id, text) of the allowed options."""
        return [(stable_number(f"{self.id}:{text}"), text) for text in self.options]

    def schema(self) -> dict[str, object]:
        """Give the JSON schema that `GET /field` shows."""
        items = {} if self.items is None else {"items": self.items}
        return {"type": self.type, **items, "custom": self.custom, "customId": self.number}

    @property
    def is_rich(self) -> bool:
        """Tell whether it holds a document on Cloud, wiki text on Data Center."""
        return self.custom.endswith(":textarea")

    @property
    def id(self) -> str:
        """Give the id that issues carry."""
        return f"customfield_{self.number}"


STATUS_CATEGORIES: dict[str, tuple[int, str, str]] = {
    "undefined": (1, "medium-gray", "No Category"),
    "new": (2, "blue-gray", "To Do"),
    "done": (3, "green", "Done"),
    "indeterminate": (4, "yellow", "In Progress"),
}
"""key -> (id, colour, name), as every Jira site has them."""

_STANDARD_TYPES = (
    "Story|Task|Bug|Milestone|Risk|Change Request|Gate|Status Report|"
    "Document|Stakeholder|Invoice|Lesson|Decision|Action|Waiver"
)
ISSUE_TYPES = (
    IssueType(10000, "Epic", 1),
    *(IssueType(10001 + place, name) for place, name in enumerate(_STANDARD_TYPES.split("|"))),
    IssueType(10030, "Sub-task", -1),
)

_STATUSES = {
    "new": "To Do|Open|Backlog|Selected for Development|Planned|Draft|Raised|Received|Reopened",
    "indeterminate": "In Progress|In Review|Blocked|On Hold|Mitigating|Submitted|Disputed",
    "done": "Done|Closed|Resolved|Approved|Rejected|Implemented|Passed|Paid|Cancelled|Published",
}
STATUSES = tuple(
    Status(10100 + 100 * block + place, name, category)
    for block, (category, names) in enumerate(_STATUSES.items())
    for place, name in enumerate(names.split("|"))
)

PRIORITIES: dict[str, int] = {"Highest": 1, "High": 2, "Medium": 3, "Low": 4, "Lowest": 5}
RESOLUTIONS: dict[str, int] = {"Done": 10000, "Won't Do": 10001, "Duplicate": 10002, "Cannot Reproduce": 10003}

LINK_TYPES = (
    LinkType(10000, "Blocks", "blocks", "is blocked by"),
    LinkType(10001, "Cloners", "clones", "is cloned by"),
    LinkType(10002, "Duplicate", "duplicates", "is duplicated by"),
    LinkType(10003, "Relates", "relates to", "relates to"),
)

_KINDS: dict[str, tuple[str, str, str | None]] = {
    "number": ("number", f"{_OWN}:float", None),
    "points": ("number", "com.pyxis.greenhopper.jira:jsw-story-points", None),
    "date": ("date", f"{_OWN}:datepicker", None),
    "select": ("option", f"{_OWN}:select", None),
    "radio": ("option", f"{_OWN}:radiobuttons", None),
    "checkboxes": ("array", f"{_OWN}:multicheckboxes", "option"),
    "multiselect": ("array", f"{_OWN}:multiselect", "option"),
    "labels": ("array", f"{_OWN}:labels", "string"),
    "text": ("string", f"{_OWN}:textfield", None),
    "paragraph": ("string", f"{_OWN}:textarea", None),
    "url": ("string", f"{_OWN}:url", None),
    "user": ("user", f"{_OWN}:userpicker", None),
}


def custom_field(number: int, name: str, kind: str, options: Sequence[str] = ()) -> CustomField:
    """Make a custom field of a kind: number, points, date, select, radio, checkboxes, multiselect, labels, text,
    paragraph, url or user."""
    kind_type, custom, items = _KINDS[kind]
    return CustomField(number, name, kind_type, custom, items, tuple(options))


_FIELDS = (
    ("Story Points", "points"),
    ("Start date", "date"),
    ("Flagged", "checkboxes"),
    ("Probability (%)", "number"),
    ("Impact cost", "number"),
    ("Risk kind", "select"),
    ("Response", "text"),
    ("Reviewed on", "date"),
    ("Cause", "select"),
    ("Reported health", "select"),
    ("Reported on", "date"),
    ("Document type", "select"),
    ("Approved by", "user"),
    ("Approved on", "date"),
    ("Document link", "url"),
    ("Gate number", "number"),
    ("Decided on", "date"),
    ("Decided by", "user"),
    ("Effort change (hours)", "number"),
    ("Cost change", "number"),
    ("Stakeholder role", "text"),
    ("Interest", "text"),
    ("Influence", "select"),
    ("Supplier", "text"),
    ("Invoice number", "text"),
    ("Invoice amount", "number"),
    ("Issued on", "date"),
    ("Budget line", "text"),
    ("Rule", "text"),
    ("Subject", "text"),
    ("Reason", "text"),
    ("Requested by", "user"),
    ("Starts", "date"),
    ("Expires", "date"),
    ("Until value", "number"),
    ("Compensating action", "text"),
)
CUSTOM_FIELDS = tuple(custom_field(10016 + place, name, kind) for place, (name, kind) in enumerate(_FIELDS))

SPRINT = CustomField(10010, "Sprint", "array", "com.pyxis.greenhopper.jira:gh-sprint", "json")
EPIC_LINK = CustomField(10101, "Epic Link", "any", "com.pyxis.greenhopper.jira:gh-epic-link")
EPIC_NAME = CustomField(10102, "Epic Name", "string", "com.pyxis.greenhopper.jira:gh-epic-label")
PARENT_LINK = CustomField(10103, "Parent Link", "any", "com.atlassian.jpo:jpo-custom-field-parent")
_PLAIN_POINTS = f"{_OWN}:float"


def fields_of(edition: Edition) -> Sequence[CustomField]:
    """Give the custom fields that a fresh site has.

    Data Center tells parents by fields: Epic Link on what belongs to an epic, Parent Link above epics (Advanced
    Roadmaps); its Story Points are a plain number field.
    """
    if edition == "cloud":
        return (*CUSTOM_FIELDS, SPRINT)
    own = [replace(one, custom=_PLAIN_POINTS) if one.name == "Story Points" else one for one in CUSTOM_FIELDS]
    return (*own, replace(SPRINT, items="string"), EPIC_LINK, EPIC_NAME, PARENT_LINK)
