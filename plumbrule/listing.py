"""A result that is a table: names and kinds of its columns, and its rows, whatever form it is written in.

Every command that answers with rows makes one of these; `plumbrule.listing_forms` writes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rich.cells import cell_len

from plumbrule.speech import says, spoken

ColumnKind = Literal["text", "number", "day", "instant", "boolean", "list", "object"]
Row = Mapping[str, Any]
Level = Literal["error", "warning", "note", "pass", "unknown"]


@dataclass(frozen=True)
class Case:
    """A row as a tool that collects results of checks sees it: SARIF and JUnit are made of these.

    `about` is whom it is about, and `kind` what that is. `file` with `line` and `column` (from 1) where a person can
    mend it in a file. `accepted` says why it does not count although it fails. `identity` is a stable id of its own.
    """

    rule: str
    level: Level
    message: str
    about: str = ""
    kind: str = ""
    title: str = ""
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    accepted: str = ""
    identity: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows with the same keys.

    `columns` are their names with the kind of each; left out: those of the first row. `shown` are the columns that a
    table for people has, in order; left out: all. Where `prose` is given, it is what a person reads in place of the
    table; where `document` is given, it is what JSON holds in place of the rows. With `case`, the rows are findings or
    problems, which SARIF and JUnit can tell; `name` is what these call the whole.
    """

    rows: Sequence[Row]
    shown: Sequence[str] = ()
    nothing: str = "nothing"
    columns: Mapping[str, ColumnKind] = field(default_factory=dict)
    prose: str | None = None
    document: Any = None
    case: Callable[[Row], Case] | None = None
    name: str = "plumbrule"

    @property
    def keys(self) -> list[str]:
        """Names of all columns."""
        return list(self.columns or (self.rows[0] if self.rows else ()))

    @property
    def shown_keys(self) -> list[str]:
        """Names of the columns that a table for people has."""
        return list(self.shown or self.keys)

    def as_text(self) -> str:
        """Aligned columns with their names; what is not known is left blank."""
        if self.prose is not None:
            return self.prose
        if not self.rows:
            return spoken(self.nothing)
        keys = self.shown_keys
        cells = [list(map(heading, keys)), *([shown(row.get(key)) for key in keys] for row in self.rows)]
        widths = [max(cell_len(line[n]) for line in cells) for n in range(len(keys))]
        return "\n".join("  ".join(padded(c, w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)


@dataclass(frozen=True)
class Section:
    """One of several tables of an answer, under its title."""

    title: str
    listing: Listing


def heading(key: str) -> str:
    """A column's name as people read it."""
    return spoken(key.replace("_", " "))


def shown(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return says("yes") if value else says("no")
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {shown(each)}" for key, each in value.items())
    return str(value)


def padded(text: str, width: int) -> str:
    """Chinese characters take two places on a terminal."""
    return text + " " * (width - cell_len(text))
