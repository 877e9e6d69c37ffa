"""What the rules said of one subject or item: plain data and text lines; printing is the caller's."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model import VIEWS
from portfolio.model.subjects import SUBJECTS
from portfolio.ports import Reader
from rules.frame import ID_SHOWN, Accepted
from rules.health import why_unknown
from rules.origins import origin_lines, origins
from rules.ruleset import RuleSet
from rules.terms import said
from rules.wording import plain

Row = Mapping[str, Any]

_ORDER = ("fail", "warn", "error", "unknown")
_NAMED = 5
_SHOWN_ROWS = 5
_EXACT_PLACES = 4

_ZH_HANS = {
    "fail": "未通过",
    "warn": "警告",
    "error": "出错",
    "unknown": "未知",
    "finding": "发现",
    "open since {day}, last seen {seen}": "自 {day} 起未解决，最近一次确认于 {seen}",
    ", not re-checked since": "，此后未能复查",
    ", reopened {times} times": "，重新出现 {times} 次",
    "{state} on {day}": "{day} {state}",
    "{passed} rules pass, {outside} do not apply": "{passed} 条规则通过，{outside} 条不适用",
    "no findings": "没有发现",
    "not a finding yet: seen on {times} days since {day}": "尚未成为发现：自 {day} 起已有 {times} 天未通过",
    "under waiver {waiver} until {day}: {reason} (asked by {asked}, granted by {granted})": (
        "豁免 {waiver}，至 {day}：{reason}（{asked} 申请，{granted} 批准）"
    ),
    "to be mended by {day}": "应于 {day} 前解决",
    " ({owner})": "（{owner}）",
}


@dataclass(frozen=True)
class SubjectExplanation:
    """What the rules say of one subject, or which findings one item has, in the rule set's language."""

    kind: str
    subject_id: str
    title: str
    results: tuple[Row, ...]
    findings: tuple[Row, ...]
    ruleset: RuleSet
    sources: tuple[Row, ...] = ()
    """Of a project: the source projects that it is made of, rows of `project_sources`."""
    accepted: Mapping[str, Accepted] = field(default_factory=dict)
    """By finding id, waivers that cover one now."""

    def lines(self) -> list[str]:
        """The explanation as text: what leans first, then what is unknown, then counts of the rest.

        A finding that confirms a verdict stands below it; one whose rule could not be evaluated again stands alone.
        """
        lines = [f"{self.title}  ({self._word(self.kind)} {self.subject_id})"]
        lines += origin_lines(self.sources, self.ruleset.language)
        shown = [r for r in self.results if r["outcome"] in _ORDER]
        shown.sort(key=lambda r: (_ORDER.index(r["outcome"]), r["rule_id"]))
        open_by_rule = {f["rule_id"]: f for f in self.findings}
        for row in shown:
            lines.append(f"  {self._word(row['outcome']):<8} {row['rule_id']}  {self._said(row)}")
            if row["outcome"] == "fail" and row["rule_id"] in open_by_rule:
                lines += self._life(open_by_rule.pop(row["rule_id"]))
        for finding in open_by_rule.values() if self.results else self.findings:
            lines.append(f"  {self._word('finding'):<8} {finding['rule_id']}  {self._told(finding)}")
            lines += self._life(finding)
        return [*lines, *self._rest()]

    def _rest(self) -> list[str]:
        if self.results:
            passed = sum(r["outcome"] == "pass" for r in self.results)
            outside = sum(r["outcome"] == "not_applicable" for r in self.results)
            template = self._word("{passed} rules pass, {outside} do not apply")
            return [f"  {template.format(passed=passed, outside=outside)}"]
        return [] if self.findings else [f"  {self._word('no findings')}"]

    def _word(self, word: str) -> str:
        """A sentence or label of ours, or a value that the model fixes."""
        found = _ZH_HANS.get(word) if self.ruleset.language == "zh-Hans" else None
        return found or said(word, self.ruleset.language)

    def _said(self, row: Row) -> str:
        return self._told(row) if row["message"] else why_unknown(self.ruleset, row)

    def _told(self, row: Row) -> str:
        """The message as it was stored: in the language of the run, with the rule's title where that is another."""
        message, rule = str(row["message"]), self.ruleset.get(row["rule_id"])
        if self.ruleset.language != "zh-Hans" or rule is None or any("\u4e00" <= c <= "\u9fff" for c in message):
            return message
        return f"{rule.title.said_in('zh-Hans')}：{message}"

    def _life(self, finding: Row) -> list[str]:
        comma = "，" if self.ruleset.language == "zh-Hans" else ", "
        named = f"{comma}{self._word('finding')} {finding['id'][:ID_SHOWN]}"
        lines = [f"           {self._word(finding['severity'])}{comma}{self._state(finding)}{named}"]
        lines += [f"           {line}" for line in (self._under_waiver(finding), self._due(finding)) if line]
        shown = json.loads(finding["evidence"] or "[]")[:_SHOWN_ROWS]
        rows = (", ".join(f"{k} {_shown(v)}" for k, v in row.items() if v is not None) for row in shown)
        return [*lines, *(f"           - {row}" for row in rows)]

    def _under_waiver(self, finding: Row) -> str:
        found = self.accepted.get(finding["id"])
        if found is None:
            return ""
        template = self._word("under waiver {waiver} until {day}: {reason} (asked by {asked}, granted by {granted})")
        people = {"asked": found.requested_by or "?", "granted": found.approved_by or "?"}
        return template.format(waiver=found.waiver_id, day=found.until, reason=found.reason or "?", **people)

    def _due(self, finding: Row) -> str:
        """Until when and by whom it is to be mended, while no waiver covers it."""
        if finding["state"] != "open" or not finding["fix_by"] or finding["id"] in self.accepted:
            return ""
        owner = self._word(" ({owner})").format(owner=finding["owner"]) if finding["owner"] else ""
        return self._word("to be mended by {day}").format(day=finding["fix_by"]) + owner

    def _state(self, finding: Row) -> str:
        if finding["state"] == "pending":
            template = self._word("not a finding yet: seen on {times} days since {day}")
            return template.format(times=finding["times_seen"], day=finding["first_seen_on"])
        if finding["state"] != "open":
            state = self._word(finding["state"])
            return self._word("{state} on {day}").format(state=state, day=finding["resolved_on"])
        since = self._word("open since {day}, last seen {seen}")
        text = since.format(day=finding["opened_on"], seen=finding["last_seen_on"])
        text += "" if finding["verified"] else self._word(", not re-checked since")
        times = finding["times_reopened"]
        return text + (self._word(", reopened {times} times").format(times=times) if times else "")


def _shown(value: Any) -> str:
    """A double without the digits that it only seems to know."""
    return plain(round(Decimal(str(value)), _EXACT_PLACES)) if isinstance(value, float) else str(value)


def explain_subject(ruleset: RuleSet, reader: Reader, subject: str) -> SubjectExplanation:
    """A project, by id, key or the key of its tracker (`ABC`, `jira:ABC`), an item, by id or key, or a programme, a
    department, a person or the organisation, by id or name.

    Reads a published snapshot. Raises ConfigurationError when there is none of that name, or several.
    """
    projects = reader.rows("SELECT * FROM projects WHERE project_id = $subject OR key = $subject", {"subject": subject})
    if projects:
        return _project(ruleset, reader, projects[0])
    items = reader.rows(_ITEMS, {"subject": subject})
    if items or _findings_of_item(reader, subject):
        return _item(ruleset, reader, subject, items)
    others = _others(reader, subject)
    if len(others) > 1:
        _ambiguous(subject, "subjects", [f"{kind} {row['id']}" for kind, row in others])
    if others:
        return _other(ruleset, reader, *others[0])
    return _project(ruleset, reader, _project_of_tracker(reader, subject))


def _others(reader: Reader, subject: str) -> list[tuple[str, Row]]:
    """Subjects that are no projects, of that id or name; `kind:name` names one of several."""
    kind, _, rest = subject.partition(":")
    found = _called(reader, subject, [name for name in SUBJECTS if name != "project"])
    return found or (_called(reader, rest, [kind]) if kind in SUBJECTS and kind != "project" else [])


def _called(reader: Reader, word: str, kinds: Iterable[str]) -> list[tuple[str, Row]]:
    found: list[tuple[str, Row]] = []
    for name in kinds:
        by = SUBJECTS[name]
        sql = f"SELECT {by.key} AS id, name FROM {by.view} WHERE lower($word) IN (lower({by.key}), lower(name))"  # noqa: S608 - declared names
        found += [(name, row) for row in reader.rows(f"{sql} ORDER BY 1", {"word": word})]
    return found


def _other(ruleset: RuleSet, reader: Reader, kind: str, row: Row) -> SubjectExplanation:
    named = {"kind": kind, "subject": row["id"]}
    which = "WHERE subject_kind = $kind AND subject_id = $subject"
    results = reader.rows(f"SELECT * FROM rule_result {which} ORDER BY rule_id", named)  # noqa: S608 - our own words
    findings = reader.rows(f"SELECT * FROM finding {which} AND state = 'open' ORDER BY rule_id", named)  # noqa: S608
    return SubjectExplanation(kind, row["id"], row["name"], tuple(results), tuple(findings), ruleset)


def _project(ruleset: RuleSet, reader: Reader, project: Row) -> SubjectExplanation:
    by_id = {"subject": project["project_id"]}
    results = reader.rows("SELECT * FROM rule_result WHERE project_id = $subject ORDER BY rule_id", by_id)
    findings = reader.rows(
        "SELECT * FROM finding WHERE project_id = $subject AND subject_kind = 'project' AND state = 'open' "
        "ORDER BY rule_id",
        by_id,
    )
    title = f"{project['key']} {project['name']}"
    made_of = tuple(origins(reader, project["project_id"]))
    return SubjectExplanation(
        "project", project["project_id"], title, tuple(results), tuple(findings), ruleset, made_of
    )


def _item(ruleset: RuleSet, reader: Reader, subject: str, items: Sequence[Row]) -> SubjectExplanation:
    named = {item["item_id"]: " ".join(filter(None, (item["key"], item["title"]))) for item in items}
    if len(named) > 1:  # every plan has an item 1.1
        _ambiguous(subject, "items", named)
    [(item_id, title)] = named.items() or [(subject, subject)]
    findings = _findings_of_item(reader, item_id)
    return SubjectExplanation("item", item_id, title or item_id, (), tuple(findings), ruleset)


def _findings_of_item(reader: Reader, item_id: str) -> Sequence[Row]:
    return reader.rows(
        "SELECT * FROM finding WHERE subject_kind = 'item' AND subject_id = $subject "
        "ORDER BY state <> 'open', rule_id, id",
        {"subject": item_id},
    )


def _items() -> str:
    """Work items and every kind of record that has an item in a tool, with what each kind is called by."""
    parts = []
    for view in VIEWS.values():
        title = next((c for c in ("title", "name", "number") if view.column(c)), None)
        key = next((c for c in ("item_key", "key") if view.column(c)), None)
        if view.column("item_id") and title and key:
            parts.append(
                f"SELECT item_id, {key} AS key, {title} AS title FROM {view.name} "  # noqa: S608 - names are our own
                f"WHERE item_id IS NOT NULL AND (item_id = $subject OR {key} IN ($subject, upper($subject)))"
            )
    return " UNION ALL ".join(parts) + " ORDER BY item_id, title"


_ITEMS = _items()


def _project_of_tracker(reader: Reader, subject: str) -> Row:
    """The project whose tracker's items bear keys that begin with that word: `ABC`, or `jira:ABC` for one source."""
    source, _, key = subject.rpartition(":")
    found = reader.rows(
        "SELECT * FROM projects WHERE project_id IN (SELECT project_id FROM work_items "
        "WHERE source_project_id = $subject OR ("
        "origin = 'tracker' AND starts_with(key, upper($key) || '-') AND (source = $source OR $source = ''))) "
        "ORDER BY project_id",
        {"subject": subject, "key": key, "source": source},
    )
    if not found:
        known = [r["key"] for r in reader.rows("SELECT key FROM projects ORDER BY key", {})]
        remedy = suggest(subject, known) or "name a project or an item by its key or id, a unit or a person by its name"
        raise ConfigurationError(f"there is no project or item `{subject}`", code="explain.unknown", remedy=remedy)
    if len(found) > 1:
        _ambiguous(subject, "projects", [p["project_id"] for p in found])
    return found[0]


def _ambiguous(subject: str, what: str, ids: Iterable[str]) -> None:
    ids = list(ids)
    more = ", ..." if len(ids) > _NAMED else ""
    raise ConfigurationError(
        f"{len(ids)} {what} are called `{subject}`",
        code="explain.ambiguous",
        remedy=f"name one by its id: {', '.join(ids[:_NAMED])}{more}",
    )
