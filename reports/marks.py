"""What should stand in the trackers: marks on projects and items that have open findings. Pure.

A project property and an item property carry compact JSON for tools; a remote link is the one line that a person sees
on the item; labels are opt-in, for people who search by them. Bodies hold what is stable while a finding is open:
values that move every day are in the report that the mark points to, so that a mark is rewritten only when a finding
comes, goes, or changes its weight.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from portfolio.ports import Channel, Mark, Reader
from reports.inputs import SEVERITIES, Colour, RuleText
from reports.render.links import web_link
from reports.subjects import subject_cte
from reports.words import Words

PROPERTY = "plumbrule"
"""Key of the entity property, on projects and on items."""
BODY_FORMAT = "plumbrule.mark/1"
LISTED_RULES = 20
"""Rules listed in a body; the counts cover all. Jira refuses property values above 32,768 characters."""
_OPEN = f"""
{subject_cte()}
SELECT f.id, f.rule_id, f.project_id, f.subject_kind, f.subject_id, f.severity, f.opened_on, i.key AS item_key
FROM finding f LEFT JOIN subject i ON f.subject_kind = 'item' AND i.id = f.subject_id
WHERE f.state = 'open' AND f.mode = 'enforce' ORDER BY f.id
"""  # noqa: S608 - names of our own views


@dataclass(frozen=True)
class OpenFinding:
    """An open, enforced finding: what marks are made of."""

    id: str
    rule_id: str
    project_id: str
    subject_kind: Literal["project", "item"]
    subject_id: str
    severity: str
    opened_on: date
    item_key: str | None = None


@dataclass(frozen=True)
class Tracker:
    """A tracker project of an initiative: where a project's mark is written to."""

    project_id: str
    key: str
    source: str
    native_id: str
    title: str


@dataclass(frozen=True)
class MarkSettings:
    """What may be written. `sources` are those with a publisher; `report_url` is where the report lies.

    Without a web address for the report there are no remote links, since they would lead nowhere.
    """

    sources: frozenset[str]
    report_url: str | None = None
    channels: frozenset[Channel] = frozenset({"property", "remote_link"})
    least_severity: str = "low"
    label_prefix: str = "pmo-"
    language: str = "en"


def open_findings(reader: Reader) -> tuple[OpenFinding, ...]:
    """Open, enforced findings of a snapshot, by id."""
    return tuple(OpenFinding(**row) for row in reader.rows(_OPEN))


def desired_marks(
    findings: Sequence[OpenFinding],
    trackers: Sequence[Tracker],
    settings: MarkSettings,
    *,
    computed: Mapping[str, Colour] | None = None,
    rules: Mapping[str, RuleText] | None = None,
) -> tuple[Mark, ...]:
    """Every mark that should stand, in a fixed order. `computed` is the colour by project id."""
    heavy = [f for f in findings if _weight(f.severity) <= _weight(settings.least_severity)]
    marks = [*_project_marks(heavy, trackers, settings, computed or {}), *_item_marks(heavy, settings, rules or {})]
    return tuple(sorted(marks, key=lambda m: (m.channel, m.source, m.target_kind, m.target, m.name)))


def _project_marks(
    findings: Sequence[OpenFinding],
    trackers: Sequence[Tracker],
    settings: MarkSettings,
    computed: Mapping[str, Colour],
) -> list[Mark]:
    if "property" not in settings.channels:
        return []
    groups = _group(findings, lambda f: f.project_id)
    marks = []
    for tracker in trackers:
        group = groups.get(tracker.project_id)
        if not group or tracker.source not in settings.sources:
            continue
        body = {
            **_summary(group, settings, tracker.key),
            "status": computed.get(tracker.project_id, "unknown"),
            "rules": sorted({f.rule_id for f in group})[:LISTED_RULES],
        }
        marks.append(Mark("property", tracker.source, "project", tracker.native_id, PROPERTY, body, tracker.title))
    return marks


def _item_marks(findings: Sequence[OpenFinding], settings: MarkSettings, rules: Mapping[str, RuleText]) -> list[Mark]:
    marks: list[Mark] = []
    for item_id, group in _group([f for f in findings if f.subject_kind == "item"], lambda f: f.subject_id).items():
        source, native_id = _parts(item_id)
        if source not in settings.sources:
            continue
        marks += _of_item((source, native_id, group[0].item_key or native_id), group, settings, rules)
    return marks


def _of_item(
    place: tuple[str, str, str],
    group: Sequence[OpenFinding],
    settings: MarkSettings,
    rules: Mapping[str, RuleText],
) -> list[Mark]:
    source, native_id, title = place
    marks = []
    if "property" in settings.channels:
        body = {**_summary(group, settings, title), "rules": [_rule(f, rules) for f in _heaviest(group)]}
        marks.append(Mark("property", source, "item", native_id, PROPERTY, body, title))
    url = _link(settings, title)
    if "remote_link" in settings.channels and url:
        name = f"plumbrule:{source}:{native_id}"
        marks.append(Mark("remote_link", source, "item", native_id, name, _remote(url, group, settings, rules), title))
    if "label" in settings.channels:
        families = sorted({f.rule_id.partition("-")[0].lower() for f in group})
        marks += [
            Mark("label", source, "item", native_id, f"{settings.label_prefix}{family}", None, title)
            for family in families
        ]
    return marks


def _summary(group: Sequence[OpenFinding], settings: MarkSettings, key: str) -> dict[str, Any]:
    counts = {s: sum(f.severity == s for f in group) for s in SEVERITIES}
    return {
        "format": BODY_FORMAT,
        "findings": {s: n for s, n in counts.items() if n},
        "since": min(f.opened_on for f in group).isoformat(),
        "report": _link(settings, key),
    }


def _rule(finding: OpenFinding, rules: Mapping[str, RuleText]) -> dict[str, str]:
    text = rules.get(finding.rule_id)
    body = {"id": finding.rule_id, "severity": finding.severity, "since": finding.opened_on.isoformat()}
    return {**body, "title": text.title, "fix": text.fix} if text else body


def _remote(
    url: str, group: Sequence[OpenFinding], settings: MarkSettings, rules: Mapping[str, RuleText]
) -> dict[str, Any]:
    """The body of a remote link (Atlassian, REST v3, issue remote links)."""
    words = Words(settings.language)
    heaviest = words.term("severity", _heaviest(group)[0].severity).lower()
    title = words.count(
        "PMO: {n} finding ({severity})", "PMO: {n} findings ({severity})", len(group), severity=heaviest
    )
    names = [rules[f.rule_id].title if f.rule_id in rules else f.rule_id for f in _heaviest(group)]
    summary = " · ".join(dict.fromkeys(names))
    return {
        "application": {"type": "plumbrule", "name": "Plumbrule"},
        "relationship": "PMO",
        "object": {"url": url, "title": title, "summary": summary[:250]},
    }


def _link(settings: MarkSettings, key: str) -> str | None:
    base = web_link(settings.report_url)
    return f"{base.partition('#')[0]}#{quote(key)}" if base else None


def _heaviest(group: Sequence[OpenFinding]) -> list[OpenFinding]:
    return sorted(group, key=lambda f: (_weight(f.severity), f.rule_id, f.id))[:LISTED_RULES]


def _weight(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _parts(item_id: str) -> tuple[str, str]:
    """Source and native id of `source:kind:native id`."""
    source, _, rest = item_id.partition(":")
    return source, rest.partition(":")[2]


def _group(findings: Sequence[OpenFinding], key: Callable[[OpenFinding], str]) -> dict[str, list[OpenFinding]]:
    groups: dict[str, list[OpenFinding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return groups
