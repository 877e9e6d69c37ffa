"""`rules new`: a commented rule to start from. It loads, and its self-test fails until the rule is written."""

from portfolio.errors import ConfigurationError
from portfolio.located_toml import parse, suggest
from portfolio.model import VIEWS, Column, Kind, Table
from portfolio.model.subjects import SUBJECTS, SubjectKind
from rules.pack_schema import SCHEMA_FILE

_NUMBERS = (Kind.INDEX, Kind.RATIO, Kind.MONEY, Kind.HOURS, Kind.DAYS, Kind.POINTS, Kind.INTEGER)
_VIEW_OF_KIND = {
    "row": "work_items",
    "ratio": "work_items",
    "metric": "evm",
    "expect": "projects",
    "trend": "evm",
    "attest": "projects",
}
_OF_MEASURE = ("metric", "trend")
_MAY_HOLD = "may hold {parameters} and {count}; `plumbrule rules check` tells what else"
KINDS = tuple(_VIEW_OF_KIND)
"""The kinds that `rules new` writes: all but `plugin`, whose table only the installed package knows."""


def new_rule(rule_id: str, kind: str = "row", view: str | None = None) -> str:
    """The rule as TOML. Raises ConfigurationError for a view that is none, or that does not fit the kind."""
    table = _view(kind, view or _VIEW_OF_KIND[kind])
    parts = [
        "[[rule]]",
        f'id = "{rule_id}"',
        'title = "Say in a few words what leans"  # or { en = "...", zh-Hans = "..." }',
        f'kind = "{kind}"',
        *_body(kind, table),
        'severity = "medium"        # critical, high, medium, low, info',
        'family = "OWN"',
        'dimension = "compliance"   # schedule, cost, scope, resources, compliance, quality',
        f'message = "Say what leans, by how much, against which limit."  # {_MAY_HOLD}',
        'why = "Say why it matters."',
        'fix = "Say what to do about it."',
        "",
        *_parameters(kind, table),
        *_test(kind, table),
    ]
    return "\n".join(parts) + "\n"


def new_pack(rule_id: str, text: str) -> str:
    """A file of its own for that rule."""
    pack = rule_id.partition("-")[0].lower()
    return (
        f"#:schema {SCHEMA_FILE}\n"
        f"# `plumbrule rules schema > {SCHEMA_FILE}`, beside this file, gives editors help with every key.\n"
        f'schema = 1\n\n[pack]\nid = "{pack}"\ntitle = "Our own rules"\n\n{text}'
    )


def with_rule(before: str, name: str, rule_id: str, text: str) -> str:
    """The pack file with the rule at its end. Raises ConfigurationError where it has a rule of that id already."""
    document = parse(before.encode(), name)
    rules = document.data.get("rule")
    for number, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict) and rule_id in (rule.get("id"), *rule.get("aliases", ())):
            problem = document.problem(("rule", number, "id"), "R203", f"`{rule_id}` exists already")
            raise ConfigurationError("nothing was written", problems=[problem], remedy="choose another id")
    return f"{before.rstrip()}\n\n{text}"


def _view(kind: str, name: str) -> Table:
    if name not in VIEWS:
        remedy = suggest(name, VIEWS) or f"views: {', '.join(sorted(VIEWS))}"
        raise ConfigurationError(f"there is no view `{name}`", code="rules.unknown_view", remedy=remedy)
    view = VIEWS[name]
    if kind in (*_OF_MEASURE, "attest") and not _fits(kind, view):
        fitting = [v.name for v in VIEWS.values() if _fits(kind, v)]
        number = " and a number" if kind in _OF_MEASURE else ""
        what = f"a rule of kind {kind} needs a view with one row a project{number}; `{name}` is none"
        raise ConfigurationError(what, code="rules.unknown_view", remedy=f"views: {', '.join(fitting)}")
    return view


def _fits(kind: str, view: Table) -> bool:
    return view.key == ("project_id",) and (kind == "attest" or _measure(view) is not None)


def _measure(view: Table) -> Column | None:
    """The first number of the view, quotients and shares before amounts."""
    return next((c for kind in _NUMBERS for c in view if c.kind == kind), None)


def _by(view: Table) -> SubjectKind:
    """Whom a rule on that view judges: the first kind of subject whose key its rows have; of none the whole."""
    return next((by for by in SUBJECTS.values() if view.column(by.key)), SUBJECTS["organisation"])


def _body(kind: str, view: Table) -> list[str]:
    columns = f"# Columns of {view.name}, with type and meaning: plumbrule rules columns {view.name}"
    which = '# applies_when = "..."     # which rows are judged; left out: all'
    if kind in _OF_MEASURE:
        measure = _measure(view)
        assert measure is not None  # noqa: S101 - the view was chosen for it
        metric = [f'metric = "{view.name}.{measure.name}"  # {measure.doc}', '# project_when = "has_plan"']
        if kind == "metric":
            return metric
        course = 'fail_when = "falls for $months"  # or rises for N, below X for N, above X for N, change > X over N'
        return [*metric, 'period = "month"            # or week, run', course]
    by = _by(view)
    judged = [] if by.name == "project" else [f'subject = "{by.name}"          # whom the rule judges']
    of_items = kind == "row" and view.column("item_id") is not None
    head = [
        *judged,
        *(
            ['# level = "item"           # one finding an item, whose message may hold its {columns}']
            if of_items
            else []
        ),
        f'view = "{view.name}"',
        columns,
        which,
        '# requires = ["..."]        # columns that must be known',
    ]
    if kind == "ratio":
        counted = 'count_when = "FALSE"        # write here which rows are counted'
        return [*head, counted, 'fail_when = "ratio > $max_ratio"', 'limit = "max_ratio"']
    if kind == "attest":
        topic = 'topic = "what_is_confirmed"  # as the table of attestations names it'
        role = '# by_role = "pmo_lead"       # only a confirmation in this role counts'
        return [*head[:-1], topic, role, 'valid_for_days = "$valid_days"']
    if kind == "expect":
        return [
            *head[:-1],
            f'expect = {{ view = "{_other(view)}", where = "FALSE" }}  # write here which rows must exist',
        ]
    return [*head, 'fail_when = "FALSE"         # write here what must not be']


def _parameters(kind: str, view: Table) -> list[str]:
    """Limits are parameters, so that a site sets its own without touching the rule."""
    if kind == "ratio":
        limit = 'max_ratio = { type = "float", default = 0.1, min = 0, max = 1, stricter = "lower" }'
    elif kind == "metric":
        limit = (
            'fail_above = { type = "float", default = 1000000, stricter = "lower" }  # or fail_below, warn_above, ...'
        )
    elif kind == "trend":
        limit = 'months = { type = "int", default = 3, min = 1, stricter = "lower" }'
    elif kind == "attest":
        limit = 'valid_days = { type = "int", default = 365, min = 1, stricter = "lower" }'
    else:
        return []
    return ["  [rule.params]", f"  {limit}", ""]


def _test(kind: str, view: Table) -> list[str]:
    """A test that the unwritten rule cannot pass."""
    by = _by(view)
    subject = "organisation" if by.name == "organisation" else "P"
    values = {by.key: subject} if view.column(by.key) else {}
    values |= {c: "1" for c in view.key if c != by.key and _is_text(view, c)}
    expected = "pass" if kind in ("expect", "attest") else "fail"
    row = "{ " + ", ".join(f'{name} = "{value}"' for name, value in values.items()) + " }"
    if kind in _OF_MEASURE:
        measure = _measure(view)
        assert measure is not None  # noqa: S101 - the view was chosen for it
        row = f'{{ project_id = "P", {measure.name} = 1 }}'
    lines = ["  # Given rows: columns left out are null. `plumbrule rules test` says what came out instead."]
    lines += ["  [[rule.test]]", f'  name = "what must {expected}"', f"  given.{view.name} = [{row}]"]
    if kind == "expect":
        other = f'{by.key} = "{subject}"' if VIEWS[_other(view)].column(by.key) else ""
        lines.append(f"  given.{_other(view)} = [{{ {other} }}]")
    return [*lines, f'  expect = [{{ subject = "{subject}", outcome = "{expected}" }}]']


def _other(view: Table) -> str:
    """A view whose rows may be expected beside those."""
    named = _RELATED.get(_by(view).name, ("artefacts", "risks"))
    return named[1] if view.name == named[0] else named[0]


_RELATED = {
    "department": ("repeated_findings", "departments"),
    "programme": ("programme_projects", "programmes"),
    "person": ("person_skills", "people"),
}
"""By whom a rule judges: a view whose rows it may expect, and another beside that."""


def _is_text(view: Table, name: str) -> bool:
    column = view.column(name)
    return column is not None and column.kind == Kind.TEXT and not column.values
