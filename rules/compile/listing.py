"""What `rules functions` shows: each function with its types, its meaning, and what it becomes on each engine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from rules.compile.dialects import ENGINES, Engine, written
from rules.compile.functions import FUNCTIONS, WHITE_SPACE, Function
from rules.compile.scope import Type

_TITLES: dict[Engine, str] = {"duckdb": "DuckDB", "spark": "Spark", "postgres": "PostgreSQL"}


@dataclass(frozen=True)
class FunctionEntry:
    """One function: `takes` and `gives` are types in words; `engines` the SQL that each engine gets, by its name.

    `elsewhere` says where engines are known to answer differently; empty where tests found no difference.
    """

    name: str
    usage: str
    takes: tuple[str, ...]
    gives: str
    doc: str
    engines: Mapping[str, str]
    elsewhere: str

    def lines(self) -> list[str]:
        """The entry as text."""
        lines = [f"{self.usage}  ->  {self.gives}", f"  {self.doc}", f"  takes {'; '.join(self.takes)}"]
        lines += [f"  {name + ':':<12}{sql}" for name, sql in self.engines.items()]
        return [*lines, *([f"  but {self.elsewhere}"] if self.elsewhere else [])]


@cache
def function_entries() -> tuple[FunctionEntry, ...]:
    """Every function, in the order of the reference."""
    return tuple(_entry(name, function) for name, function in FUNCTIONS.items())


def function_lines(name: str | None = None) -> list[str]:
    """The functions as text, or one of them. Empty for a name that is none."""
    chosen = [e for e in function_entries() if name in (None, e.name)]
    return [line for entry in chosen for line in (*entry.lines(), "")][:-1]


def _entry(name: str, function: Function) -> FunctionEntry:
    names: list[str] = re.findall(r"[a-z]+", function.usage.partition("(")[2])
    takes = tuple(
        f"{n}: {_one_of(function.takes[min(place, len(function.takes) - 1)])}" for place, n in enumerate(names)
    )
    gives = str(function.gives) if function.gives else f"the type of {names[0]}"
    first = next(kind for kind in Type if kind in function.takes[0])
    built = function.build([exp.column(n) for n in _example(function, names)], [first] * len(names))
    engines = {_TITLES[engine]: _readable(built, engine) for engine in ENGINES}
    return FunctionEntry(name, function.usage, takes, gives, function.doc, engines, function.elsewhere)


def _example(function: Function, names: list[str]) -> list[str]:
    """Arguments as the usage names them; a number that must be written out is left out where it may be."""
    return names[: function.least] if function.literal and function.literal.only else names


def _one_of(types: frozenset[Type]) -> str:
    named = [kind for kind in Type if kind in types]
    return "anything" if len(named) == len(Type) - 1 else " or ".join(named)


def _readable(built: exp.Expr, engine: Engine) -> str:
    """White space of every kind, which the engines get character by character, in one word."""
    return written(built, engine).replace(written(exp.Literal.string(WHITE_SPACE), engine), "<white space>")
