"""One finding with everything that bears on it, as plain data and text lines.

Value, limit with its origin, what was counted and among what, as of when, its history, the rows that show it, what
could not be judged, waiver, owner, why it matters and what to do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from portfolio.errors import ConfigurationError
from portfolio.model.subjects import SUBJECTS
from portfolio.ports import Reader
from rules.explain import checks
from rules.frame_words import Words, words
from rules.ruleset import Parameter, Rule, RuleSet
from rules.terms import said
from rules.wording import plain

Row = Mapping[str, Any]

ID_SHOWN = 10
"""Characters of a finding's id that are printed; so many, or more, find it again."""
_SHOWN_ROWS = 5
_LABEL_WIDTH = 10
_EXACT_PLACES = 4


@dataclass(frozen=True)
class Accepted:
    """What an explanation says of the waiver over a finding."""

    waiver_id: str
    until: date
    reason: str | None
    requested_by: str | None
    approved_by: str | None


@dataclass(frozen=True)
class FindingExplanation:
    """A finding as stored, the verdict that it comes from, its project, sources, events and kept values.

    `accepted` is the waiver that covers it now, which the check may not have known yet.
    """

    finding: Row
    rule: Rule | None
    result: Row | None
    project: Row | None
    as_of: Any
    sources: Sequence[Row]
    events: Sequence[Row]
    kept: Sequence[Row]
    language: str = "en"
    accepted: Accepted | None = None
    subject_name: str | None = None
    """Of a subject that is no project."""

    def lines(self) -> list[str]:
        """The explanation as text."""
        told = words(self.language)
        head = [self._head(told), f"  {_padded(told.finding)} {self.finding['id']}"]
        for label, values in self.parts().items():
            head += [f"  {_padded(label if not n else '')} {value}" for n, value in enumerate(values)]
        return head

    def parts(self) -> dict[str, list[str]]:
        """All that bears on it, line by line under the label that says what it is."""
        told = words(self.language)
        return {
            told.value: self._value(told),
            told.limit: self._limit(told),
            told.checks: self._checks(told),
            told.as_of: self._as_of(told),
            told.history: self._history(told),
            told.evidence: self._evidence(told),
            told.excluded: self._excluded(told),
            told.waiver: self._waiver(told),
            told.owner: self._owner(told),
            **self._why(told),
        }

    @property
    def head(self) -> str:
        """Rule, state and weight, and what it is about, in one line."""
        return self._head(words(self.language))

    def _head(self, told: Words) -> str:
        finding = self.finding
        title = self.rule.title.said_in(self.language) if self.rule else ""
        state = told.states.get(finding["state"]) or said(finding["state"], self.language)
        weight = said(finding["severity"], self.language)
        return f"{finding['rule_id']} {title}  {state}{told.comma}{weight}  {self._subject(told)}"

    def _subject(self, told: Words) -> str:
        project, kind = self.project, self.finding["subject_kind"]
        if self.finding["project_id"] is None:
            return f"{said(kind, self.language)} {self.subject_name or self.finding['subject_id']}"
        name = f"{project['key']} {project['name']}" if project else self.finding["project_id"]
        home = f" ({project['department']})" if project and project.get("department") else ""
        item = f", {self.finding['subject_id']}" if self.finding["subject_kind"] == "item" else ""
        return f"{told.project} {name}{home}{item}"

    def _value(self, told: Words) -> list[str]:
        value, row = self.finding["value"], self.result
        lines = [str(self.finding["message"])]
        if row is not None and row["denominator"] is not None and self.finding["subject_kind"] != "item":
            share = f" = {row['numerator'] / row['denominator']:.1%}" if row["denominator"] else ""
            lines.append(told.of.format(count=row["numerator"], denominator=row["denominator"]) + share)
        elif value is not None:
            lines.append(_number(value))
        return lines

    def _limit(self, told: Words) -> list[str]:
        threshold = self.finding["threshold"]
        named = _limits(self.rule)
        found = [text for name, text in self._parameters(told) if name in named]
        return found or ([_number(threshold)] if threshold is not None else [])

    def _parameters(self, told: Words) -> list[tuple[str, str]]:
        """As they were in force at the check; the rule of today where the check did not keep them."""
        stored = json.loads(self.result["parameters"]) if self.result and self.result["parameters"] else {}
        declared = self.rule.parameters if self.rule else ()
        lines = []
        for parameter in declared:
            kept = stored.get(parameter.name, {"value": parameter.value, "origin": parameter.origin})
            lines.append((parameter.name, _parameter(parameter, kept, told)))
        return lines

    def _checks(self, told: Words) -> list[str]:
        """What is looked at and counted, with the values of the parameters that choose it."""
        if self.rule is None:
            return []
        named = _limits(self.rule)
        return [*checks(self.rule), *(f"with     {text}" for name, text in self._parameters(told) if name not in named)]

    def _as_of(self, told: Words) -> list[str]:
        lines = [str(self.as_of)]
        for source in self.sources:
            at = f"{source['complete_at']:%Y-%m-%d %H:%M} UTC" if source["complete_at"] else told.never
            outcome = told.outcomes.get(source["outcome"], str(source["outcome"]))
            lines.append(told.source.format(source=source["source"], outcome=outcome, at=at))
        return lines

    def _history(self, told: Words) -> list[str]:
        finding = self.finding
        began = told.opened if finding["opened_on"] else told.pending
        since = finding["opened_on"] or finding["first_seen_on"]
        first = [began.format(day=since), told.seen.format(day=finding["last_seen_on"])]
        if (times := finding.get("times_seen") or 1) > 1:
            first.append(told.times_seen.format(times=times))
        if finding["times_reopened"]:
            first.append(told.reopened.format(times=finding["times_reopened"]))
        if finding["resolved_on"]:
            first.append(told.resolved.format(day=finding["resolved_on"]))
        elif not finding["verified"]:
            since = finding.get("last_verified_on") or finding["last_seen_on"]
            first.append(told.unverified.format(day=since))
        lines = [told.comma.join(first)]
        values = [row for row in self.kept if row["value"] is not None]
        if len(values) > 1:
            path = told.was.format(
                first=_number(values[0]["value"]), since=values[0]["taken_on"], last=_number(values[-1]["value"])
            )
            lines.append(path)
        for event in self.events:
            how = f": {event['how']}" if event["how"] else ""
            lines.append(f"{event['happened_on']} {told.events.get(event['event'], event['event'])}{how}")
        return lines

    def _evidence(self, told: Words) -> list[str]:
        rows = json.loads(self.finding["evidence"] or "[]")
        lines = [", ".join(f"{k} {_shown(v)}" for k, v in row.items() if v is not None) for row in rows[:_SHOWN_ROWS]]
        more = len(rows) - _SHOWN_ROWS
        return [*lines, *([told.more.format(count=more)] if more > 0 else [])]

    def _excluded(self, told: Words) -> list[str]:
        row = self.result
        if row is None or not row["excluded"]:
            return []
        missing = f" ({row['missing']})" if row["missing"] else ""
        return [told.not_judged.format(count=row["excluded"]) + missing]

    def _waiver(self, told: Words) -> list[str]:
        """The waiver that covers it now, and for how many days the checks so far saw it under one."""
        found, days = self.accepted, self.finding.get("waived_days")
        lines = [told.none]
        if found is not None:
            people = {"asked": found.requested_by or "?", "granted": found.approved_by or "?"}
            lines = [
                told.waived.format(waiver=found.waiver_id, until=found.until, reason=found.reason or "?", **people)
            ]
        return [*lines, *([told.waived_days.format(days=days)] if days else [])]

    def _owner(self, told: Words) -> list[str]:
        owner, due = self.finding.get("owner"), None if self.accepted else self.finding.get("fix_by")
        named = self.rule.owner_role if self.rule else ""
        role = told.roles.get(named, named.replace("_", " "))
        lines = [" ".join(filter(None, (owner, f"({role})" if owner and role else role)))]
        return [*filter(None, lines), *([told.fix_by.format(day=due)] if due else [])]

    def _why(self, told: Words) -> dict[str, list[str]]:
        if self.rule is None:
            return {told.why: [told.retired]}
        frameworks = [", ".join(self.rule.frameworks)] if self.rule.frameworks else []
        why, fix = self.rule.why.said_in(self.language), self.rule.fix.said_in(self.language)
        return {told.why: [why], told.fix: [fix], told.frameworks: frameworks, told.origin: [self.rule.place]}


def find_finding(reader: Reader, finding_id: str) -> Row | None:
    """The finding of that id, or of an id that begins so. Raises ConfigurationError where several do."""
    sql = "SELECT * FROM finding WHERE starts_with(id, $id) ORDER BY id"
    found = reader.rows(sql, {"id": finding_id.lower()}) if len(finding_id) >= ID_SHOWN else []
    if len(found) > 1:
        ids = ", ".join(str(row["id"]) for row in found[:5])
        what = f"{len(found)} findings have an id that begins with `{finding_id}`"
        raise ConfigurationError(what, code="explain.ambiguous", remedy=f"name one by its id: {ids}")
    return found[0] if found else None


def explain_finding(
    ruleset: RuleSet, reader: Reader, finding: Row, accepted: Accepted | None = None
) -> FindingExplanation:
    """Everything about one finding of a published snapshot. `accepted` is the waiver that covers it now."""
    project, rule = finding["project_id"], ruleset.get(finding["rule_id"])
    by_project = {"project": project}
    by_subject = {"kind": finding["subject_kind"], "subject": finding["subject_id"]}
    which = "project_id = $project" if project is not None else "subject_kind = $kind AND subject_id = $subject"
    named = by_project if project is not None else by_subject
    results = reader.rows(
        f"SELECT * FROM rule_result WHERE {which} AND rule_id = $rule",  # noqa: S608 - our own words
        {**named, "rule": finding["rule_id"]},
    )
    view = "sync_runs" if project is not None else "subject_sources"
    sources = reader.rows(f"SELECT * FROM {view} WHERE {which} ORDER BY source", named)  # noqa: S608 - our own words
    events = reader.rows(
        "SELECT * FROM finding_event WHERE finding_id = $finding ORDER BY step NULLS FIRST, happened_on, event",
        {"finding": finding["id"]},
    )
    projects = reader.rows("SELECT * FROM projects WHERE project_id = $project", by_project)
    [day] = reader.rows("SELECT as_of FROM context", {})
    return FindingExplanation(
        finding,
        rule,
        results[0] if results else None,
        projects[0] if projects else None,
        day["as_of"],
        sources,
        events,
        _kept(reader, rule, finding),
        ruleset.language,
        accepted,
        _name_of(reader, by_subject) if project is None else None,
    )


def _name_of(reader: Reader, subject: Mapping[str, str]) -> str | None:
    """What a subject that is no project is called."""
    by = SUBJECTS[subject["kind"]]
    sql = f"SELECT name FROM {by.view} WHERE {by.key} = $subject"  # noqa: S608 - declared names
    return next((row["name"] for row in reader.rows(sql, {"subject": subject["subject"]})), None)


def _kept(reader: Reader, rule: Rule | None, finding: Row) -> Sequence[Row]:
    """The measure that the rule looks at, on every day of the finding's life on which it was kept."""
    if rule is None or rule.value is None or finding["subject_kind"] == "item":
        return []
    is_project = finding["project_id"] is not None
    which = "project_id = $subject" if is_project else "subject_kind = $kind AND subject_id = $subject"
    kept = "project_snapshot" if is_project else "subject_snapshots"
    return reader.rows(
        f"SELECT taken_on, value FROM {kept} WHERE {which} AND measure IN ($column, $full) "  # noqa: S608 - our own words
        "AND taken_on BETWEEN $first AND $last ORDER BY taken_on",
        {
            "subject": finding["subject_id"],
            **({} if is_project else {"kind": finding["subject_kind"]}),
            "column": rule.value,
            "full": f"{rule.view}.{rule.value}",
            "first": finding["opened_on"] or finding["first_seen_on"],
            "last": finding["last_seen_on"],
        },
    )


def _limits(rule: Rule | None) -> frozenset[str]:
    """The parameters that the value is held against, other than those that only choose what is counted."""
    if rule is None:
        return frozenset()
    told = [
        rule.limit,
        rule.tolerance.max_ratio,
        rule.tolerance.max_count,
        rule.related.least if rule.related else None,
    ]
    named = {str(name).removeprefix("$") for name in told if isinstance(name, str)}
    if rule.kind == "metric":
        named |= {p.name for p in rule.parameters}
    return frozenset(named)


def _parameter(parameter: Parameter, kept: Mapping[str, Any], told: Words) -> str:
    value, default = _shown(kept["value"]), _shown(parameter.default)
    origin = told.built_in if kept["origin"] == "built-in" else kept["origin"]
    changed = f"{told.comma}{told.built_in_default.format(default=default)}" if value != default else ""
    return f"{parameter.name} = {value} ({origin}{changed})"


def _padded(label: str) -> str:
    """Chinese characters take two places on a terminal."""
    wide = sum(east_asian_width(c) in "WF" for c in label)
    return label + " " * (_LABEL_WIDTH - len(label) - wide)


def _number(value: Any) -> str:
    return plain(round(Decimal(str(value)), _EXACT_PLACES))


def _shown(value: Any) -> str:
    """Amounts without the digits that they only seem to know; anything else as it is."""
    if isinstance(value, float | Decimal):
        return _number(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
