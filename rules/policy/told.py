"""What is in force for a project and why: plain data and text lines; printing is the caller's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.ports import Reader
from rules.policy.force import Book, organisation_tier
from rules.policy.model import PARAMS, Policy, folded, origin_of
from rules.policy.places import Place, read_other_places
from rules.policy.resolve import Resolved, Step, built_in_value, resolve, shown, values_of
from rules.ruleset import Parameter, Rule, RuleSet

_VERDICTS = {"set": "", "same": "says the same", "room": "gives room", "locked": "locks the rule"}


@dataclass(frozen=True)
class KeyTold:
    """One parameter, the severity or the mode: what is in force, where from, and what was done to it on the way."""

    name: str
    value: Any
    origin: str
    built_in: Any
    parameter: Parameter | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class RuleTold:
    """One rule as it is in force."""

    rule: Rule
    title: str
    locked: tuple[str, str] | None
    keys: tuple[KeyTold, ...]
    refused: tuple[str, ...]

    @property
    def is_touched(self) -> bool:
        """Policy says something of it, be it that it is to stay as its pack gives it."""
        return bool(self.locked or any(key.steps for key in self.keys))


@dataclass(frozen=True)
class PolicyTold:
    """What is in force for one project, department or programme; where none is named for the organisation as a whole.

    `unit` is the kind and name of a department or a programme.

    `waiting` are policies that are not in force yet: title, place, first day.
    """

    project: str | None
    chain: tuple[str, ...]
    day: date
    rules: tuple[RuleTold, ...]
    waiting: tuple[tuple[str, str, date], ...]
    unit: tuple[str, str] | None = None

    def lines(self) -> list[str]:
        """As text."""
        about = f"project {self.project}" if self.project else "every project, as the organisation sets it"
        about = " ".join(self.unit) if self.unit else about
        lines = [f"policy of {self.day} for {about}", f"  decided by  {' > '.join(self.chain)}"]
        for told in self.rules:
            lines += ["", *_rule_lines(told)]
        if not self.rules:
            lines += ["", "  every rule is as its pack gives it"]
        if self.waiting:
            lines += ["", "  not in force yet"]
            lines += [f"    from {day}  {title}  ({place})" for title, place, day in self.waiting]
        return lines

    def as_plain(self) -> dict[str, Any]:
        """For machines; amounts are exact texts."""
        return {
            "format": "plumbrule.policy/1",
            "project": self.project,
            "unit": {"kind": self.unit[0], "name": self.unit[1]} if self.unit else None,
            "day": self.day,
            "chain": list(self.chain),
            "rules": [_plain_rule(told) for told in self.rules],
            "waiting": [{"unit": unit, "origin": place, "from": day} for unit, place, day in self.waiting],
        }


def policy_told(
    ruleset: RuleSet, day: date, reader: Reader | None = None, project: str | None = None, rule: str | None = None
) -> PolicyTold:
    """What is in force on that day. Without a rule: all of which policy says something.

    `reader` reads a published snapshot, and is needed where a project is named. Raises ConfigurationError for a project
    or a rule that is none.
    """
    policy = ruleset.policy or Policy({r.id: r for r in ruleset.known})
    chosen = _chosen(policy, rule)
    if project is not None and reader is not None:
        book = Book(policy, reader, day)
        place = _project_called(book.places, project)
        chain, shown_rules = _at(ruleset, book, place, chosen, rule)
        return PolicyTold(place.key, chain, day, shown_rules, _waiting(policy, day))
    tiers = {rule_id: organisation_tier(policy, rule_id, day) for rule_id in chosen}
    found = [_told(ruleset, policy, resolve(policy.rules[i], [tier])) for i, tier in tiers.items()]
    shown_rules = tuple(told for told in found if rule is not None or told.is_touched)
    return PolicyTold(None, ("organisation",), day, shown_rules, _waiting(policy, day))


def unit_policy_told(
    ruleset: RuleSet, day: date, reader: Reader, unit: tuple[str, str], rule: str | None = None
) -> PolicyTold:
    """The same for a department or a programme, by its kind and its key or name: of the rules that judge such units.

    Raises ConfigurationError for a unit or a rule that is none.
    """
    policy = ruleset.policy or Policy({r.id: r for r in ruleset.known})
    chosen = [rule_id for rule_id in _chosen(policy, rule) if policy.rules[rule_id].subject == unit[0]]
    place = _unit_called(read_other_places(reader, unit[0]), *unit)
    chain, shown_rules = _at(ruleset, Book(policy, reader, day), place, chosen, rule)
    return PolicyTold(None, chain, day, shown_rules, _waiting(policy, day), (unit[0], place.key))


def _chosen(policy: Policy, rule: str | None) -> list[str]:
    return sorted(policy.rules) if rule is None else [_rule_called(policy, rule)]


def _at(
    ruleset: RuleSet, book: Book, place: Place, chosen: Sequence[str], rule: str | None
) -> tuple[tuple[str, ...], tuple[RuleTold, ...]]:
    """Who decides at a place, and the rules there: those of which policy says something, or the one that is named."""
    found = [_told(ruleset, book.policy, book.resolved(rule_id, place)) for rule_id in chosen]
    chain = ("organisation", *(f"{spot.level} {spot.name}" for spot in place.spots))
    return chain, tuple(told for told in found if rule is not None or told.is_touched)


def _waiting(policy: Policy, day: date) -> tuple[tuple[str, str, date], ...]:
    return tuple(
        (unit.title, origin_of(unit.spot), unit.effective_from)
        for unit in policy.units
        if unit.effective_from and not unit.in_force(day)
    )


def _told(ruleset: RuleSet, policy: Policy, found: Resolved) -> RuleTold:
    built_in = policy.rules[found.rule.id]
    keys = []
    for key, (value, origin) in values_of(found.rule).items():
        parameter = found.rule.parameter(key.removeprefix(PARAMS)) if key.startswith(PARAMS) else None
        steps = tuple(step for step in found.steps if step.key == key)
        keys.append(KeyTold(key.removeprefix(PARAMS), value, origin, built_in_value(built_in, key), parameter, steps))
    locked = (found.locked_by or "", found.locked.origin) if found.locked else None
    title = found.rule.title.said_in(ruleset.language)
    return RuleTold(found.rule, title, locked, tuple(keys), tuple(p.what for p in found.refused))


def _rule_lines(told: RuleTold) -> Iterator[str]:
    yield f"{told.rule.id}  {told.title}"
    width = max(len(key.name) for key in told.keys)
    for key in told.keys:
        changed = key.origin != "built-in"
        built_in = f", built-in {shown(key.built_in)}" if changed else ""
        yield f"  {key.name:<{width}} = {shown(key.value)}  ({key.origin}{built_in}{_bounds(key.parameter)})"
        yield from (f"  {'':<{width}}   - {line}" for line in _step_lines(key.steps))
    if told.locked:
        unit, place = told.locked
        yield f"  locked by {unit} ({place}): no level below loosens it or switches it off"


def _step_lines(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if step.verdict == "conflict":
            yield f"{step.unit}  {step.why}"
            continue
        reason = f': "{step.reason}"' if step.reason else ""
        if step.verdict == "refused":
            how = f"not taken: {step.why}"
        elif step.verdict == "room":
            how = f"gives room {step.why}"
        else:
            how = _VERDICTS[step.verdict]
        yield "  ".join(filter(None, (step.unit, shown(step.value), f"({step.origin})", how))) + reason


def _bounds(parameter: Parameter | None) -> str:
    if parameter is None:
        return ""
    low, high = parameter.minimum, parameter.maximum
    told = f", from {shown(low)}" if low is not None else ""
    told += f" up to {shown(high)}" if high is not None else ""
    return told + (f", stricter is {parameter.stricter}" if parameter.stricter else "")


def _plain_rule(told: RuleTold) -> dict[str, Any]:
    return {
        "rule": told.rule.id,
        "title": told.title,
        "locked": {"by": told.locked[0], "origin": told.locked[1]} if told.locked else None,
        "keys": {key.name if key.parameter is None else f"params.{key.name}": _plain_key(key) for key in told.keys},
        "refused": list(told.refused),
    }


def _plain_key(key: KeyTold) -> dict[str, Any]:
    bounds = key.parameter
    steps = [
        {"unit": s.unit, "value": s.value, "origin": s.origin, "verdict": s.verdict, "why": s.why or None,
         "reason": s.reason}
        for s in key.steps
    ]  # fmt: skip
    return {
        "value": key.value,
        "origin": key.origin,
        "built_in": key.built_in,
        "minimum": bounds.minimum if bounds else None,
        "maximum": bounds.maximum if bounds else None,
        "stricter": bounds.stricter if bounds else None,
        "steps": steps,
    }


def _rule_called(policy: Policy, name: str) -> str:
    if name.upper() in policy.rules:
        return name.upper()
    remedy = suggest(name.upper(), policy.rules) or "see docs/rules.md for all rules"
    raise ConfigurationError(f"there is no rule `{name}`", code="rules.unknown_rule", remedy=remedy)


def _unit_called(places: Sequence[Place], kind: str, name: str) -> Place:
    found = [p for p in places if folded(name) in (folded(p.key), folded(p.subject_id))]
    if len(found) != 1:
        what = f"{len(found)} {kind}s are called `{name}`" if found else f"there is no {kind} `{name}`"
        remedy = suggest(name, [p.key for p in places]) or "name it by its key"
        raise ConfigurationError(what, code="rules.unknown_subject", remedy=remedy)
    return found[0]


def _project_called(places: Sequence[Place], name: str) -> Place:
    found = next((p for p in places if folded(name) in (folded(p.key), folded(p.subject_id))), None)
    if found is None:
        remedy = suggest(name, [p.key for p in places]) or "name it by its key"
        raise ConfigurationError(f"there is no project `{name}`", code="rules.unknown_project", remedy=remedy)
    return found
