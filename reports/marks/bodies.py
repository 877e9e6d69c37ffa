"""Bodies of marks for tools and in one line for people: property, remote link, field. Pure.

They hold what is stable while a finding is open, so that a mark is rewritten only when a finding comes, goes, or
changes its weight.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from portfolio.model.checks import SEVERITIES
from reports.inputs import LANGUAGES, Colour, RuleText
from reports.marks.wanted import LISTED_RULES, MarkSettings, OpenFinding, heaviest, report_link
from reports.spoken import END, ISOLATE, printable, spoken
from reports.words import Words

BODY_FORMAT = "plumbrule.mark/1"
_TEXT_LIMIT = 255
"""Jira cuts or refuses single-line texts and titles of links beyond this."""

Texts = Mapping[str, RuleText]


def project_property(
    group: Sequence[OpenFinding], settings: MarkSettings, place: str | None, computed: Colour
) -> dict[str, Any]:
    """Value of the entity property on a project."""
    rules = sorted({f.rule_id for f in group})[:LISTED_RULES]
    return {**_summary(group, settings, place), "status": computed, "rules": rules}


def item_property(
    group: Sequence[OpenFinding], settings: MarkSettings, place: str | None, rules: Texts
) -> dict[str, Any]:
    """Value of the entity property on an item."""
    return {**_summary(group, settings, place), "rules": [_rule(f, rules) for f in heaviest(group)]}


def remote_link(url: str, group: Sequence[OpenFinding], settings: MarkSettings, rules: Texts) -> dict[str, Any]:
    """Body of a remote link (Atlassian, REST v3, issue remote links)."""
    return {
        "application": {"type": "plumbrule", "name": "Plumbrule"},
        "relationship": "PMO",
        "object": {"url": url, "title": headline(group, settings.language), "summary": _titles(group, rules)},
    }


def field_value(group: Sequence[OpenFinding], settings: MarkSettings, rules: Texts) -> dict[str, Any]:
    """What stands in a field of our own: one of `options` where it is a list to choose from, else `text`.

    `options` are the names that an admin may have given to the option for the heaviest severity.
    """
    severity = heaviest(group)[0].severity
    names = [severity, *(Words(language).term("severity", severity) for language in LANGUAGES)]
    text = f"{headline(group, settings.language)}: {_titles(group, rules)}"
    return {"options": list(dict.fromkeys(names)), "text": shortened(text)}


def headline(group: Sequence[OpenFinding], language: str) -> str:
    """How many findings, and how grave."""
    words = Words(language)
    severity = words.term("severity", heaviest(group)[0].severity).lower()
    return words.count("PMO: {n} finding ({severity})", "PMO: {n} findings ({severity})", len(group), severity=severity)


@lru_cache(maxsize=4096)  # the words of rules stand on thousands of items
def shortened(text: str, limit: int = _TEXT_LIMIT) -> str:
    """The text in one line without control characters, cut with an ellipsis, its reading direction kept to itself."""
    line = " ".join(printable(text).split())
    room = limit - len(ISOLATE + END)
    return spoken(line if len(line) <= room else f"{line[: room - 1].rstrip()}…")


def _titles(group: Sequence[OpenFinding], rules: Texts) -> str:
    names = [rules[f.rule_id].title if f.rule_id in rules else f.rule_id for f in heaviest(group)]
    return " · ".join(dict.fromkeys(names))[:250]


def _summary(group: Sequence[OpenFinding], settings: MarkSettings, place: str | None) -> dict[str, Any]:
    counts = Counter(f.severity for f in group)
    return {
        "format": BODY_FORMAT,
        "findings": {s: counts[s] for s in SEVERITIES if counts[s]},
        "since": min(f.opened_on for f in group).isoformat(),
        "report": report_link(settings, place),
    }


def _rule(finding: OpenFinding, rules: Texts) -> dict[str, str]:
    text = rules.get(finding.rule_id)
    body = {"id": finding.rule_id, "severity": finding.severity, "since": finding.opened_on.isoformat()}
    return {**body, "title": shortened(text.title), "fix": shortened(text.fix, 600)} if text else body
