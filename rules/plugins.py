"""Plugins: measures that no condition can express, computed by Python code of an installed package.

A plugin is an object that a package names under the entry-point group `plumbrule.rules`. It is trusted as all
installed code is, and it is held to what it declares: its rows have exactly the declared columns, types, words and key.
It runs in the process that evaluates rules, under the same limits of time and memory. Code that lies in a folder of
rules is never run.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import date
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import duckdb

from portfolio.model import VIEWS, Kind, Table, arrow_schema
from portfolio.ports import Reader
from rules.connection import select
from rules.ruleset import Bound, PluginUse
from rules.statement import check_one_select

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = "plumbrule.rules"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHOWN = 120


@runtime_checkable
class RulePlugin(Protocol):
    """What an entry point of group `plumbrule.rules` must name.

    `table` declares the rows in the words of `portfolio.model.column`: a column `project_id` that is never null, and a
    key. Attribute `parameters`, where there is one, names the parameters that a rule must declare for it.
    """

    table: Table

    def rows(
        self, reader: Reader, parameters: Mapping[str, Bound], as_of: date
    ) -> "Iterable[Mapping[str, Any]] | pa.Table":
        """The rows, each with every declared column, as dictionaries or as one Arrow table.

        A pure function: the same views, parameters and day give the same rows. `reader` runs one SELECT at a time over
        the documented views. It reads no clock, writes nothing, and touches neither files nor the network.
        """
        ...


class PluginFault(Exception):
    """A plugin that cannot be used, or did not keep to what it declares; the message is for who runs the rules."""


class NotInstalled(PluginFault):
    """No package names such a plugin."""


class ViewReader:
    """The `Reader` that a plugin gets: one SELECT at a time, on the locked connection that rules are evaluated on."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of one SELECT, as dictionaries. Raises duckdb.Error, also for anything but one SELECT.

        What it reads is not looked at: installed code is trusted, and the connection is locked all the same.
        """
        check_one_select(self._connection, sql)
        return select(self._connection, sql, dict(parameters or {}))


def installed() -> tuple[str, ...]:
    """Names of the plugins of all installed packages."""
    return tuple(sorted({point.name for point in metadata.entry_points(group=GROUP)}))


def find_plugin(name: str) -> tuple[PluginUse, tuple[str, ...]]:
    """A plugin by name, and the parameters that it needs. Raises PluginFault."""
    plugin, package = _loaded(name)
    _check_declaration(plugin.table)
    needed = getattr(plugin, "parameters", ())
    if isinstance(needed, str) or not isinstance(needed, Sequence) or not all(isinstance(p, str) for p in needed):
        raise PluginFault("its `parameters` are no list of names")
    return PluginUse(name, plugin.table, package), tuple(needed)


def run_plugin(use: PluginUse, reader: Reader, parameters: Mapping[str, Bound], as_of: date) -> "pa.Table":
    """What the plugin computes, held against its declaration. Raises PluginFault, MemoryError, InterruptException."""
    plugin, _ = _loaded(use.name)
    said = _Said()
    try:
        with redirect_stdout(said):
            made = _as_declared(plugin.rows(reader, dict(parameters), as_of), use.table)
    except (duckdb.InterruptException, MemoryError):
        raise
    except PluginFault as fault:
        raise PluginFault(f"plugin {use.name}: {fault}") from fault
    except (Exception, SystemExit) as error:  # whatever other people's code raises is its fault, and only its
        raise PluginFault(f"plugin {use.name}: {_told(error)}") from error
    if said.first:
        raise PluginFault(f"plugin {use.name} writes to standard output ({said.first!r}); it must only return rows")
    return made


class _Said(io.TextIOBase):
    """Keeps the beginning of what is written and lets the rest go."""

    first = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.first = self.first or text.strip()[:_SHOWN]
        return len(text)


def _loaded(name: str) -> tuple[RulePlugin, str]:
    points = {(p.value, p.dist.name if p.dist else ""): p for p in metadata.entry_points(group=GROUP, name=name)}
    if not points:
        raise NotInstalled(f"no installed package has a plugin `{name}`")
    if len(points) > 1:
        raise PluginFault(f"several packages have a plugin `{name}`: {', '.join(sorted(d for _, d in points))}")
    [point] = points.values()
    package = f"{point.dist.name} {point.dist.version}" if point.dist else "an unnamed package"
    try:
        with redirect_stdout(_Said()):
            plugin = point.load()
            fits = isinstance(plugin, RulePlugin) and not isinstance(plugin, type) and callable(plugin.rows)
    except (Exception, SystemExit) as error:
        raise PluginFault(f"{package} cannot be loaded: {_told(error)}") from error
    if not fits:
        raise PluginFault(f"`{point.value}` of {package} is not a plugin: it needs `table` and `rows`")
    return plugin, package


def _check_declaration(table: Any) -> None:
    if not isinstance(table, Table):
        raise PluginFault("its `table` is not a portfolio.model.Table")
    if not _NAME.fullmatch(table.name) or table.name in VIEWS:
        raise PluginFault(f"its table cannot be called `{table.name}`: small letters, and no view's name")
    names = table.names
    bad = [n for n in names if not _NAME.fullmatch(n)] + [n for n in names if names.count(n) > 1]
    if bad:
        raise PluginFault(f"its table cannot have a column `{bad[0]}`, or not twice")
    project = table.column("project_id")
    if project is None or project.kind is not Kind.TEXT or not project.required:
        raise PluginFault("its table needs a text column `project_id` that is never null")
    if not table.key or any(table.column(k) is None for k in table.key):
        raise PluginFault("the key of its table names columns that it does not have")


def _as_declared(found: Any, table: Table) -> "pa.Table":
    import pyarrow as pa

    schema = arrow_schema(table)
    if not isinstance(found, pa.Table):
        rows = list(found)
        made = pa.Table.from_arrays([_array(rows, table, f) for f in schema], schema=schema)
    else:
        _same_columns(found.column_names, table, "it returned")
        try:
            made = found.select(table.names).cast(schema)
        except (pa.ArrowException, ValueError) as error:
            raise PluginFault(f"a column is not of its declared type: {_told(error)}") from error
    _check_values(made, table)
    return made


def _array(rows: Sequence[Any], table: Table, field: Any) -> Any:
    import pyarrow as pa

    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PluginFault(f"row {number} is a {type(row).__name__}, not a dictionary")
        _same_columns(list(row), table, f"row {number} has")
    try:
        return pa.array([row[field.name] for row in rows], field.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise PluginFault(f"column `{field.name}` is not of its declared type: {_told(error)}") from error


def _same_columns(found: Sequence[str], table: Table, whose: str) -> None:
    missing = [n for n in table.names if n not in found]
    extra = [str(n) for n in found if n not in table.names]
    if missing or extra or len(found) != len(table.names):
        parts = [f"no column {', '.join(missing)}"] if missing else []
        parts += [f"undeclared column {', '.join(extra)}"] if extra else []
        raise PluginFault(f"{whose} {' and '.join(parts) or 'a column twice'}")


def _check_values(made: "pa.Table", table: Table) -> None:
    for column in table:
        values = made.column(column.name).to_pylist()
        if column.required and None in values:
            raise PluginFault(
                f"column `{column.name}` is null in row {values.index(None) + 1}, but never null as declared"
            )
        wrong = [v for v in values if column.values and v is not None and v not in column.values]
        if wrong:
            raise PluginFault(
                f"column `{column.name}` holds `{wrong[0]}`, but only {', '.join(column.values)} is declared"
            )
        if any(isinstance(v, float) and not math.isfinite(v) for v in values):
            raise PluginFault(f"column `{column.name}` holds a number that is not finite")
    seen: set[tuple[Any, ...]] = set()
    for key in zip(*(made.column(k).to_pylist() for k in table.key), strict=True):
        if key in seen:
            raise PluginFault(f"two rows have the key {', '.join(map(str, key))}")
        seen.add(key)


def _told(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    name = type(error).__name__
    return f"{name}: {lines[0]}" if lines[0] else name
