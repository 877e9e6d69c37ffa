"""Decides one rule for one chain of units, from the organisation down to the project. Pure.

The organisation may set anything within a parameter's bounds. Below it a value that is stricter than what stands above
is always taken; a looser one only up to the room that a level above gave to this level, and never after a lock. What
is not taken leaves the value from above, and is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from portfolio.errors import Problem
from rules.policy.model import MODE, PARAMS, SEVERITY, Room, Said, Setting
from rules.policy.order import is_looser, is_stricter, loosest
from rules.ruleset import Rule
from rules.wording import plain

Verdict = Literal["set", "same", "refused", "conflict", "room", "locked"]


@dataclass(frozen=True)
class Tier:
    """One unit of the chain, and what is set there for the project."""

    level: str
    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Step:
    """What one unit did to one key. `why` says why a value was not taken."""

    key: str
    unit: str
    value: Any
    origin: str
    verdict: Verdict
    why: str = ""
    reason: str | None = None


@dataclass(frozen=True)
class Resolved:
    """A rule as it is in force, the steps that led there, and what was not taken."""

    rule: Rule
    steps: tuple[Step, ...] = ()
    refused: tuple[Problem, ...] = ()
    locked: Said | None = None
    locked_by: str | None = None


def resolve(rule: Rule, tiers: Iterable[Tier]) -> Resolved:
    """The rule, as its pack gives it, taken down the chain. The order of settings inside a tier does not matter."""
    walk = _Walk(rule)
    for tier in tiers:
        if tier.settings:
            walk.take(tier)
    return walk.resolved()


def built_in_value(rule: Rule, key: str) -> Any:
    """What the rule's pack gives. `rule` is as its pack gives it."""
    if key in (SEVERITY, MODE):
        return getattr(rule, key)
    parameter = rule.parameter(key.removeprefix(PARAMS))
    return parameter.default if parameter else None


def spotted(said: Said, code: str, what: str, hint: str = "") -> Problem:
    """A mistake at the place of that value."""
    return replace(said.spot, code=code, what=what, help=hint)


def shown(value: Any) -> str:
    """A value for people: exact, without trailing zeros."""
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if isinstance(value, Decimal) else str(value)


class _Walk:
    """The state on the way down."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.keys = [*(PARAMS + p.name for p in rule.parameters), SEVERITY, MODE]
        self.values: dict[str, tuple[Any, str]] = {k: (built_in_value(rule, k), "built-in") for k in self.keys}
        self.rooms: dict[tuple[str, str], list[Said]] = {}
        self.locked: Said | None = None
        self.locked_by: str | None = None
        self.steps: list[Step] = []
        self.refused: list[Problem] = []

    def take(self, tier: Tier) -> None:
        for key in self.keys:
            chosen = self._chosen(key, tier)
            if chosen is not None:
                self._set(key, chosen, tier)
        for key in self.keys:
            self._give_room(key, tier)
        locks = sorted((s.locked for s in tier.settings if s.locked), key=lambda said: said.origin)
        if locks and self.locked is None:
            self.locked, self.locked_by = locks[0], tier.title
            self.steps.append(Step("", tier.title, None, locks[0].origin, "locked"))

    def resolved(self) -> Resolved:
        parameters = []
        for p in self.rule.parameters:
            value, origin = self.values[PARAMS + p.name]
            parameters.append(replace(p, value=value, origin=origin))
        severity, mode = self.values[SEVERITY], self.values[MODE]
        rule = replace(
            self.rule,
            parameters=tuple(parameters),
            severity=severity[0],
            severity_origin=severity[1],
            mode=mode[0],
            mode_origin=mode[1],
        )
        return Resolved(rule, tuple(self.steps), tuple(self.refused), self.locked, self.locked_by)

    def _chosen(self, key: str, tier: Tier) -> tuple[Said, str | None] | None:
        """The most specific value of a tier; of several equally specific ones the strictest, and that is told."""
        found = [(s.values[key], s) for s in tier.settings if key in s.values]
        if not found:
            return None
        most = max(setting.specificity for _, setting in found)
        best = sorted(
            ((said, s.reason) for said, s in found if s.specificity == most), key=lambda pair: _place(pair[0].spot)
        )
        first = best[0]
        if all(said.value == first[0].value for said, _ in best):
            return first
        strictest = first
        for pair in best[1:]:
            if is_stricter(self.rule, key, pair[0].value, strictest[0].value):
                strictest = pair
        ranked = all(
            said.value == strictest[0].value or is_stricter(self.rule, key, strictest[0].value, said.value)
            for said, _ in best
        )
        others = ", ".join(f"{shown(said.value)} ({said.origin})" for said, _ in best)
        kept = "the strictest counts" if ranked else "none of them counts"
        several = f"several values for the same projects: {others}; {kept}"
        self.steps.append(Step(key, tier.title, None, "", "conflict", several))
        name = key.removeprefix(PARAMS)
        what = f"{tier.title} sets `{name}` of rule {self.rule.id} to several values for the same projects: {others}"
        self.refused.append(spotted(best[-1][0], "R303", f"{what}; {kept}", "make their `select` exclude one another"))
        return strictest if ranked else None

    def _set(self, key: str, chosen: tuple[Said, str | None], tier: Tier) -> None:
        said, reason = chosen
        current, _ = self.values[key]
        why = "" if tier.level == "organisation" else self._why_not(key, said, current, tier)
        if said.value == current:
            verdict: Verdict = "same"
        elif why:
            verdict = "refused"
        else:
            verdict = "set"
            self.values[key] = (said.value, said.origin)
        self.steps.append(Step(key, tier.title, said.value, said.origin, verdict, why, reason))
        if verdict == "refused":
            name = key.removeprefix(PARAMS)
            code = "R307" if self.locked else "R306"
            what = f"`{name}` = {shown(said.value)} of rule {self.rule.id} is not taken at {tier.title}: {why}"
            hint = f"{shown(current)} stays ({self.values[key][1]}); ask for room above, or for a waiver"
            self.refused.append(spotted(said, code, what, hint))

    def _why_not(self, key: str, said: Said, current: Any, tier: Tier) -> str:
        """Why a value below the organisation is not taken; empty where it is."""
        if not is_looser(self.rule, key, said.value, current):
            return ""
        if self.locked is not None:
            return f"{self.locked_by} locks the rule ({self.locked.origin})"
        rooms = self.rooms.get((key, tier.level), [])
        if any(not is_looser(self.rule, key, said.value, room.value) for room in rooms):
            return ""
        if rooms:
            told = ", ".join(f"{shown(room.value)} ({room.origin})" for room in rooms)
            return f"the room for level {tier.level} ends at {told}"
        return f"it is looser than {shown(current)}, and no level above gives room to level {tier.level}"

    def _give_room(self, key: str, tier: Tier) -> None:
        """Rooms of a tier: the more specific ones, of equal ones the stricter. Below the organisation nobody gives more
        than they have."""
        given: dict[str, list[tuple[int, Room]]] = {}
        for setting in tier.settings:
            for room in setting.rooms:
                if room.key == key:
                    given.setdefault(room.level, []).append((setting.specificity, room))
        for level in sorted(given):
            most = max(specificity for specificity, _ in given[level])
            best = sorted(
                (r for specificity, r in given[level] if specificity == most), key=lambda r: _place(r.said.spot)
            )
            chosen = best[0].said
            for room in best[1:]:
                chosen = room.said if is_stricter(self.rule, key, room.said.value, chosen.value) else chosen
            self._give(key, level, chosen, tier)

    def _give(self, key: str, level: str, said: Said, tier: Tier) -> None:
        if tier.level != "organisation":
            have = [self.values[key][0]]
            have += [] if self.locked else [
                room.value for place in (tier.level, level) for room in self.rooms.get((key, place), [])
            ]  # fmt: skip
            if all(is_looser(self.rule, key, said.value, value) for value in have):
                most = loosest(self.rule, key, *have)
                why = f"it has no more room itself than {shown(most)}"
                limit = f"{shown(said.value)} for `{key.removeprefix(PARAMS)}` of rule {self.rule.id}"
                what = f"{tier.title} cannot give room up to {limit}: {why}"
                self.refused.append(spotted(said, "R308", what, "ask for room above"))
                self.steps.append(Step(key, tier.title, said.value, said.origin, "refused", f"as room: {why}"))
                return
        self.rooms[key, level] = [said]
        self.steps.append(Step(key, tier.title, said.value, said.origin, "room", f"for level {level}"))


def _place(spot: Problem) -> tuple[str, int, int]:
    return spot.file, spot.line, spot.column


def values_of(rule: Rule) -> Mapping[str, tuple[Any, str]]:
    """Each key of a rule in force, with its value and origin."""
    found: dict[str, tuple[Any, str]] = {PARAMS + p.name: (p.value, p.origin) for p in rule.parameters}
    return {**found, SEVERITY: (rule.severity, rule.severity_origin), MODE: (rule.mode, rule.mode_origin)}
