"""One written rule becomes one compiled rule, or a list of mistakes with their places."""

from decimal import Decimal
from typing import Any

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS, Table
from rules import parameters
from rules.compile import Predicate, PredicateFaults, Scope, compile_predicate, of_ratio, of_view
from rules.compile.scope import RATIO_NAMES
from rules.pack import RuleEntry, Words
from rules.ruleset import Evidence, Order, Parameter, Related, Rule, Tolerance
from rules.wording import placeholders

METRIC_LIMITS = {"fail_below": "<", "fail_above": ">", "warn_below": "<", "warn_above": ">"}
_KEYS_OF_KIND = {
    "row": {"fail_when", "warn_when", "tolerance", "value", "limit"},
    "ratio": {"count_when", "fail_when", "warn_when", "limit"},
    "metric": {"metric"},
    "expect": {"expect"},
}
_NEEDED = {"row": ("fail_when",), "ratio": ("count_when", "fail_when"), "metric": ("metric",), "expect": ("expect",)}
_RESERVED = {*RATIO_NAMES, "as_of", "value", "limit"}


class RuleBuilder:
    """Compiles one rule of one file and collects every mistake on the way."""

    def __init__(self, entry: RuleEntry, doc: LocatedToml, steps: Steps, pack: str) -> None:
        self.entry = entry
        self.doc = doc
        self.steps = steps
        self.pack = pack
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.names = parameters.names(entry.params)
        self.view = self._view()

    def build(self) -> Rule | None:
        """The rule, or None with `problems` filled."""
        self._shape()
        declared = self._parameters()
        if self.view is None:
            return None
        counts, fails, warns, value, requires = self._conditions(self.view)
        related = self._related(self.view)
        tolerance = self._tolerance()
        evidence = self._evidence(self.view)
        self._columns(self.view, self.entry.requires, "requires")
        self._columns(self.view, list(self.entry.unknown_reason), "unknown_reason")
        self._discriminator(self.view)
        project_when = self._predicate("project_when", of_view(VIEWS["projects"], self.names))
        applies_when = self._predicate("applies_when", of_view(self.view, self.names))
        limit = self._limit()
        self._messages(self.view)
        self._self_tests()
        self._unused(declared)
        if self.problems:
            return None
        e = self.entry
        per_project = self.view.key == ("project_id",)
        has_item = e.level == "item" and self.view.column("item_id") is not None
        return Rule(
            id=e.id, pack=self.pack, title=e.title, level=e.level, kind=e.kind, view=self.view.name,
            severity=e.severity, mode=e.mode, family=e.family, dimension=e.dimension, message=e.message,
            summary=e.summary, why=e.why, fix=e.fix, counts=counts, fails=fails, warns=warns,
            per_project=per_project, item_column="item_id" if has_item else None,
            warn_message=e.warn_message, key=e.key,
            project_when=project_when, applies_when=applies_when, requires=requires,
            unknown_reason=dict(e.unknown_reason), max_missing=Decimal(str(e.max_missing)), tolerance=tolerance,
            related=related, value=value, limit=limit, evidence=evidence, parameters=tuple(declared),
            frameworks=tuple(e.frameworks), owner_role=e.owner_role, grace_days=e.grace_days, min_runs=e.min_runs,
            discriminator=tuple(e.discriminator), fingerprint_version=e.fingerprint_version, tests=tuple(e.test),
            place=self._place(),
        )  # fmt: skip

    def problem(self, key: tuple[str | int, ...], code: str, what: str, help: str = "", at: str = "value") -> None:
        """Note a mistake at a key of this rule."""
        said = f"{what} (rule {self.entry.id})"
        self.problems.append(self.doc.problem((*self.steps, *key), code, said, help=help, at=at))

    def _place(self) -> str:
        span = self.doc.keys.get((*self.steps, "id"))
        return f"{self.doc.file}:{span.line}" if span else self.doc.file

    def _view(self) -> Table | None:
        name, key = self.entry.view, "view"
        if self.entry.kind == "metric" and self.entry.metric:
            name, key = self.entry.metric.partition(".")[0], "metric"
        return self._view_called(name, (key,))

    def _view_called(self, name: str, key: tuple[str | int, ...]) -> Table | None:
        view = VIEWS.get(name)
        if view is None:
            hint = suggest(name, VIEWS) or f"views: {', '.join(sorted(VIEWS))}"
            self.problem(key, "R202", f"there is no view `{name}`", hint)
        return view

    def _shape(self) -> None:
        """Keys that the kind needs are there, keys of other kinds are not."""
        e = self.entry
        for key in _NEEDED[e.kind]:
            if getattr(e, key) is None:
                self.problem((), "R201", f"a rule of kind `{e.kind}` needs `{key}`")
        foreign = set().union(*_KEYS_OF_KIND.values()) - _KEYS_OF_KIND[e.kind]
        for key in sorted(foreign & e.model_fields_set):
            allowed = f"`{e.kind}` takes: {', '.join(sorted(_KEYS_OF_KIND[e.kind]))}"
            self.problem((key,), "R204", f"`{key}` does not go with kind `{e.kind}`", allowed, at="key")

    def _parameters(self) -> list[Parameter]:
        declared = []
        for name, entry in self.entry.params.items():
            if name in _RESERVED:
                self.problem(("params", name), "R202", f"`{name}` is a reserved name", "choose another", at="key")
            try:
                declared.append(parameters.declare(name, entry))
            except ValueError as error:
                self.problem(("params", name, "default"), "R206", f"the default of `{name}` {error}")
        return declared

    def _predicate(self, key: str, scope: Scope) -> Predicate | None:
        return self._condition(getattr(self.entry, key), scope, (key,))

    def _condition(self, text: str | None, scope: Scope, key: tuple[str | int, ...]) -> Predicate | None:
        if text is None:
            return None
        try:
            predicate = compile_predicate(text, scope)
        except PredicateFaults as error:
            where = f"(rule {self.entry.id}, {'.'.join(map(str, key))})"
            self.problems += [
                self.doc.problem_inside(
                    (*self.steps, *key), f.offset, f.width, f.code, f"{f.what} {where}", help=f.help
                )
                for f in error.faults
            ]
            self.used |= set(self.names)  # do not complain about unused parameters of a broken predicate
            return None
        self.used |= predicate.parameters
        return predicate

    def _conditions(
        self, view: Table
    ) -> tuple[Predicate | None, Predicate | None, Predicate | None, str | None, tuple[str, ...]]:
        """What one row is counted for, when the project fails and warns, the value's column, required columns."""
        e, scope = self.entry, of_view(view, self.names)
        requires = tuple(e.requires)
        if e.kind == "metric":
            return self._metric(view, scope)
        if e.kind == "ratio":
            ratio = of_ratio(self.names)
            counts = self._predicate("count_when", scope)
            return counts, self._predicate("fail_when", ratio), self._predicate("warn_when", ratio), None, requires
        fails = self._predicate("fail_when", scope)
        if e.value is not None:
            self._columns(view, [e.value], "value")
        return fails, fails, self._predicate("warn_when", scope), e.value, requires

    def _metric(
        self, view: Table, scope: Scope
    ) -> tuple[Predicate | None, Predicate | None, Predicate | None, str | None, tuple[str, ...]]:
        column = (self.entry.metric or "").partition(".")[2]
        if view.column(column) is None:
            hint = suggest(column, view.names)
            self.problem(("metric",), "R120", f"view `{view.name}` has no column `{column}`", hint)
            return None, None, None, None, ()
        if view.key != ("project_id",):
            self.problem(("metric",), "R202", f"view `{view.name}` has several rows a project", "use kind `row`")
        limits = {name: sign for name, sign in METRIC_LIMITS.items() if name in self.names}
        fail = " OR ".join(f"{column} {sign} ${name}" for name, sign in limits.items() if name.startswith("fail"))
        warn = " OR ".join(f"{column} {sign} ${name}" for name, sign in limits.items() if name.startswith("warn"))
        if not fail:
            self.problem((), "R201", "a metric needs parameter `fail_below` or `fail_above`")
            return None, None, None, None, ()
        fails = self._condition(fail, scope, ("metric",))
        warns = self._condition(warn or None, scope, ("metric",))
        return fails, fails, warns, column, (column, *self.entry.requires)

    def _related(self, view: Table) -> Related | None:
        e = self.entry.expect
        if e is None:
            return None
        other = self._view_called(e.view, ("expect", "view"))
        if other is None:
            return None
        for side in (view, other):
            if side.column(e.on) is None:
                hint = suggest(e.on, side.names)
                self.problem(("expect", "on"), "R120", f"view `{side.name}` has no column `{e.on}`", hint)
        where = self._condition(e.where, of_view(other, self.names), ("expect", "where"))
        self._number_or_parameter(e.min, ("expect", "min"))
        return Related(other.name, e.on, where, e.min)

    def _tolerance(self) -> Tolerance:
        e = self.entry.tolerance
        self._number_or_parameter(e.max_ratio, ("tolerance", "max_ratio"))
        self._number_or_parameter(e.max_count, ("tolerance", "max_count"))
        ratio = e.max_ratio if isinstance(e.max_ratio, str) else Decimal(str(e.max_ratio))
        return Tolerance(ratio, e.max_count)

    def _number_or_parameter(self, value: float | str, key: tuple[str, ...]) -> None:
        if not isinstance(value, str):
            if value < 0:
                self.problem(key, "R202", "the number is negative")
            return
        name = value.removeprefix("$")
        if not value.startswith("$") or name not in self.names:
            self.problem(key, "R122", f"`{value}` is not a declared parameter", "write a number, or $name")
        elif self.entry.params[name].type not in ("int", "float"):
            self.problem(key, "R131", f"parameter `{value}` is not a number")
        self.used.add(name)

    def _limit(self) -> str | None:
        limit = self.entry.limit
        if limit is not None and limit not in self.names:
            self.problem(("limit",), "R122", f"parameter `{limit}` is not declared", suggest(limit, self.names))
        return limit

    def _columns(self, view: Table, columns: list[str], key: str) -> None:
        for column in columns:
            if view.column(column) is None:
                hint = suggest(column, view.names)
                self.problem((key,), "R120", f"view `{view.name}` has no column `{column}`", hint)

    def _discriminator(self, view: Table) -> None:
        columns = self.entry.discriminator
        self._columns(view, columns, "discriminator")
        if columns and (self.entry.level != "item" or view.column("item_id") is None):
            what = "`discriminator` goes with rules about items only: a project has one finding a rule"
            self.problem(("discriminator",), "R204", what, 'set `level = "item"` on a view with items', at="key")

    def _evidence(self, view: Table) -> Evidence:
        e = self.entry.evidence
        if e is None:
            named = ("key", "title", "name", "number", "item_key", *view.key)
            return Evidence(tuple(dict.fromkeys(c for c in named if view.column(c)))[:3])
        self._columns(view, e.columns, "evidence")
        order = []
        for part in filter(None, (p.strip() for p in e.order_by.split(","))):
            column, _, direction = part.partition(" ")
            if direction.strip().upper() not in ("", "ASC", "DESC"):
                self.problem(("evidence", "order_by"), "R202", f"`{part}` is not an order", "column, or column DESC")
            self._columns(view, [column], "evidence")
            order.append(Order(column, direction.strip().upper() == "DESC"))
        return Evidence(tuple(e.columns), tuple(order), e.limit)

    def _messages(self, view: Table) -> None:
        counted = {*RATIO_NAMES, "value", "limit", *self.names}
        by_row = view.key == ("project_id",) or self.entry.level == "item"
        self._template("message", self.entry.message, counted | (set(view.names) if by_row else set()))
        if self.entry.warn_message:
            self._template("warn_message", self.entry.warn_message, counted | (set(view.names) if by_row else set()))
            if self.entry.warn_when is None:
                self.problem(("warn_message",), "R204", "`warn_message` does not go without `warn_when`", at="key")
        if self.entry.summary:
            self._template("summary", self.entry.summary, counted)

    def _template(self, key: str, words: Words, allowed: set[str]) -> None:
        written: Any = self.doc.data
        for step in (*self.steps, key):
            written = written[step]
        for language, template in (("en", words.en), ("zh-Hans", words.zh_hans)):
            place = (key, language) if isinstance(written, dict) else (key,)
            try:
                found = placeholders(template or "")
            except ValueError as error:
                self.problem(place, "R205", f"the message cannot be filled: {error}")
                continue
            for name, _ in found:
                self.used.add(name)
                if name not in allowed:
                    hint = suggest(name, allowed) or f"available: {', '.join(sorted(allowed))}"
                    self.problem(place, "R205", f"the message uses `{{{name}}}`, which is not available", hint)

    def _self_tests(self) -> None:
        """Given rows use columns and values that exist; a self-test with a misspelt column would prove nothing."""
        for number, test in enumerate(self.entry.test):
            for view_name, rows in test.given.items():
                place = ("test", number, "given", view_name)
                view = self._view_called(view_name, place)
                for index, row in enumerate(rows if view else ()):
                    self._given_row(view, row, (*place, index))  # type: ignore[arg-type]
            for name in set(test.params) - set(self.names):
                hint = suggest(name, self.names)
                self.problem(
                    ("test", number, "params", name), "R122", f"parameter `{name}` is not declared", hint, "key"
                )

    def _given_row(self, view: Table, row: dict[str, Any], place: tuple[str | int, ...]) -> None:
        for name, value in row.items():
            column = view.column(name)
            if column is None:
                hint = suggest(name, view.names)
                self.problem((*place, name), "R120", f"view `{view.name}` has no column `{name}`", hint, at="key")
            elif column.values and value not in column.values:
                hint = f"{suggest(str(value), column.values)} allowed: {', '.join(column.values)}".strip()
                self.problem((*place, name), "R130", f"`{name}` is never '{value}'", hint)

    def _unused(self, declared: list[Parameter]) -> None:
        for parameter in declared:
            if parameter.name not in self.used and parameter.name != self.entry.limit:
                what = f"parameter `{parameter.name}` is declared but never used"
                self.problem(("params", parameter.name), "R208", what, "use it as $name, or remove it", at="key")
