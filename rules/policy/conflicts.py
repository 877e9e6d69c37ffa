"""What is wrong in policy files whatever the data says: the same thing set twice, and values that can have no room.

A value is held against everything that could make room for it; what still may be right is decided for each project.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from portfolio.errors import Problem
from rules.policy.model import PARAMS, Policy, Said, Setting, Unit, folded, origin_of
from rules.policy.order import is_looser, loosest
from rules.policy.resolve import built_in_value, shown, spotted
from rules.ruleset import Rule


def conflicts(policy: Policy, *, is_whole: bool = True) -> Iterator[Problem]:
    """Mistakes that need no data to be seen. Of a policy that is not whole, room may be missing that is only misspelt:
    then nothing is said of room."""
    by_rule: dict[str, list[Setting]] = defaultdict(list)
    for setting in policy.settings:
        by_rule[setting.rule_id].append(setting)
    for rule_id, settings in by_rule.items():
        yield from _set_twice(rule_id, settings)
        if is_whole:
            yield from _without_room(policy.rules[rule_id], settings)
    yield from _circles(policy.units)


def _set_twice(rule_id: str, settings: Sequence[Setting]) -> Iterator[Problem]:
    """Two settings of one unit say the same key for the same projects, and neither is the more specific one."""
    seen: dict[tuple[str, str, str, int], list[tuple[Setting, Said]]] = defaultdict(list)
    for setting in settings:
        for what, said in _everything(setting):
            place = (setting.unit.level, setting.unit.word, what, setting.specificity)
            for other, before in seen[place]:
                if _always_both(setting, other):
                    told = f"{what} of rule {rule_id} is set twice at {setting.unit.title}"
                    hint = f"it is set in {before.origin} already"
                    yield spotted(said, "R303", told, hint)
                    break
            seen[place].append((setting, said))


def _everything(setting: Setting) -> Iterator[tuple[str, Said]]:
    for key, said in setting.values.items():
        yield f"`{key.removeprefix(PARAMS)}`", said
    for room in setting.rooms:
        yield f"the room of level {room.level} for `{room.key.removeprefix(PARAMS)}`", room.said


def _always_both(a: Setting, b: Setting) -> bool:
    """There is no telling them apart by the projects that they select."""
    if a.select is None or b.select is None:
        return True
    return a.select.sql == b.select.sql


def _without_room(rule: Rule, settings: Sequence[Setting]) -> Iterator[Problem]:
    """Values below the organisation that are looser than anything that a level above could give or leave."""
    for setting in settings:
        if setting.unit.level == "organisation":
            continue
        above = [s for s in settings if _may_stand_above(s.unit, setting.unit)]
        for key, said in setting.values.items():
            left = _left_by(rule, key, above)
            lock, name = _lock_of_all(settings), key.removeprefix(PARAMS)
            if not all(is_looser(rule, key, said.value, value) for value in left):
                continue
            if lock is not None:
                what = f"rule {rule.id} is locked in {lock.origin}: `{name}` cannot be loosened to {shown(said.value)}"
                yield spotted(said, "R307", what, "ask for a waiver, or have it unlocked")
                continue
            rooms = [r.said for s in above for r in s.rooms if r.key == key and r.level == setting.unit.level]
            if not any(not is_looser(rule, key, said.value, r.value) for r in rooms):
                most = f"{shown(loosest(rule, key, *left))}, which is in force above for rule {rule.id}"
                what = f"`{name}` = {shown(said.value)} is looser than {most}"
                yield spotted(said, "R306", what, _room_ends(rooms, setting.unit))


def _room_ends(rooms: Sequence[Said], unit: Unit) -> str:
    """What to do about a value without room."""
    if not rooms:
        return f"a level above gives room with loosen_until = {{ {unit.level} = ... }}; else ask for a waiver"
    ends = sorted(f"{shown(room.value)} ({room.origin})" for room in rooms)
    return f"the room for level {unit.level} ends at {', '.join(ends)}"


def _left_by(rule: Rule, key: str, above: Iterable[Setting]) -> list[object]:
    """Every value that may be in force just above: what the organisation sets, else the built-in one, and the values
    that levels between set."""
    values: list[object] = [s.values[key].value for s in above if key in s.values]
    fixed = any(s.unit.level == "organisation" and key in s.values and s.select is None for s in above)
    return values if fixed else [built_in_value(rule, key), *values]


def _lock_of_all(settings: Iterable[Setting]) -> Said | None:
    """A lock of the organisation that holds for every project."""
    locks = (s.locked for s in settings if s.locked and s.unit.level == "organisation" and s.select is None)
    return next(locks, None)


def _may_stand_above(upper: Unit, lower: Unit) -> bool:
    """Departments lie in one another; so may programmes."""
    if upper.depth != lower.depth:
        return upper.depth < lower.depth
    return upper.level in ("department", "programme") and upper.word != lower.word


def _circles(units: Sequence[Unit]) -> Iterator[Problem]:
    """Departments whose `parent` leads back to themselves, and those that lie in two others."""
    parents: dict[str, Unit] = {}
    for unit in units:
        if unit.parent is None:
            continue
        before = parents.setdefault(unit.word, unit)
        if folded(before.parent or "") != folded(unit.parent):
            what = f"department {unit.name} lies in {unit.parent} here, and in {before.parent} elsewhere"
            yield _at(unit, what, f"see {origin_of(before.spot)}")
    for unit in parents.values():
        seen, word = {unit.word}, folded(unit.parent or "")
        while word in parents and word not in seen:
            seen.add(word)
            word = folded(parents[word].parent or "")
        if word == unit.word:
            yield _at(unit, f"department {unit.name} lies in itself: its `parent` leads back to it", "")


def _at(unit: Unit, what: str, hint: str) -> Problem:
    return spotted(Said(None, unit.spot), "R309", what, hint)
