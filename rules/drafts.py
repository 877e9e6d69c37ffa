"""A rule while it is being compiled: what its author wrote, where each key stands, and every mistake found so far."""

from collections.abc import Iterable

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS, Table
from portfolio.model.subjects import SUBJECTS, SubjectKind
from rules import parameters
from rules.compile import Predicate, PredicateFaults, Scope, compile_predicate
from rules.compile.faults import Fault
from rules.pack import RuleEntry
from rules.ruleset import PluginUse

Key = tuple[str | int, ...]


class Draft:
    """One written rule. What compiles a part of it reads `entry` and notes mistakes through `problem`."""

    def __init__(self, entry: RuleEntry, doc: LocatedToml, steps: Steps) -> None:
        self.entry = entry
        self.doc = doc
        self.steps = steps
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        """Parameters that something refers to."""
        self.plugin: PluginUse | None = None
        self.names = parameters.names(entry.params)

    @property
    def by(self) -> SubjectKind:
        """Whom the rule judges."""
        return SUBJECTS[self.entry.subject]

    def problem(self, key: Key, code: str, what: str, help: str = "", at: str = "value") -> None:
        """Note a mistake at a key of this rule."""
        said = f"{what} (rule {self.entry.id})"
        self.problems.append(self.doc.problem((*self.steps, *key), code, said, help=help, at=at))

    def faults(self, key: Key, found: Iterable[Fault]) -> None:
        """Note mistakes inside the text at a key."""
        where = f"(rule {self.entry.id}, {'.'.join(map(str, key))})"
        self.problems += [
            self.doc.problem_inside((*self.steps, *key), f.offset, f.width, f.code, f"{f.what} {where}", help=f.help)
            for f in found
        ]
        self.used |= set(self.names)  # do not complain about unused parameters of a broken condition

    def view_called(self, name: str, key: Key) -> Table | None:
        """The documented view of that name."""
        view = VIEWS.get(name)
        if view is None:
            hint = suggest(name, VIEWS) or f"views: {', '.join(sorted(VIEWS))}"
            self.problem(key, "R202", f"there is no view `{name}`", hint)
        return view

    def columns(self, view: Table, columns: Iterable[str], key: str) -> None:
        """Those columns exist."""
        for column in columns:
            if view.column(column) is None:
                hint = suggest(column, view.names)
                self.problem((key,), "R120", f"view `{view.name}` has no column `{column}`", hint)

    def predicate(self, key: str, scope: Scope) -> Predicate | None:
        """The condition at that key of the rule, or None where there is none or it is broken."""
        return self.condition(getattr(self.entry, key), scope, (key,))

    def condition(self, text: str | None, scope: Scope, key: Key) -> Predicate | None:
        """A condition that stands at that key, or is made of what stands there."""
        if text is None:
            return None
        try:
            predicate = compile_predicate(text, scope)
        except PredicateFaults as error:
            self.faults(key, error.faults)
            return None
        self.used |= predicate.parameters
        return predicate

    def number_or_parameter(self, value: float | str, key: Key, *, whole: bool = False) -> None:
        """A number that is not negative, or `$name` of a parameter that is one; a `whole` one where that is asked."""
        if not isinstance(value, str):
            if value < 0:
                self.problem(key, "R202", "the number is negative")
            return
        name = value.removeprefix("$")
        if not value.startswith("$") or name not in self.names:
            self.problem(key, "R122", f"`{value}` is not a declared parameter", "write a number, or $name")
        elif self.entry.params[name].type not in (("int",) if whole else ("int", "float")):
            self.problem(key, "R131", f"parameter `{value}` is not a {'whole ' if whole else ''}number")
        self.used.add(name)
