"""DDL, Arrow schemas and the reference page, derived from declared tables."""

from collections.abc import Iterable
from typing import Any

from portfolio.model.column import Column, Kind, Table

_SQL = {
    Kind.TEXT: "VARCHAR",
    Kind.TEXTS: "VARCHAR[]",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP",
    Kind.HOURS: "DECIMAL(14,2)",
    Kind.DAYS: "DECIMAL(12,2)",
    Kind.MONEY: "DECIMAL(18,4)",
    Kind.POINTS: "DECIMAL(12,2)",
    Kind.RATIO: "DECIMAL(12,6)",
    Kind.INDEX: "DOUBLE",
    Kind.JSON: "VARCHAR",
    Kind.BYTES: "BLOB",
}


def sql_type(column: Column) -> str:
    """The column's SQL type. Instants are stored as UTC without zone, so that every engine reads them alike."""
    return _SQL[column.kind]


def ddl(table: Table) -> str:
    """CREATE TABLE for the store. No primary key: upserts delete and insert by key, which measured fastest."""
    lines = [f"    {c.name} {sql_type(c)}{' NOT NULL' if c.required else ''}" for c in table]
    return f"CREATE TABLE IF NOT EXISTS {table.name} (\n" + ",\n".join(lines) + "\n)"


def arrow_schema(table: Table) -> Any:
    """pyarrow.Schema of the table; values that do not fit fail with the column's name."""
    import pyarrow as pa

    types = {
        Kind.TEXT: pa.string(),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.INTEGER: pa.int64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.INSTANT: pa.timestamp("us"),
        Kind.HOURS: pa.decimal128(14, 2),
        Kind.DAYS: pa.decimal128(12, 2),
        Kind.MONEY: pa.decimal128(18, 4),
        Kind.POINTS: pa.decimal128(12, 2),
        Kind.RATIO: pa.decimal128(12, 6),
        Kind.INDEX: pa.float64(),
        Kind.JSON: pa.string(),
        Kind.BYTES: pa.binary(),
    }
    return pa.schema([pa.field(c.name, types[c.kind], nullable=not c.required) for c in table])


def empty_row(table: Table) -> dict[str, Any]:
    """A row of nulls to fill in; a test's and a mapper's starting point."""
    return dict.fromkeys(table.names)


def markdown(tables: Iterable[Table], heading: str) -> str:
    """The reference of those tables as Markdown."""
    parts = [f"## {heading}\n"]
    for table in tables:
        parts.append(f"### {table.name}\n\n{table.doc} Key: {', '.join(f'`{k}`' for k in table.key)}.\n")
        parts.append("| Column | Type | What it is | Empty means |\n| --- | --- | --- | --- |")
        parts.extend(_row(column) for column in table)
        parts.append("")
    return "\n".join(parts)


def _row(column: Column) -> str:
    unit = f", {column.unit}" if column.unit else ""
    values = f" One of {', '.join(f'`{v}`' for v in column.values)}." if column.values else ""
    return f"| `{column.name}` | {column.kind}{unit} | {_sentence(column.doc)}{values} | {column.null} |"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
