"""What `plumbrule rules` says of packs alone: check, test, list, columns, functions, new. No source is read."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from plumbrule.listing import Listing
from plumbrule.speech import says
from portfolio.counted import counted
from portfolio.errors import ConfigurationError
from portfolio.located_toml import LocatedToml, suggest
from portfolio.model import VIEWS, Table
from rules.compile import function_entries, function_lines
from rules.lineage import Capabilities, stored
from rules.load import load_rules
from rules.pack import RuleId
from rules.reading import built_in_documents, pack_documents
from rules.ruleset import Rule, RuleSet
from rules.scaffold import new_pack, new_rule, with_rule
from rules.selftest import run_self_tests
from rules.wording import plain


def rules_in_force(config: Path, *, required: bool = True) -> RuleSet:
    """The rules of the configuration; the built-in ones where there is none and none is required."""
    if not required and not config.exists():
        return load_rules()
    from plumbrule.checking import load_everything

    return load_everything(config, with_secrets=False)[1]


def check(paths: Sequence[Path], config: Path, *, required: bool) -> str:
    """What is well, in a line. Raises ConfigurationError with every mistake of every pack.

    With paths, those packs beside the built-in ones, and no configuration is read.
    """
    rules = load_rules(paths) if paths else rules_in_force(config, required=required)
    packs = {r.pack for r in rules.known}
    off = says(", {rules} off", rules=len(rules.off)) if rules.off else ""
    return says(
        "all good: {rules} rules in {packs} packs{off}. Next: plumbrule rules test",
        rules=len(rules.rules),
        packs=len(packs),
        off=off,
    )


def test(paths: Sequence[Path], only: Collection[str], config: Path, *, required: bool) -> str:
    """How many self-tests passed. Raises ConfigurationError with every one that did not, each with its place."""
    report = run_self_tests(documents(paths, config, required=required), [name.upper() for name in only])
    tried = says("{rules}, {tests}", rules=counted(report.rules, "rule"), tests=counted(report.tests, "self-test"))
    if report.problems:
        failed = counted(len(report.problems), "expectation")
        raise ConfigurationError(
            f"{counted(report.rules, 'rule')}, {counted(report.tests, 'self-test')}: {failed} not met",
            code="rules.self_test",
            problems=report.problems,
            remedy="mend the rule, or what its test expects",
        )
    without = says("; without any: {report}", report=", ".join(report.untested)) if report.untested else ""
    return says("{tried}: all pass{without}", tried=tried, without=without)


def documents(paths: Sequence[Path], config: Path, *, required: bool) -> list[LocatedToml]:
    """The built-in packs and those of the paths, or of the configuration."""
    if not paths and (required or config.exists()):
        from plumbrule.config_file import load_settings

        paths = load_settings(config, with_secrets=False).settings.rules.folders
    return [*built_in_documents(), *pack_documents(paths)]


def listed(rules: RuleSet, pack: str | None, results: Sequence[Mapping[str, Any]] | None) -> Listing:
    """Every rule in force or off; with what they said of one project where results are given."""
    chosen = sorted(rules.known, key=lambda r: r.id)
    if pack is not None:
        packs = sorted({r.pack for r in chosen})
        if pack not in packs:
            remedy = suggest(pack, packs) or f"packs: {', '.join(packs)}"
            raise ConfigurationError(f"there is no pack `{pack}`", code="rules.unknown_pack", remedy=remedy)
        chosen = [r for r in chosen if r.pack == pack]
    said = None if results is None else {row["rule_id"]: row for row in results}
    rows = [_rule_row(r, rules, said) for r in chosen]
    extra = ("outcome", "value", "limit") if said is not None else ("parameters",)
    return Listing(rows, ("id", "severity", "mode", "kind", "subject", "pack", *extra, "title"), says("no rule"))


def views() -> Listing:
    """Every documented view."""
    rows = [{"view": v.name, "columns": len(v.columns), "key": list(v.key), "doc": v.doc} for v in VIEWS.values()]
    return Listing(rows, ("view", "columns", "doc"))


def columns(name: str, capabilities: Sequence[Mapping[str, Any]] | None, sources: Sequence[str]) -> Listing:
    """The columns of a view. With the capabilities of a snapshot, which of its sources can fill each; else where it
    comes from. Raises ConfigurationError for a view that is none.
    """
    view = VIEWS.get(name)
    if view is None:
        remedy = suggest(name, VIEWS) or f"views: {', '.join(sorted(VIEWS))}"
        raise ConfigurationError(f"there is no view `{name}`", code="rules.unknown_view", remedy=remedy)
    known = Capabilities(capabilities or ())
    rows = [
        {
            "column": column.name,
            "type": str(column.kind),
            "unit": column.unit,
            "allowed": list(column.values) or None,
            "null_means": column.null,
            "comes_from": _origin(view, column.name),
            "filled_by": None if capabilities is None else _fillers(view, column.name, known, sources),
            "doc": column.doc,
        }
        for column in view
    ]
    where = "comes_from" if capabilities is None else "filled_by"
    return Listing(rows, ("column", "type", "unit", where, "doc", "null_means", "allowed"))


def functions() -> Listing:
    """Every function that a condition may call, with what it becomes on each engine."""
    return Listing(
        [
            {
                "function": f.name,
                "usage": f.usage,
                "takes": list(f.takes),
                "gives": f.gives,
                "doc": f.doc,
                "engines": dict(f.engines),
                "caveat": f.elsewhere or None,
            }
            for f in function_entries()
        ],
        ("function", "usage", "takes", "gives", "doc", "caveat"),
        prose=functions_text(),
    )


def functions_text() -> str:
    """The same for people: every one with its SQL."""
    head = [
        says(
            "Functions of conditions. "
            "Each gives the same answer on the engines below it, where no caveat says otherwise;"
        ),
        says("NULL in, NULL out, unless its meaning says otherwise."),
        "",
    ]
    return "\n".join([*head, *function_lines()])


def write_new(rule_id: str, kind: str, view: str | None, file: Path) -> str:
    """Write a rule to start from into a file, new or there already; what was written, in a line.

    Raises ConfigurationError where a rule of that id exists, or the file is not one that it can be added to.
    """
    try:
        TypeAdapter(RuleId).validate_python(rule_id)
    except ValidationError as error:
        what = f"`{rule_id}` is no id of a rule"
        raise ConfigurationError(what, code="R202", remedy="capitals, a dash, two to four digits: OWN-01") from error
    if load_rules().get(rule_id) is not None:
        what = f"`{rule_id}` is a built-in rule"
        raise ConfigurationError(what, code="R203", remedy="choose another id; [rules.set] changes a built-in rule")
    text = new_rule(rule_id, kind, view)
    if file.exists():
        if file.is_dir():
            raise ConfigurationError(f"{file} is a folder", code="rules.not_a_file", remedy="name a file in it")
        load_rules([file])  # nothing is added to a file that does not load
        whole = with_rule(file.read_text(encoding="utf-8"), str(file), rule_id, text)
    else:
        whole = new_pack(rule_id, text)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(whole, encoding="utf-8")
    return says(
        "{file}: rule {rule_id} added. Write it, then: plumbrule rules test {file} --rule {rule_id}\n"
        "It counts once its folder stands in `folders` under [rules] in the configuration.",
        file=file,
        rule_id=rule_id,
    )


def _rule_row(rule: Rule, rules: RuleSet, said: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule.id,
        "title": rule.title.said_in(rules.language),
        "severity": rule.severity,
        "mode": rule.mode if rule.id in rules.ids else "off",
        "kind": rule.kind,
        "subject": rule.subject,
        "view": rule.view,
        "level": rule.level,
        "dimension": rule.dimension,
        "pack": rule.pack,
        "parameters": {p.name: _value(p.value) for p in rule.parameters} or None,
        "tests": len(rule.tests),
        "place": rule.place,
    }
    if said is not None:
        found = said.get(rule.id, {})
        row |= {key: found.get(column) for key, column in _OF_RESULT.items()}
    return row


_OF_RESULT = {"outcome": "outcome", "value": "value", "limit": "threshold", "reason": "reason", "message": "message"}


def _value(value: Any) -> Any:
    return plain(value) if hasattr(value, "is_finite") else value


def _origin(view: Table, column: str) -> list[str] | None:
    """The stored columns behind it; None where it is computed from several."""
    return [f"{table}.{name}" for table, name in stored(view.name, column)] or None


def _fillers(view: Table, column: str, known: Capabilities, sources: Sequence[str]) -> list[str] | None:
    if not stored(view.name, column):
        return None
    return [s for s in sources if not known.cannot_hold(view.name, column, [s])]
