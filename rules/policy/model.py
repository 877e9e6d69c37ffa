"""Policy as it was read: plain frozen values, every one of which knows where it stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from portfolio.errors import Problem
from rules.predicate import Predicate

if TYPE_CHECKING:
    from rules.ruleset import Rule

PolicyLevel = Literal["organisation", "department", "programme", "project"]
LEVELS: tuple[PolicyLevel, ...] = ("organisation", "department", "programme", "project")
"""From the top down: what stands further right is decided later, and with less freedom."""
SEVERITY = "severity"
MODE = "mode"
PARAMS = "params."
"""Keys are `severity`, `mode` and `params.NAME`."""


@dataclass(frozen=True)
class Said:
    """A value in a file. `spot` is its place, as a problem whose words are still to be filled in."""

    value: Any
    spot: Problem

    @property
    def origin(self) -> str:
        """File and line."""
        return origin_of(self.spot)


def origin_of(spot: Problem) -> str:
    """File and line of a place; the file where the line is not known."""
    return f"{spot.file}:{spot.line}" if spot.line else spot.file


@dataclass(frozen=True)
class Unit:
    """Whose policy a file holds. `name` is None for the organisation. `spot` is where it is named."""

    level: PolicyLevel
    name: str | None
    spot: Problem
    parent: str | None = None
    owner: str | None = None
    pmo_level: str | None = None
    effective_from: date | None = None

    @property
    def word(self) -> str:
        """Its name as it is compared: case and outer space do not matter."""
        return folded(self.name or "")

    @property
    def depth(self) -> int:
        """0 for the organisation, more for what lies below."""
        return LEVELS.index(self.level)

    @property
    def title(self) -> str:
        """For messages."""
        return f"{self.level} {self.name}" if self.name else self.level

    def in_force(self, day: date) -> bool:
        """Its policy counts on that day."""
        return self.effective_from is None or self.effective_from <= day


@dataclass(frozen=True)
class Room:
    """Up to where a lower level may loosen a key."""

    key: str
    level: PolicyLevel
    said: Said


@dataclass(frozen=True)
class Setting:
    """What one `[[set]]` says of one rule, for the projects for which `select` is true.

    `named`: the rule itself is named, not only its pack.
    """

    rule_id: str
    unit: Unit
    named: bool
    values: Mapping[str, Said] = field(default_factory=dict)
    rooms: tuple[Room, ...] = ()
    locked: Said | None = None
    select: Predicate | None = None
    reason: str | None = None

    @property
    def specificity(self) -> int:
        """Of two settings of one unit the more specific one counts: a rule before its pack, some before all."""
        return int(self.named) + int(self.select is not None)


@dataclass(frozen=True)
class Policy:
    """Everything that was set, with the rules as their packs give them.

    `rules` are by id, before anything was set; `settings` also hold what the configuration itself sets.
    """

    rules: Mapping[str, "Rule"] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    units: tuple[Unit, ...] = ()

    @staticmethod
    def of(rules: "Iterable[Rule]", settings: Iterable[Setting], units: Iterable[Unit] = ()) -> "Policy":
        """The settings of those units, over those rules."""
        return Policy({rule.id: rule for rule in rules}, tuple(settings), tuple(units))

    def of_rule(self, rule_id: str) -> Iterator[Setting]:
        """The settings of one rule."""
        return (s for s in self.settings if s.rule_id == rule_id)


def folded(name: str) -> str:
    """A name as it is compared."""
    return name.strip().casefold()
