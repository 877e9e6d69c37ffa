"""What the projects and people that tables name are here: found by key, id or name, never made up.

A table of people's own (a budget, a list of rates) names a project by the PMO's key, by a tracker's key, or by a plan's
name or GUID; a person by e-mail or name. Its rows carry those words as an id of their own, and this says to which
initiative or person the id leads. Rows whose words mean nothing stay stored, out of every view, until they do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portfolio.located_toml import suggest
from portfolio.ports import Row, Store
from sync.doubled import Doubled
from sync.fitting import utc
from sync.initiatives import Group
from sync.people import People
from sync.similarity import normalised

_MOST_HINTS = 100
"""References that are compared with everything known, for a suggestion: each takes as long as there are words."""
STREAM = "references"
"""Under which stream a rejection of a reference is kept: no connector has one of that name."""
_MATCHED_BY = ("key", "native_id", "email", "name")


@dataclass(frozen=True)
class Unknown:
    """A reference that leads nowhere, or in a circle. `id` is that of its row in `reference`, or in `org_unit`."""

    id: str
    source: str
    kind: str
    origin: str
    what: str

    @property
    def code(self) -> str:
        """Under which it is kept among the rejections."""
        return "reference.unit_in_itself" if self.kind == "unit" else f"reference.unknown_{self.kind}"


class Meanings:
    """Words, by how they name something, best first: each leads to one target or to several."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._ways: dict[str, dict[str, set[str]]] = {way: {} for way in _MATCHED_BY}
        self._shown: dict[str, str] = {}
        self._spoken: set[str] = set()

    def learn(self, way: str, word: Any, target: str, shown: str) -> None:
        """`word` names that target, which people know as `shown`."""
        if isinstance(word, str) and word.strip():
            self._ways[way].setdefault(_folded(way, word), set()).add(target)
            self._shown[target] = shown
            self._spoken.add(word.strip())

    def find(self, reference: str, *, hint: bool = True) -> tuple[str, str] | str:
        """The target and what told, or what is wrong with the reference; with a suggestion where one is asked for."""
        for way, words in self._ways.items():
            found = words.get(_folded(way, reference), set())
            if len(found) == 1:
                return next(iter(found)), way
            if found:
                named = ", ".join(sorted(f"`{self._shown[target]}`" for target in found))
                return f"`{reference}` names several {self._what}: {named}"
        close = suggest(reference, sorted(self._spoken)) if hint else ""
        return f"`{reference}` is none of the {self._what} known here" + (f"; {close}" if close else "")


def projects_by_word(groups: Sequence[Group]) -> Meanings:
    """How initiatives are named: by their key, by key and id of their projects, and by name."""
    known = Meanings("projects")
    for group in groups:
        known.learn("key", group.key, group.id, group.key)
        known.learn("name", group.shown_name(), group.id, group.key)
    taken = {group.key.casefold() for group in groups}
    for group in groups:
        for row, _ in group.members:
            key = row.get("key")
            if isinstance(key, str) and key.casefold() not in taken:  # the PMO's key outranks a tool's
                known.learn("key", key, group.id, group.key)
            for word in (row["id"], row["native_id"], f"{row['source']}:{key}", f"{row['source']}:{row['native_id']}"):
                known.learn("native_id", word, group.id, group.key)
            known.learn("name", row.get("name"), group.id, group.key)
    return known


def people_by_word(people: People, accounts: Sequence[Row]) -> Meanings:
    """How people are named: by e-mail, by a login's id, and by name."""
    known = Meanings("people")
    owner = {row["account_id"]: row["person_id"] for row in people.accounts}
    shown = {row["id"]: row["email"] or str(row["id"]).removeprefix("person:") for row in people.persons}
    for row in accounts:
        person = owner.get(row["id"])
        if person is not None:
            known.learn("email", row.get("email"), person, shown[person])
            for word in (row["id"], row["native_id"], f"{row['source']}:{row['native_id']}"):
                known.learn("native_id", word, person, shown[person])
            known.learn("name", row.get("name"), person, shown[person])
    return known


def meanings(references: Iterable[Row], known: Mapping[str, Meanings]) -> tuple[list[dict[str, Any]], list[Unknown]]:
    """Rows of `reference_match`, and the references that lead nowhere. `known` is by kind."""
    rows: dict[str, dict[str, Any]] = {}
    unknown: list[Unknown] = []
    for row in sorted(references, key=lambda r: str(r["id"])):
        if row.get("deleted_at") is not None:
            continue
        found = known[row["kind"]].find(row["reference"], hint=len(unknown) < _MOST_HINTS)
        target, how = (None, None) if isinstance(found, str) else found
        match = {"id": row["refers_as"], "source": row["source"], "kind": row["kind"]}
        rows[row["refers_as"]] = {**match, "target_id": target, "matched_by": how}
        if isinstance(found, str):
            uses = row["uses"] or 1
            waiting = f"{uses} row{'s' if uses != 1 else ''} of it {'wait' if uses != 1 else 'waits'} until it is"
            what = f"{row['place']}: {found}; {waiting}"
            unknown.append(Unknown(row["id"], row["source"], row["kind"], row["origin"] or "", what))
    return [rows[name] for name in sorted(rows)], unknown


def tell(store: Store, found: Sequence[Unknown | Doubled], as_of: datetime) -> None:
    """Keep references that lead nowhere, and rows that are one record, among the rejections, in place of those from
    before."""
    before = store.rows("SELECT * FROM rejection")
    told = {row["native_id"]: row for row in before if row["stream"] == STREAM}
    now = {
        one.id: {
            "source": one.source,
            "stream": STREAM,
            "partition": one.origin,
            "native_id": one.id,
            "code": one.code,
            "reason": one.what,
            "body": None,
            "first_seen_at": told[one.id]["first_seen_at"] if one.id in told else utc(as_of),
        }
        for one in found
    }
    if now != told:
        kept = [row for row in before if row["stream"] != STREAM]
        store.put({"rejection": [*kept, *now.values()]}, replace=["rejection"])


def _folded(way: str, word: str) -> str:
    """As it is compared: names whatever the order of their words, GUIDs without braces."""
    if way == "name":
        return normalised(word)
    source, colon, native = word.strip().rpartition(":")
    return f"{source}{colon}{native.strip('{} ')}".casefold()
