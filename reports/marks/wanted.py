"""What marks are made of: open findings, trackers, and what an admin allows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from portfolio.model.checks import SEVERITIES
from portfolio.ports import Channel, Reader
from reports.render.links import web_link
from reports.subjects import subject_cte

LISTED_RULES = 20
"""Findings listed in a body; the counts cover all. Jira refuses property values and texts above 32,768 characters."""
_OPEN = f"""
{subject_cte()}
SELECT f.id, f.rule_id, f.project_id, f.subject_kind, f.subject_id, f.severity, f.opened_on, i.key AS item_key,
       i.title AS item_title, i.url AS item_url, p.key AS project_key, p.name AS project_name, f.message,
       f.evidence
FROM finding f LEFT JOIN subject i ON f.subject_kind = 'item' AND i.id = f.subject_id
LEFT JOIN projects p ON p.project_id = f.project_id
WHERE f.state = 'open' AND f.mode = 'enforce' AND f.subject_kind IN ('project', 'item') ORDER BY f.id
"""  # noqa: S608 - names of our own views


@dataclass(frozen=True)
class OpenFinding:
    """An open, enforced finding. `message` holds today's value and limit, in the configured language; `evidence` the
    first rows that show it, as JSON."""

    id: str
    rule_id: str
    project_id: str
    subject_kind: Literal["project", "item"]
    subject_id: str
    severity: str
    opened_on: date
    item_key: str | None = None
    item_title: str | None = None
    item_url: str | None = None
    project_key: str | None = None
    project_name: str | None = None
    message: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Tracker:
    """A tracker project of an initiative: where a project's mark is written to."""

    project_id: str
    key: str
    source: str
    native_id: str
    title: str


@dataclass(frozen=True)
class FindingIssues:
    """Where findings become issues of their own: the project with that key, in that source."""

    source: str
    project: str
    issue_type: str = "Task"
    least_severity: str = "critical"


@dataclass(frozen=True)
class MarkSettings:
    """What may be written. `sources` are those with a publisher; `report_url` is where the report lies.

    Without a web address for the report there are no remote links, since they would lead nowhere. `field` is the custom
    field to fill, `waiver_request` says how to ask for a waiver: a web address or a sentence. `ours` are ids of items
    that we made ourselves; they are never marked.
    """

    sources: frozenset[str]
    report_url: str | None = None
    channels: frozenset[Channel] = frozenset({"property", "remote_link"})
    least_severity: str = "low"
    label_prefix: str = "pmo-"
    language: str = "en"
    field: str | None = None
    finding_issues: FindingIssues | None = None
    waiver_request: str | None = None
    ours: frozenset[str] = frozenset()


def open_findings(reader: Reader) -> tuple[OpenFinding, ...]:
    """Open, enforced findings of a snapshot about projects and items, by id: others have no place in a tracker."""
    return tuple(OpenFinding(**row) for row in reader.rows(_OPEN))


def heavier(findings: Sequence[OpenFinding], least: str) -> list[OpenFinding]:
    """Those of at least that severity."""
    return [f for f in findings if weight(f.severity) <= weight(least)]


def heaviest(group: Sequence[OpenFinding]) -> list[OpenFinding]:
    """The first findings to tell: heaviest first, at most `LISTED_RULES`."""
    return sorted(group, key=lambda f: (weight(f.severity), f.rule_id, f.id))[:LISTED_RULES]


def weight(severity: str) -> int:
    """Orders severities, heaviest first; words that are not ours last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def urgency(group: Sequence[OpenFinding]) -> str:
    """Sorts marks, for a run that cannot write them all: the most severe first, then the oldest."""
    return f"{min(weight(f.severity) for f in group)} {min(f.opened_on for f in group).isoformat()}"


def grouped(findings: Sequence[OpenFinding], key: Callable[[OpenFinding], str]) -> dict[str, list[OpenFinding]]:
    """Findings by what `key` says, in the order met."""
    groups: dict[str, list[OpenFinding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return groups


def anchor(finding: OpenFinding) -> str | None:
    """What the page calls the subject: the item's key, else the project's; None where it has neither."""
    return (finding.item_key if finding.subject_kind == "item" else None) or finding.project_key


def report_link(settings: MarkSettings, place: str | None) -> str | None:
    """The report, opened at that place; None without a web address of the report."""
    base = web_link(settings.report_url)
    if not base:
        return None
    return f"{base.partition('#')[0]}#{quote(place)}" if place else base
