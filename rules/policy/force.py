"""Policy put in force on a snapshot: each rule in as few variants as there are ways in which it is set."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from portfolio.errors import Problem, StoreError
from portfolio.located_toml import suggest
from portfolio.ports import Reader
from rules.policy.model import Policy, Said, Setting, Unit, folded
from rules.policy.places import Place, read_other_places, read_places
from rules.policy.resolve import Resolved, Tier, resolve, spotted
from rules.ruleset import Rule, RuleSet
from rules.variant import Variant, whole

_NAMED = 3


@dataclass(frozen=True)
class InForce:
    """What is evaluated, and what to tell about it.

    `off` are the subjects, by rule, for which a rule is off. `problems` are values that were not taken; `notes` are
    policies of units that no project lies in.
    """

    variants: tuple[Variant, ...]
    off: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    silent: tuple[Variant, ...] = ()
    """What is off, as it would be evaluated."""


def in_force(ruleset: RuleSet, reader: Reader, day: date) -> InForce:
    """The rules as policy has them on that day for the subjects of a snapshot. Raises StoreError."""
    policy = ruleset.policy
    if policy is None or not policy.units:
        return InForce(whole(ruleset.rules))
    book = Book(policy, reader, day)
    variants: list[Variant] = []
    silent: list[Variant] = []
    off: dict[str, frozenset[str]] = {}
    told: dict[Problem, list[str]] = defaultdict(list)
    for rule_id in sorted(policy.rules):
        found, without = _variants(book, rule_id, told)
        silent += [v for v in found if v.rule.mode == "off"]
        found = [v for v in found if v.rule.mode != "off"]
        variants += found
        if without and found:
            off[rule_id] = without
    problems = sorted([*book.broken, *_with_projects(told)])
    return InForce(tuple(variants), off, tuple(problems), tuple(sorted(book.notes())), tuple(silent))


def at_organisation(ruleset: RuleSet, day: date) -> RuleSet:
    """The rules as the organisation sets them for every project: what is said of a rule where no project is named."""
    policy = ruleset.policy
    if policy is None or not policy.units:
        return ruleset
    on: list[Rule] = []
    off: list[Rule] = []
    for rule_id in sorted(policy.rules):
        rule = resolve(policy.rules[rule_id], [organisation_tier(policy, rule_id, day)]).rule
        (off if rule.mode == "off" else on).append(rule)
    return replace(ruleset, rules=tuple(on), off=tuple(off))


class Book:
    """The policy of one day, and the projects of one snapshot: who is concerned by what."""

    def __init__(self, policy: Policy, reader: Reader, day: date) -> None:
        self.policy = policy
        self.day = day
        self._reader = reader
        self.places = read_places(reader, policy.units)
        self._places_of = {"project": self.places}
        self._by_rule: dict[str, list[Setting]] = defaultdict(list)
        for setting in policy.settings:
            if setting.unit.in_force(day):
                self._by_rule[setting.rule_id].append(setting)
        self.broken: list[Problem] = []
        self._selected = self._select(reader)

    def places_of(self, rule_id: str) -> tuple[Place, ...]:
        """Every subject of that rule."""
        kind = self.policy.rules[rule_id].subject
        if kind not in self._places_of:
            self._places_of[kind] = read_other_places(self._reader, kind)
        return self._places_of[kind]

    def tiers(self, rule_id: str, place: Place) -> tuple[Tier, ...]:
        """The chain of one rule for one subject, from the top down."""
        settings = self._by_rule.get(rule_id, ())
        ours = [s for s in settings if s.select is None or place.subject_id in self._selected[s.select.sql]]
        tiers = [Tier("organisation", "organisation", tuple(s for s in ours if s.unit.level == "organisation"))]
        for spot in place.spots:
            here = tuple(s for s in ours if spot.is_called(s.unit))
            if here:
                tiers.append(Tier(spot.level, f"{spot.level} {spot.name}", here))
        return tuple(tiers)

    def everybody(self, rule_id: str) -> tuple[Tier, ...]:
        """The chain where no project is named."""
        return (organisation_tier(self.policy, rule_id, self.day),)

    def is_flat(self, rule_id: str) -> bool:
        """The rule is the same for every subject."""
        settings = self._by_rule.get(rule_id, ())
        return all(s.unit.level == "organisation" and s.select is None for s in settings)

    def resolved(self, rule_id: str, place: Place) -> Resolved:
        """The rule for one subject."""
        return resolve(self.policy.rules[rule_id], self.tiers(rule_id, place))

    def notes(self) -> Iterator[Problem]:
        """Policies of units that no project lies in: maybe misspelt."""
        known: dict[str, set[str]] = defaultdict(set)
        for place in self.places:
            for spot in place.spots:
                known[spot.level] |= set(spot.words)
        for unit in self.policy.units:
            if unit.name is None or unit.word in known[unit.level] or self._is_parent(unit):
                continue
            is_key = unit.level == "project"
            what = f"no project has the key `{unit.name}`" if is_key else f"no project lies in {unit.title}"
            hint = suggest(unit.word, known[unit.level]) or "its policy has no effect"
            yield spotted(Said(None, unit.spot), "R310", what, hint)

    def _select(self, reader: Reader) -> dict[str, frozenset[str]]:
        """The projects for which each `select` is true, by its SQL; one for which it is undecided is not selected."""
        found: dict[str, frozenset[str]] = {}
        for setting in self.policy.settings:
            select = setting.select
            if select is None or select.sql in found:
                continue
            bound = {"as_of": self.day} if "as_of" in select.parameters else {}
            sql = f"SELECT project_id FROM projects WHERE {select.sql}"  # noqa: S608 - from the compiler
            try:
                found[select.sql] = frozenset(row["project_id"] for row in reader.rows(sql, bound))
            except StoreError as error:
                found[select.sql] = frozenset()
                said = next(iter(setting.values.values()), None) or Said(None, setting.unit.spot)
                what = f"`select` = {select.text} could not be evaluated, and selects no project: {error.what}"
                self.broken.append(spotted(said, "R311", what))
        return found

    def _is_parent(self, unit: Unit) -> bool:
        """Departments lie in it: their files may be all that speaks of it."""
        return unit.level == "department" and any(folded(u.parent or "") == unit.word for u in self.policy.units)


def _variants(book: Book, rule_id: str, told: dict[Problem, list[str]]) -> tuple[list[Variant], frozenset[str]]:
    """The variants of one rule, also those that are off, and the subjects for which it is off."""
    everybody = resolve(book.policy.rules[rule_id], book.everybody(rule_id))
    for problem in everybody.refused:
        told[problem] += []
    if book.is_flat(rule_id):
        return [Variant(everybody.rule)], frozenset()
    by_rule: list[tuple[Rule, list[str]]] = []
    for tiers, places in _ways(book, rule_id):
        found = resolve(book.policy.rules[rule_id], tiers)
        for problem in found.refused:
            told[problem] += [place.key for place in places]
        ids = [place.subject_id for place in places]
        same = next((mine for rule, mine in by_rule if rule == found.rule), None)
        if same is None:
            by_rule.append((found.rule, ids))
        else:
            same += ids
    return _grouped(everybody.rule, by_rule)


def _ways(book: Book, rule_id: str) -> Iterable[tuple[tuple[Tier, ...], list[Place]]]:
    """The different chains of a rule, each with the subjects that have it."""
    ways: dict[tuple[object, ...], tuple[tuple[Tier, ...], list[Place]]] = {}
    for place in book.places_of(rule_id):
        tiers = book.tiers(rule_id, place)
        key = tuple((tier.title, tuple(map(id, tier.settings))) for tier in tiers)
        ways.setdefault(key, (tiers, []))[1].append(place)
    return ways.values()


def _grouped(everybody: Rule, by_rule: Sequence[tuple[Rule, list[str]]]) -> tuple[list[Variant], frozenset[str]]:
    """One variant a rule as it is set; the one for everybody also takes what is not of the list."""
    deviating = [(rule, frozenset(ids)) for rule, ids in by_rule if rule != everybody]
    others = frozenset().union(*(ids for _, ids in deviating))
    off = frozenset().union(*(ids for rule, ids in deviating if rule.mode == "off"))
    variants = [*(Variant(rule, ids) for rule, ids in deviating), Variant(everybody, without=others)]
    if everybody.mode == "off":
        off |= frozenset(i for rule, ids in by_rule if rule == everybody for i in ids)
    return sorted(variants, key=lambda v: (v.subjects is not None, sorted(v.subjects or ()))), off


def organisation_tier(policy: Policy, rule_id: str, day: date) -> Tier:
    """What the organisation sets for every project."""
    settings = (s for s in policy.of_rule(rule_id) if s.unit.level == "organisation" and s.select is None)
    return Tier("organisation", "organisation", tuple(s for s in settings if s.unit.in_force(day)))


def _with_projects(told: Mapping[Problem, Sequence[str]]) -> Iterator[Problem]:
    """Each mistake once, with the projects that it is about."""
    for problem, keys in told.items():
        names = sorted(set(keys))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        about = f" ({'project' if len(names) == 1 else 'projects'} {', '.join(names[:_NAMED])}{more})" if names else ""
        yield replace(problem, what=problem.what + about)
