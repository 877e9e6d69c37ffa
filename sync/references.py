"""How a configuration names projects and logins, and what to say when it names none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portfolio.located_toml import suggest
from portfolio.ports import Row

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class InitiativeSetting:
    """Source projects that the admin declares to be one initiative, as `<source>:<key, name or native id>`.

    Those in `supersedes` were taken over by the others: their tasks are history.
    """

    key: str
    projects: tuple[str, ...]
    name: str | None = None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MatchSettings:
    """What the admin joined by hand. `people`: lists of e-mail addresses or `<source>:<native id>` of one human.

    `history`: sources whose plans are history wherever another plan of their initiative is there.
    """

    initiatives: tuple[InitiativeSetting, ...] = ()
    people: tuple[tuple[str, ...], ...] = ()
    history: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class MatchProblem:
    """A setting that does not fit what was pulled. `steps` is its path in the settings file."""

    steps: Steps
    code: str
    what: str
    help: str = ""


class Directory:
    """Finds rows by the words that people use for them: id, native id, key or name, in this order."""

    def __init__(self, rows: Sequence[Row], what: str) -> None:
        self._what = what
        self._sources = sorted({row["source"] for row in rows})
        self._exact: dict[str, list[Row]] = {}
        self._by_key: dict[str, list[Row]] = {}
        self._by_name: dict[str, list[Row]] = {}
        for row in rows:
            self._exact.setdefault(row["id"], []).append(row)
            self._exact.setdefault(f"{row['source']}:{row['native_id']}", []).append(row)
            for index, word in ((self._by_key, row.get("key")), (self._by_name, row.get("name"))):
                if word:
                    index.setdefault(f"{row['source']}:{word}".casefold(), []).append(row)
        self._known = sorted({f"{r['source']}:{r.get('key') or r.get('name') or r['native_id']}" for r in rows})

    def find(self, reference: str, steps: Steps) -> Row | MatchProblem:
        """The one row meant, or what is wrong with the reference."""
        folded = reference.casefold()
        for found in (self._exact.get(reference), self._by_key.get(folded), self._by_name.get(folded)):
            if found and len({row["id"] for row in found}) > 1:
                ids = ", ".join(sorted(f"`{row['source']}:{row['native_id']}`" for row in found))
                what = f"`{reference}` is the name of several {self._what}s"
                return MatchProblem(steps, "match.ambiguous", what, f"name it by its native id: {ids}")
            if found:
                return found[0]
        return self._missing(reference, steps)

    def _missing(self, reference: str, steps: Steps) -> MatchProblem:
        source, separator, _ = reference.partition(":")
        if not separator:
            hint = f"write it as `<source>:<key>`, for instance `{self._known[0]}`" if self._known else ""
            return MatchProblem(steps, "match.reference", f"`{reference}` does not say which source it is in", hint)
        if source not in self._sources:
            hint = suggest(source, self._sources) or f"nothing was pulled from a source of that name: {self._listed()}"
            return MatchProblem(
                steps, "match.unknown_source", f"source `{source}` of `{reference}` has no {self._what}s", hint
            )
        hint = suggest(reference, [*self._known, *self._names(source)])
        return MatchProblem(steps, "match.unknown", f"there is no {self._what} `{reference}`", hint)

    def _names(self, source: str) -> Iterable[str]:
        rows = {row["id"]: row for found in self._exact.values() for row in found if row["source"] == source}
        return (f"{source}:{row['name']}" for row in rows.values() if row.get("name"))

    def _listed(self) -> str:
        return f"there is {', '.join(self._sources)}" if self._sources else "nothing was pulled at all"


def text_of(row: Mapping[str, object], column: str) -> str | None:
    """A text without outer blanks; empty is unknown."""
    value = row.get(column)
    return (value.strip() or None) if isinstance(value, str) else None
