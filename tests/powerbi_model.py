"""A reader of TMDL, as far as our own files need one, and measures as SQL over the Parquet files: for tests alone.

It knows indentation by tabs, objects, properties, expressions and descriptions. It is no judge of what Power BI takes:
nobody here can ask it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from reports.powerbi.measures import MEASURES
from reports.powerbi.star import STAR
from reports.powerbi.terms import Aggregate, Is, Quotient, Term

OBJECTS = ("database", "model", "table", "column", "measure", "partition", "relationship", "expression", "annotation")
_NAME = re.compile(r"'((?:[^']|'')*)'|([^\s=.:]+)")


@dataclass
class Thing:
    """An object of a model: what it is, its name, the expression after its equals sign, its properties and parts."""

    kind: str
    name: str
    value: str = ""
    doc: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    parts: list["Thing"] = field(default_factory=list)

    def all(self, kind: str) -> list["Thing"]:
        return [part for part in self.parts if part.kind == kind]


def unquoted(text: str) -> str:
    found = _NAME.fullmatch(text)
    assert found, text
    return found[2] if found[1] is None else found[1].replace("''", "'")


def reference(text: str) -> tuple[str, str]:
    """`'Work Item'.'Project Id'` as its two names."""
    found = re.fullmatch(rf"({_NAME.pattern})\.({_NAME.pattern})", text)
    assert found, text
    return unquoted(found[1]), unquoted(found[4])


def read_tmdl(text: str) -> list[Thing]:
    """The objects of a file. Fails on indentation by blanks, jumps in depth, and words that it does not know."""
    root = Thing("file", "")
    open_things = [root]
    doc: list[str] = []
    lines = iter(text.split("\n"))
    for line in lines:
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip("\t"))
        said = line[depth:]
        assert not said.startswith(" "), f"indented by blanks: {line!r}"
        assert depth < len(open_things), f"too deep: {line!r}"
        del open_things[depth + 1 :]
        owner = open_things[-1]
        if said.startswith("///"):
            doc.append(said[3:].strip())
            continue
        word = re.match(r"[A-Za-z]+", said)
        assert word, line
        if said.startswith("ref table "):
            owner.parts.append(Thing("ref", unquoted(said.removeprefix("ref table "))))
        elif word[0] in OBJECTS and said[len(word[0])] == " ":
            head, _, value = said[len(word[0]) + 1 :].partition(" = ")
            made = Thing(word[0], unquoted(head), value, doc)
            doc = []
            owner.parts.append(made)
            open_things.append(made)
        elif said.endswith(" ="):
            name = said.removesuffix(" =")
            owner.properties[name] = "\n".join(_indented(lines, depth + 2))
        else:
            name, colon, value = said.partition(": ")
            assert colon or re.fullmatch(r"[A-Za-z]+", said), line
            if name == "dataAccessOptions":
                open_things.append(Thing("options", name))
            assert name not in owner.properties, f"twice: {line!r}"
            owner.properties[name] = value if colon else "true"
    assert not doc
    return root.parts


def _indented(lines: Iterator[str], depth: int) -> Iterator[str]:
    """The lines of an expression, which ends with an empty one."""
    for line in lines:
        if not line.strip():
            return
        assert line.startswith("\t" * depth), line
        yield line[depth:]


def model_of(place: Path) -> dict[str, list[Thing]]:
    """Every file of the semantic model, by name."""
    folder = place / "Plumbrule.SemanticModel" / "definition"
    return {
        str(p.relative_to(folder)): read_tmdl(p.read_text(encoding="utf-8")) for p in sorted(folder.rglob("*.tmdl"))
    }


def sql(term: Term, only: str = "TRUE") -> str:
    """A measure's term over the tables of the star, restricted to rows for which `only` holds."""
    if isinstance(term, Quotient):
        divided = f"({sql(term.above, only)}) / nullif({sql(term.below, only)}, 0)"
        return f"{divided} - 1" if term.beyond else divided
    rows = f'FROM "{term.table}" WHERE {" AND ".join([only, *map(_condition, term.where)])}'
    how = {"sum": "sum({})", "mean": "avg({})", "most": "max({})", "count": "count(*)"}[term.how]
    found = how.format(f"CAST({term.column} AS DOUBLE)")
    if term.one_of:
        return f"(SELECT CASE WHEN count(DISTINCT {term.one_of}) = 1 THEN {found} END {rows})"
    return f"(SELECT {found} {rows})"


def _condition(where: Any) -> str:
    if not isinstance(where, Is):
        return f"{where.column} IS NOT NULL"
    if where.value is False:
        return f"NOT coalesce({where.column}, FALSE)"  # in DAX, BLANK is FALSE
    value = "TRUE" if where.value is True else "'" + str(where.value).replace("'", "''") + "'"
    return f"{where.column} = {value}"


def numbers(place: Path, only: str = "TRUE", table: str = "") -> dict[str, Any]:
    """Every measure's value over an exported folder; or those over one table, of rows for which `only` holds."""
    with opened(place) as connection:
        wanted = {m.name: m.term for m in MEASURES if not table or _table_of(m.term) == table}
        return {name: _one(connection, sql(term, only)) for name, term in wanted.items()}


def _table_of(term: Term) -> str:
    inner: Aggregate = term.above if isinstance(term, Quotient) else term
    return inner.table


def opened(place: Path) -> duckdb.DuckDBPyConnection:
    """The star's tables under their names."""
    connection = duckdb.connect()
    for table in STAR.tables:
        connection.execute(f"CREATE VIEW \"{table.name}\" AS FROM '{place / 'data' / table.file}.parquet'")
    return connection


def _one(connection: duckdb.DuckDBPyConnection, text: str) -> Any:
    found = connection.execute(f"SELECT {text}").fetchone()
    assert found is not None
    return found[0]
