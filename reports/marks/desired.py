"""Which marks should stand in the trackers, from the open findings. Pure.

A property carries compact JSON for tools; a remote link is the one line that a person sees on the item. All others are
opt-in: labels to search by, a field for boards and filters, a comment that explains, an issue in the PMO's project.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from portfolio.ports import Channel, Mark
from reports.inputs import Colour
from reports.marks.bodies import Texts, field_value, item_property, project_property, remote_link
from reports.marks.prose import comment_document, dated_document, issue_document, issue_summary
from reports.marks.wanted import (
    MarkSettings,
    OpenFinding,
    Tracker,
    anchor,
    grouped,
    heavier,
    report_link,
    urgency,
)

PROPERTY = "plumbrule"
"""Key of the entity property, on projects and on items."""
FINGERPRINT = "fp-"
"""Between our label prefix and a finding's id: the label by which a finding issue is found again."""


def desired_marks(
    findings: Sequence[OpenFinding],
    trackers: Sequence[Tracker],
    settings: MarkSettings,
    *,
    computed: Mapping[str, Colour] | None = None,
    rules: Texts | None = None,
    today: date | None = None,
) -> tuple[Mark, ...]:
    """Every mark that should stand, in a fixed order.

    `computed` is the colour by project id; `today` dates the values that comments tell, and leaves them out if None.
    """
    heavy = [f for f in heavier(findings, settings.least_severity) if f.subject_id not in settings.ours]
    marks = [
        *_project_marks(heavy, trackers, settings, computed or {}),
        *_item_marks(heavy, settings, rules or {}, today),
        *_finding_issues(heavy, settings, rules or {}, today),
    ]
    return tuple(sorted(marks, key=lambda m: (m.channel, m.source, m.target_kind, m.target, m.name)))


def fingerprint_label(prefix: str, finding_id: str) -> str:
    """The label that an issue made for a finding carries for ever."""
    return f"{prefix}{FINGERPRINT}{finding_id}"


def _project_marks(
    findings: Sequence[OpenFinding],
    trackers: Sequence[Tracker],
    settings: MarkSettings,
    computed: Mapping[str, Colour],
) -> Iterator[Mark]:
    if "property" not in settings.channels:
        return
    groups = grouped(findings, lambda f: f.project_id)
    for tracker in trackers:
        group = groups.get(tracker.project_id)
        if not group or tracker.source not in settings.sources:
            continue
        place = group[0].project_key or tracker.key
        body = project_property(group, settings, place, computed.get(tracker.project_id, "unknown"))
        yield Mark(
            "property",
            tracker.source,
            "project",
            tracker.native_id,
            PROPERTY,
            body,
            tracker.title,
            order=urgency(group),
        )


def _item_marks(
    findings: Sequence[OpenFinding], settings: MarkSettings, rules: Texts, today: date | None
) -> Iterator[Mark]:
    for item_id, group in grouped([f for f in findings if f.subject_kind == "item"], lambda f: f.subject_id).items():
        source, native_id = _parts(item_id)
        if source in settings.sources:
            yield from _Item(source, native_id, group, settings, rules).marks(today)


class _Item:
    """One flagged item and what should stand on it."""

    def __init__(
        self, source: str, native_id: str, group: Sequence[OpenFinding], settings: MarkSettings, rules: Texts
    ) -> None:
        self.source, self.native_id = source, native_id
        self.group, self.settings, self.rules = group, settings, rules
        self.title = group[0].item_key or native_id
        self.place = anchor(group[0])
        self.reference = f"plumbrule:{source}:{native_id}"

    def marks(self, today: date | None) -> Iterator[Mark]:
        """Those of every channel that is switched on."""
        group, settings, rules = self.group, self.settings, self.rules
        on = settings.channels
        if "property" in on:
            body = item_property(group, settings, self.place, rules)
            yield Mark("property", self.source, "item", self.native_id, PROPERTY, body, self.title, order=self.order)
        url = report_link(settings, self.place)
        if "remote_link" in on and url:
            yield self._mark("remote_link", remote_link(url, group, settings, rules))
        if "label" in on:
            yield from self._labels()
        if settings.field:
            body = field_value(group, settings, rules)
            yield Mark("field", self.source, "item", self.native_id, settings.field, body, self.title, order=self.order)
        if "comment" in on:
            dated = {"document": dated_document(group, settings, today)} if today else None
            yield self._mark("comment", {"document": comment_document(group, settings, rules)}, dated)

    @cached_property
    def order(self) -> str:
        return urgency(self.group)

    def _mark(self, channel: Channel, body: Mapping[str, Any], dated: Mapping[str, Any] | None = None) -> Mark:
        return Mark(
            channel, self.source, "item", self.native_id, self.reference, body, self.title, dated, order=self.order
        )

    def _labels(self) -> Iterator[Mark]:
        """One a family of rules, so that people can search by it."""
        families = grouped(self.group, lambda f: f.rule_id.partition("-")[0].lower())
        for family in sorted(families):
            name = f"{self.settings.label_prefix}{family}"
            yield Mark("label", self.source, "item", self.native_id, name, None, self.title, order=self.order)


def _finding_issues(
    findings: Sequence[OpenFinding], settings: MarkSettings, rules: Texts, today: date | None
) -> Iterator[Mark]:
    made = settings.finding_issues
    if made is None or made.source not in settings.sources:
        return
    for finding in heavier(findings, made.least_severity):
        label = fingerprint_label(settings.label_prefix, finding.id)
        body = {
            "summary": issue_summary(finding, settings, rules),
            "issue_type": made.issue_type,
            "document": issue_document(finding, settings, rules, today),
            "property": {"finding": finding.id, "rule": finding.rule_id, "subject": finding.subject_id},
        }
        title = f"{made.project}: {finding.rule_id} {finding.item_key or finding.project_key or ''}".rstrip()
        yield Mark(
            "finding_issue",
            made.source,
            "project",
            made.project,
            label,
            body,
            title,
            order=urgency([finding]),
        )


def _parts(item_id: str) -> tuple[str, str]:
    """Source and native id of `source:kind:native id`."""
    source, _, rest = item_id.partition(":")
    return source, rest.partition(":")[2]
