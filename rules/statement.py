"""The last gate before a statement runs: it is one SELECT, and it reads documented views and nothing else.

Conditions are checked when they are compiled, and the connection is locked. This holds even if a condition slipped
through: DuckDB's own parser says what the whole statement would read, table functions included, before it is run.
"""

from collections.abc import Collection, Iterator
from typing import Any

import duckdb
import orjson

from portfolio.model import VIEWS

DOCUMENTED: frozenset[str] = frozenset(VIEWS)
CATALOGUE = "information_schema.tables"
"""Says which of the views a snapshot has."""


_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""What a SELECT is made of. Since version 2 a named part of one may be an INSERT, UPDATE or DELETE as well."""


class StatementRefused(duckdb.Error):
    """The statement would do something else than read documented views; it was not run."""


def check_one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raises StatementRefused for anything but one SELECT, whatever it reads."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise StatementRefused(f"{len(statements)} statements, and one SELECT is meant; nothing was run")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise StatementRefused("not a SELECT; nothing was run")
    _serialized(connection, sql)


def check_statement(
    connection: duckdb.DuckDBPyConnection, sql: str, documented: Collection[str] = DOCUMENTED
) -> frozenset[str]:
    """The names that the statement gives to parts of itself, wherever they stand in it.

    Raises StatementRefused for anything but one SELECT from `documented` views and from those parts.
    """
    nodes = _parsed(connection, sql)
    own = frozenset(part["key"] for node in nodes for part in node.get("cte_map", {}).get("map", ()))
    for node in nodes:
        if node.get("type") == "TABLE_FUNCTION":
            raise StatementRefused("a table function is called; nothing was run")
        if node.get("type") == "BASE_TABLE" and (name := _name(node)) not in (*own, CATALOGUE, *documented):
            raise StatementRefused(f"`{name}` is not a documented view; nothing was run")
    return own


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Every object of the one SELECT. DuckDB writes down nothing else: what it refuses is looked at for what it is."""
    read, nodes = _serialized(connection, sql)
    if read["error"] or len(read["statements"]) != 1:
        check_one_select(connection, sql)
        raise StatementRefused(f"not a plain SELECT: {read.get('error_message', '')}")
    return nodes


def _serialized(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The statement as DuckDB writes it down, or its error, and every object of it.

    Raises StatementRefused where a part of it changes data.
    """
    [(answer,)] = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()
    try:
        read = orjson.loads(answer)
    except orjson.JSONDecodeError as error:  # nested more deeply than a reader follows
        raise StatementRefused("not a plain SELECT; nothing was run") from error
    nodes = list(_nodes(read))
    kinds = (node.get("type") for node in nodes)
    if any(isinstance(kind, str) and kind.endswith("_NODE") and kind not in _QUERIES for kind in kinds):
        raise StatementRefused("a part of it changes data; nothing was run")
    return read, nodes


def _name(node: dict[str, Any]) -> str:
    parts = (node.get("catalog_name"), node.get("schema_name"), node.get("table_name"))
    return ".".join(part for part in parts if part)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the parsed statement, without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
