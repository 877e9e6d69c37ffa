"""One `[[set]]` of a policy file becomes a setting for each rule that it is about, or a list of mistakes."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS
from rules.compile import Predicate, PredicateFaults, compile_predicate, of_view
from rules.parameters import exact, within
from rules.policy.model import LEVELS, MODE, PARAMS, SEVERITY, Room, Said, Setting, Unit
from rules.policy.order import is_stricter
from rules.policy.written import SetEntry
from rules.ruleset import Rule
from rules.vocabulary import Mode, Severity

_WORDS = {SEVERITY: get_args(Severity), MODE: get_args(Mode)}


class EntryReader:
    """Holds one entry against the rules and collects every mistake on the way."""

    def __init__(self, entry: SetEntry, doc: LocatedToml, steps: Steps, unit: Unit, rules: Mapping[str, Rule]) -> None:
        self.entry = entry
        self.doc = doc
        self.steps = steps
        self.unit = unit
        self.rules = rules
        self.problems: list[Problem] = []

    def settings(self) -> list[Setting]:
        """A setting for each rule; look at `problems` before using them."""
        select = self._select()
        about = self._about()
        for name in self._params_of_none(about):
            hint = suggest(name, [p.name for rule in about for p in rule.parameters])
            self._problem(("params", name), "R304", f"no rule of pack `{self.entry.pack}` has parameter `{name}`", hint)
        e = self.entry
        if not (e.params or e.severity or e.mode or e.locked or any(r != {} for r in e.loosen_until.values())):
            hint = "add params.NAME, severity, mode, locked or loosen_until"
            self._problem((), "R301", "nothing is set here", hint, at="key")
        if select is not None:
            about = list(self._about_projects(about))
        return [self._setting(rule, select) for rule in about]

    def _about_projects(self, about: list[Rule]) -> Iterator[Rule]:
        """Of the rules those that judge projects, which `select` chooses among; others in a pack stay as they are."""
        for rule in about:
            if rule.subject == "project":
                yield rule
            elif self.entry.pack is None:
                what = f"`select` chooses projects, and rule {rule.id} judges a {rule.subject}"
                self._problem(("select",), "R302", what, "remove it, or set the rule apart", at="key")

    def _problem(self, key: Steps, code: str, what: str, hint: str = "", at: str = "value") -> None:
        self.problems.append(self.doc.problem((*self.steps, *key), code, what, help=hint, at=at))

    def _said(self, key: Steps, value: Any) -> Said:
        return Said(value, self.doc.problem((*self.steps, *key), "R306", ""))

    def _select(self) -> Predicate | None:
        if self.entry.select is None:
            return None
        try:
            return compile_predicate(self.entry.select, of_view(VIEWS["projects"], {}))
        except PredicateFaults as error:
            self.problems += [
                self.doc.problem_inside(
                    (*self.steps, "select"), f.offset, f.width, f.code, f"{f.what} (select)", help=f.help
                )
                for f in error.faults
            ]
            return None

    def _about(self) -> list[Rule]:
        """The rules that the entry is about."""
        e = self.entry
        given = [key for key in ("rule", "rules", "pack") if getattr(e, key) is not None]
        if len(given) != 1:
            what = "an entry names one of `rule`, `rules` or `pack`"
            self._problem((given[1],) if given else (), "R301" if not given else "R302", what, at="key")
        if e.pack is not None:
            packs = {rule.pack for rule in self.rules.values()}
            if e.pack not in packs:
                self._problem(("pack",), "R304", f"there is no pack `{e.pack}`", suggest(e.pack, packs))
            return [rule for rule in self.rules.values() if rule.pack == e.pack]
        found: dict[str, Rule] = {}
        for key, name in self._named():
            if name in self.rules:
                found[name] = self.rules[name]
            else:
                hint = suggest(name.upper(), self.rules) or "docs/rules.md lists all rules"
                self._problem(key, "R304", f"there is no rule `{name}`", hint)
        return list(found.values())

    def _named(self) -> Iterator[tuple[Steps, str]]:
        if self.entry.rule is not None:
            yield ("rule",), self.entry.rule
        for number, name in enumerate(self.entry.rules or ()):
            yield ("rules", number), name

    def _params_of_none(self, about: list[Rule]) -> list[str]:
        """Parameters that no rule of the pack has; of rules that are named each must have it."""
        if self.entry.pack is None or not about:
            return []
        return [name for name in self.entry.params if not any(rule.parameter(name) for rule in about)]

    def _setting(self, rule: Rule, select: Predicate | None) -> Setting:
        values: dict[str, Said] = {}
        for name, value in self.entry.params.items():
            bound = self._bound(rule, name, value, ("params", name))
            if bound is not None:
                values[PARAMS + name] = self._said(("params", name), bound)
        for key in (SEVERITY, MODE):
            if (word := getattr(self.entry, key)) is not None:
                values[key] = self._said((key,), word)
        locked = self._said(("locked",), True) if self.entry.locked else None
        return Setting(
            rule.id,
            self.unit,
            self.entry.pack is None,
            values,
            tuple(self._rooms(rule, values)),
            locked,
            select,
            self.entry.reason,
        )

    def _bound(self, rule: Rule, name: str, value: Any, key: Steps) -> Any:
        """The value as the rule's parameter takes it, or None with a mistake noted."""
        parameter = rule.parameter(name)
        if parameter is None:
            if self.entry.pack is None:
                known = [p.name for p in rule.parameters]
                hint = suggest(name, known) or f"it has: {', '.join(known) or 'none'}"
                self._problem(key, "R304", f"rule {rule.id} has no parameter `{name}`", hint)
            return None
        try:
            bound = exact(value, parameter.type)
            within(parameter, bound)
        except ValueError as error:
            self._problem(key, "R305", f"parameter `{name}` of rule {rule.id} {error}")
            return None
        return bound

    def _rooms(self, rule: Rule, values: Mapping[str, Said]) -> Iterator[Room]:
        written = self.entry.loosen_until
        if not written:
            return
        if self.entry.locked:
            self._problem(("loosen_until",), "R308", "a rule that is locked leaves no room", "remove one", at="key")
        levels: dict[str, Any] = {
            name: limit for name, limit in written.items() if name in LEVELS and not isinstance(limit, dict)
        }
        for name, limits in written.items():
            if name in levels:
                continue
            if not isinstance(limits, dict):
                self._no_level(rule, name)
                continue
            key = name if name in _WORDS else PARAMS + name
            yield from self._rooms_of(rule, key, limits, values, ("loosen_until", name))
        if not levels:
            return
        if len(self.entry.params) != 1:
            hint = f"write loosen_until.NAME.{next(iter(levels))}, with the name of the parameter, severity or mode"
            self._problem(("loosen_until",), "R302", "it is not said what may be loosened", hint, at="key")
            return
        [name] = self.entry.params
        yield from self._rooms_of(rule, PARAMS + name, levels, values, ("loosen_until",))

    def _no_level(self, rule: Rule, name: str) -> None:
        """A limit that says of something, and not for which level."""
        if name in _WORDS or rule.parameter(name):
            what, hint = f"it is not said up to which level `{name}` may be loosened", f"loosen_until.{name}.department"
        else:
            what, hint = f"`{name}` is no level", suggest(name, [*LEVELS[1:], *(p.name for p in rule.parameters)])
        self._problem(("loosen_until", name), "R302", what, hint, at="key")

    def _rooms_of(
        self, rule: Rule, key: str, limits: Mapping[str, Any], values: Mapping[str, Said], at: Steps
    ) -> Iterator[Room]:
        for level, limit in limits.items():
            place = (*at, level)
            if level not in LEVELS:
                self._problem(place, "R302", f"`{level}` is no level", suggest(level, LEVELS[1:]), at="key")
                continue
            bound = self._limit(rule, key, limit, place)
            if bound is None:
                continue
            if self.unit.level == "project" or LEVELS.index(level) < max(1, self.unit.depth):
                what = f"level {self.unit.level} gives no room to level {level}, which does not lie below it"
                self._problem(place, "R308", what, "room is given downwards", at="key")
            elif key in values and is_stricter(rule, key, bound, values[key].value):
                self._problem(place, "R308", "the room is stricter than the value itself", "give more, or remove it")
            else:
                yield Room(key, level, self._said(place, bound))

    def _limit(self, rule: Rule, key: str, limit: Any, place: Steps) -> Any:
        if key not in _WORDS:
            return self._bound(rule, key.removeprefix(PARAMS), limit, place)
        if limit in _WORDS[key]:
            return limit
        hint = suggest(str(limit), _WORDS[key]) or f"one of {', '.join(_WORDS[key])}"
        self._problem(place, "R302", f"`{limit}` is no {key}", hint)
        return None
