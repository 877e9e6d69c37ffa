"""Where each project lies: its departments from the top to the leaf, its programmes, itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.model.subjects import SUBJECTS
from portfolio.ports import Reader
from rules.policy.model import Unit, folded

Row = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Spot:
    """A unit that a project lies in, by every word that it is known by; the first one is its key."""

    level: str
    words: tuple[str, ...]
    name: str
    owner: str | None = None
    pmo_level: str | None = None

    def is_called(self, unit: Unit) -> bool:
        """That policy is about this unit."""
        return unit.level == self.level and unit.word in self.words


@dataclass(frozen=True)
class Place:
    """One subject, and the units that it lies in, from the top down; a project or a unit is the last one itself.

    A person, and the organisation, lie in none: for them counts what the organisation sets.
    """

    subject_id: str
    key: str
    spots: tuple[Spot, ...]


def read_places(reader: Reader, units: Iterable[Unit]) -> tuple[Place, ...]:
    """The place of every project of a snapshot, by project id.

    The org tree tells what lies in what (view `project_units`); where it does not know a department, the `parent` of
    policy files does, and at least the stated words are a unit.
    """
    parents = {unit.word: unit.parent for unit in units if unit.level == "department" and unit.parent}
    names = {unit.word: unit.name or "" for unit in units if unit.level == "department"}
    above: dict[tuple[str, str], list[Row]] = defaultdict(list)
    sql = "SELECT * FROM project_units WHERE unit_key IS NOT NULL ORDER BY project_id, stated_as, depth DESC"
    for row in reader.rows(sql):
        above[row["project_id"], row["stated_as"]].append(row)
    found = []
    for row in reader.rows("SELECT project_id, key, department, programme FROM projects ORDER BY project_id"):
        number = row["project_id"]
        departments = [s for s in _from_tree(above[number, "department"]) if s.level == "department"]
        over_programme = list(_from_tree(above[number, "programme"]))
        programmes = [s for s in over_programme if s.level == "programme"]
        if not departments and row["department"]:
            departments = _from_words(row["department"], parents, names)
        if not departments:  # only a programme is stated, and the tree tells whose it is
            departments = [s for s in over_programme if s.level == "department"]
        if not programmes and row["programme"]:
            programmes = [_stated("programme", row["programme"])]
        own = Spot("project", tuple(dict.fromkeys((folded(row["key"]), folded(number)))), row["key"])
        found.append(Place(number, row["key"], (*departments, *programmes, own)))
    return tuple(found)


def read_other_places(reader: Reader, kind: str) -> tuple[Place, ...]:
    """The place of every subject of that kind, which is not that of projects, in the order of their ids."""
    by = SUBJECTS[kind]
    rows = reader.rows(f"SELECT * FROM {by.view} ORDER BY {by.key}")  # noqa: S608 - declared names
    if kind not in ("department", "programme"):
        return tuple(Place(row[by.key], row["name"] or row[by.key], ()) for row in rows)
    departments = rows if kind == "department" else reader.rows("SELECT * FROM departments ORDER BY department_id")
    units = {row["department_id"]: row for row in departments}
    found = []
    for row in rows:
        above: list[Spot] = []
        parent = row["parent_id"]
        while parent in units and len(above) < len(units):
            above.append(_unit_spot("department", parent, units[parent]["name"]))
            parent = units[parent]["parent_id"]
        own = _unit_spot(kind, row[by.key], row["name"])
        found.append(Place(row[by.key], row["name"], (*reversed(above), own)))
    return tuple(found)


def _unit_spot(level: str, number: str, name: str) -> Spot:
    return Spot(level, tuple(dict.fromkeys((folded(number), folded(name)))), name)


def _from_tree(rows: Iterable[Row]) -> Iterator[Spot]:
    """Units of the tree, each once, from the top down."""
    seen = set()
    for row in rows:
        if row["unit_kind"] in ("department", "programme") and row["unit_key"] not in seen:
            seen.add(row["unit_key"])
            words = [folded(w) for w in (row["unit_key"], row["unit_name"]) if w]
            words += [folded(row["stated"])] if row["depth"] == 0 else []
            name = row["unit_name"] or row["unit_key"]
            yield Spot(row["unit_kind"], tuple(dict.fromkeys(words)), name, row["owner_name"], row["pmo_level"])


def _from_words(stated: str, parents: Mapping[str, str], names: Mapping[str, str]) -> list[Spot]:
    """A department by the words of the tools, below those that policy files name as its parents."""
    chain, name = [stated], stated
    while (parent := parents.get(folded(name))) and folded(parent) not in {folded(n) for n in chain}:
        name = names.get(folded(parent), parent)
        chain.append(name)
    return [_stated("department", name) for name in reversed(chain)]


def _stated(level: str, name: str) -> Spot:
    return Spot(level, (folded(name),), name.strip())
