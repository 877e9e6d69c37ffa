"""What the configuration itself sets, in section `[rules]`, as settings of level organisation."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps
from rules.parameters import exact, within
from rules.policy.model import MODE, PARAMS, SEVERITY, Said, Setting, Unit
from rules.ruleset import Rule
from rules.settings import RuleSettings


def configured(
    rules: Iterable[Rule], settings: RuleSettings, located: LocatedToml | None, at: Steps
) -> tuple[Setting, ...]:
    """A setting for each rule that the configuration touches. Mistakes are told by whoever puts it in force."""
    reader = _Reader(settings, located, at)
    return tuple(setting for rule in rules for setting in reader.of_rule(rule))


class _Reader:
    def __init__(self, settings: RuleSettings, located: LocatedToml | None, at: Steps) -> None:
        self.settings = settings
        self.located = located
        self.at = at
        self.unit = Unit("organisation", None, self._spot(()))

    def of_rule(self, rule: Rule) -> Iterator[Setting]:
        if self._is_left_out(rule):
            yield Setting(rule.id, self.unit, False, {MODE: self._said(("packs",), "off")})
        values = dict(self._values(rule))
        if values:
            yield Setting(rule.id, self.unit, True, values)

    def _is_left_out(self, rule: Rule) -> bool:
        """Its pack is not among those in force."""
        return self.settings.packs is not None and rule.pack not in self.settings.packs

    def _values(self, rule: Rule) -> Iterator[tuple[str, Said]]:
        is_off = rule.id in self.settings.off
        if is_off:
            yield MODE, self._said(("off", self.settings.off.index(rule.id)), "off")
        override = self.settings.set.get(rule.id)
        if override is None:
            return
        for name, value in override.params.items():
            parameter = rule.parameter(name)
            with suppress(ValueError):
                if parameter is not None:
                    bound = exact(value, parameter.type)
                    within(parameter, bound)
                    yield PARAMS + name, self._said(("set", rule.id, "params", name), bound)
        for key in (SEVERITY, MODE):
            word = getattr(override, key)
            if word is not None and not (key == MODE and (is_off or self._is_left_out(rule))):
                yield key, self._said(("set", rule.id, key), word)

    def _said(self, key: Steps, value: Any) -> Said:
        return Said(value, self._spot(key))

    def _spot(self, key: Steps) -> Problem:
        if self.located is None:
            return Problem("settings", 0, 0, "R303", "")
        return self.located.problem((*self.at, *key), "R303", "")
