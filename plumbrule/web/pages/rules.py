"""`/rules` and `/rules/{id}`: what each rule checks, which limits are in force where, and who fails it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from plumbrule.web.look import WITHIN, Absent, Look, Row
from plumbrule.web.pages.verdicts import OUTCOMES, number, told
from portfolio.model.subjects import SUBJECTS
from reports.render.live import Block, Cell, Column, Facts, LivePage, Table
from reports.render.places import finding_path, project_path, rule_path
from rules.explain import checks
from rules.ruleset import Rule
from rules.variant import Variant
from rules.wording import plain

_SHOWN = 300
"""Rows of one list; a rule of a large portfolio fails for more than anybody reads on one page."""
_COUNTS = f"""
SELECT rule_id, outcome, count(*) AS n FROM rule_result WHERE {WITHIN} GROUP BY rule_id, outcome ORDER BY ALL
"""  # noqa: S608 - our own words
_OPEN = f"SELECT rule_id, count(*) AS n FROM finding WHERE state = 'open' AND {WITHIN} GROUP BY rule_id"  # noqa: S608
_RESULTS = f"""
SELECT r.*, p.key AS project_key, p.name AS project_name FROM rule_result r
LEFT JOIN projects p ON p.project_id = r.project_id
WHERE r.rule_id = $rule AND {WITHIN.replace("project_id", "r.project_id")} ORDER BY p.key, r.subject_id
"""  # noqa: S608
_FINDINGS = f"""
SELECT f.*, p.key AS project_key, p.name AS project_name, w.key AS item_key, w.title AS item_title
FROM finding f LEFT JOIN projects p ON p.project_id = f.project_id
LEFT JOIN (SELECT item_id, min(key) AS key, min(title) AS title FROM work_items GROUP BY item_id) w
    ON f.subject_kind = 'item' AND w.item_id = f.subject_id
WHERE f.rule_id = $rule AND f.state = 'open' AND {WITHIN.replace("project_id", "f.project_id")}
ORDER BY p.key, f.opened_on, f.id
"""  # noqa: S608


def rules_page(look: Look) -> LivePage:
    """All rules, with how often they fail among what may be seen."""
    words = look.words
    outcomes: dict[str, Counter[str]] = {}
    for row in look.rows(_COUNTS, **look.scope):
        outcomes.setdefault(row["rule_id"], Counter())[row["outcome"]] = row["n"]
    found = {row["rule_id"]: row["n"] for row in look.rows(_OPEN, **look.scope)}
    columns = [Column(words("Rule")), Column(words("Title")), Column(words("Severity"))]
    columns += [Column(words.term("outcome", one), number=True) for one in ("fail", "warn", "unknown", "pass")]
    columns.append(Column(words("Open findings"), number=True))
    ids = look.rules.ids
    rows = [_index_row(look, rule, outcomes.get(rule.id, Counter()), found) for rule in look.rules.rules]
    off = [_index_row(look, rule, Counter(), found) for rule in look.rules.known if rule.id not in ids]
    table = Table("rules", words("Rules in force"), columns, rows, words("No rule is in force."))
    blocks = [table, *([Table("off", words("Rules that are off"), columns, off, "")] if off else [])]
    return LivePage(words("Rules"), blocks, look.edition.as_of)


def _index_row(look: Look, rule: Rule, outcomes: Counter[str], found: Mapping[str, int]) -> list[Cell]:
    counts = [Cell(look.figures.number(outcomes[one])) for one in ("fail", "warn", "unknown", "pass")]
    title = Cell(rule.title.said_in(look.language))
    head = [Cell(rule.id, to=rule_path(rule.id)), title, Cell(rule.severity, "severity")]
    return [*head, *counts, Cell(look.figures.number(found.get(rule.id, 0)))]


def rule_page(look: Look, rule_id: str) -> LivePage:
    """One rule. Raises Absent for an id that no rule has."""
    words, rule = look.words, look.rules.get(rule_id)
    if rule is None:
        raise Absent
    results = look.rows(_RESULTS, rule=rule.id, **look.scope)
    leaning = [row for row in results if row["outcome"] not in ("pass", "not_applicable")]
    leaning.sort(key=lambda row: OUTCOMES.index(row["outcome"]))
    findings = look.rows(_FINDINGS, rule=rule.id, **look.scope)
    blocks: list[Block] = [
        Facts("rule", words("Rule"), _facts(look, rule, Counter(row["outcome"] for row in results))),
        _limits(look, rule),
        _leaning(look, rule, leaning),
        _findings(look, findings),
    ]
    return LivePage(f"{rule.id} {rule.title.said_in(look.language)}", blocks, look.edition.as_of)


def _facts(look: Look, rule: Rule, outcomes: Counter[str]) -> list[tuple[str, list[Cell]]]:
    words = look.words
    counted = [
        f"{look.figures.number(outcomes[one])} {words.term('outcome', one)}" for one in OUTCOMES if outcomes[one]
    ]
    return [
        (words("Why"), [Cell(rule.why.said_in(look.language))]),
        (words("How to mend it"), [Cell(rule.fix.said_in(look.language))]),
        (words("Severity"), [Cell(rule.severity, "severity")]),
        (words("Dimension"), [Cell(words.term("dimension", rule.dimension))]),
        (words("Mode"), [Cell(words.term("mode", rule.mode if rule.id in look.rules.ids else "off"))]),
        (words("Checks"), [Cell(line) for line in checks(rule)]),
        (words("Outcomes"), [Cell(words(", ").join(counted))] if counted else []),
        (words("Pack"), [Cell(rule.pack)]),
        (words("Frameworks"), [Cell(one) for one in rule.frameworks]),
    ]


def _limits(look: Look, rule: Rule) -> Table:
    """One row for each parameter and each way in which policy sets it among what may be seen."""
    words = look.words
    columns = [Column(words("Parameter")), Column(words("Value"), number=True), Column(words("Set by"))]
    columns += [Column(words("Built-in"), number=True), Column(words("Holds for"))]
    rows = [
        [
            Cell(parameter.name),
            Cell(_shown(parameter.value)),
            Cell(look.edition.hidden(words.term("origin", parameter.origin))),
            Cell(_shown(parameter.default)),
            Cell(whom),
        ]
        for variant_rule, whom in _variants(look, rule)
        for parameter in variant_rule.parameters
    ]
    return Table("limits", words("Limits in force"), columns, rows, words("This rule has no parameter."))


def _variants(look: Look, rule: Rule) -> Iterator[tuple[Rule, str]]:
    """The rule in each way in which it is set, and for how many of the subjects in sight."""
    words = look.words
    variants = [v for v in look.edition.force.variants if v.rule.id == rule.id]
    if not variants or (len(variants) == 1 and variants[0].is_whole):
        yield rule, words("everything that it is about")
        return
    for variant in variants:
        seen = _in_sight(look, variant)
        if seen is None:
            yield variant.rule, words("all others")
        elif seen:
            yield variant.rule, words.count("{n} of those it judges", "{n} of those it judges", seen)


def _in_sight(look: Look, variant: Variant) -> int | None:
    """Subjects of a variant that may be seen; None where it is for whatever no other variant is for."""
    if variant.subjects is None:
        return None
    return len(variant.subjects if look.within is None else variant.subjects & look.within)


def _leaning(look: Look, rule: Rule, rows: list[Row]) -> Table:
    words = look.words
    columns = [Column(words("Outcome")), Column(words.term("level", rule.subject)), Column(words("What it says"))]
    columns += [Column(words("Value"), number=True), Column(words("Limit"), number=True)]
    names = _names(look, rule, rows)
    shown = [_result(look, row, names) for row in rows[:_SHOWN]]
    nobody = words("Nobody fails it, as far as it could be evaluated.")
    return Table(
        "results", words("Who fails it, or could not be judged"), columns, shown, nobody, left=len(rows) - len(shown)
    )


def _names(look: Look, rule: Rule, rows: list[Row]) -> Mapping[str, str]:
    """What subjects that are no projects are called."""
    if rule.subject == "project" or not rows:
        return {}
    by = SUBJECTS[rule.subject]
    found = look.rows(f"SELECT {by.key} AS id, name FROM {by.view}")  # noqa: S608 - declared names
    return {row["id"]: row["name"] for row in found}


def _result(look: Look, row: Row, names: Mapping[str, str]) -> list[Cell]:
    who = look.project(row) if row["project_id"] else Cell(look.said(names.get(row["subject_id"]) or row["subject_id"]))
    if row["project_key"] is not None and row["subject_kind"] == "project":
        who = Cell(who.text, to=f"{project_path(row['project_key'])}/rules", note=who.note)
    cells = [Cell(look.words.term("outcome", row["outcome"])), who, Cell(told(look, row))]
    return [*cells, Cell(number(look, row["value"])), Cell(number(look, row["threshold"]))]


def _findings(look: Look, findings: list[Row]) -> Table:
    words = look.words
    columns = [Column(words("Finding")), Column(words("Project")), Column(words("Item"))]
    columns += [Column(words("Owner")), Column(words("To mend by"), number=True), Column(words("Waiver"))]
    covered, messages = look.edition.overlay.covered, look.edition.said(look.language).messages
    rows = []
    for one in findings[:_SHOWN]:
        waived = covered.get(one["id"])
        message = look.said(messages.get(one["id"], one["message"]))
        rows.append(
            [
                Cell(message, to=finding_path(one["id"])),
                look.project(one),
                Cell(look.said(one["item_key"] or one["item_title"])),
                Cell(look.said(one["owner"])),
                Cell(look.figures.day(one["fix_by"]) if one["fix_by"] else "–"),
                Cell(waived.waiver_id, "waived") if waived else Cell("–"),
            ]
        )
    empty = words("No open findings.")
    return Table("findings", words("Open findings"), columns, rows, empty, left=len(findings) - len(rows))


def _shown(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
