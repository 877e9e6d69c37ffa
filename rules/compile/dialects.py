"""A checked predicate written for other engines, so that the same rule gives the same answers where the views are kept.

Every difference that tests found between the engines is levelled here or in `functions`; see tests/rules/golden.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from sqlglot import exp
from sqlglot.generator import Generator
from sqlglot.generators.duckdb import DuckDBGenerator
from sqlglot.generators.postgres import PostgresGenerator
from sqlglot.generators.spark import SparkGenerator

from rules.compile.engine_casts import ONLY

Engine = Literal["duckdb", "spark", "postgres"]
ENGINES: tuple[Engine, ...] = ("duckdb", "spark", "postgres")
_Write = Callable[[Any, Any], str]


def written(tree: exp.Expr, engine: Engine) -> str:
    """The condition as that engine reads it.

    Parameters are `$name` on DuckDB, `:name` on Spark, and for PostgreSQL `%(name)s` (PEP 249 `pyformat`, with `%`
    doubled in texts).
    """
    writer, dialect = _WRITERS[engine]
    return writer(dialect=dialect).generate(tree)


def _within(self: Any, node: exp.Expr) -> str:
    """What only another engine needs is left out."""
    return str(self.sql(node, "this"))


def _cast(self: Any, node: exp.Cast) -> str:
    return _within(self, node) if node.meta.get(ONLY) else str(self.cast_sql(node))


def _added(self: Any, node: exp.DateAdd) -> str:
    return f"({self.sql(node, 'this')} + {self.sql(node, 'expression')})"


def _subtracted(self: Any, node: exp.DateDiff) -> str:
    return f"({self.sql(node, 'this')} - {self.sql(node, 'expression')})"


def _member(self: Any, node: exp.ArrayContains) -> str:
    return f"{self.sql(node, 'expression')} = ANY({self.sql(node, 'this')})"


def _trimmed(self: Any, node: exp.Trim) -> str:
    return f"TRIM(BOTH {self.sql(node, 'expression')} FROM {self.sql(node, 'this')})"


def _escaping_like(word: str) -> _Write:
    """In SQL a backslash escapes what follows; in DuckDB, and so in the language, it is a character as any other."""

    def write(self: Any, node: exp.Like | exp.ILike) -> str:
        pattern = exp.Literal.string(node.expression.this.replace("\\", "\\\\"))
        return f"{self.sql(node, 'this')} {word} {self.sql(pattern)}"

    return write


class _ForDuckDB(DuckDBGenerator):
    TRANSFORMS: ClassVar[dict[Any, Any]] = {
        **DuckDBGenerator.TRANSFORMS,
        exp.Collate: _within,
        exp.DateAdd: _added,
    }


class _ForSpark(SparkGenerator):
    TRANSFORMS: ClassVar[dict[Any, Any]] = {
        **SparkGenerator.TRANSFORMS,
        exp.Collate: _within,
        exp.Cast: _cast,
        exp.DateAdd: lambda self, node: self.func("DATE_ADD", node.this, node.expression),
        exp.TryCast: lambda self, node: f"TRY_CAST({self.sql(node, 'this')} AS {self.sql(node, 'to')})",
        exp.Trim: _trimmed,
        exp.Like: _escaping_like("LIKE"),
        exp.ILike: _escaping_like("ILIKE"),
    }


class _ForPostgres(PostgresGenerator):
    TRANSFORMS: ClassVar[dict[Any, Any]] = {
        **PostgresGenerator.TRANSFORMS,
        exp.Cast: _cast,
        exp.DateAdd: _added,
        exp.DateDiff: _subtracted,
        exp.ArrayContains: _member,
        exp.ArraySize: lambda self, node: self.func("CARDINALITY", node.this),
        exp.Trim: _trimmed,
        exp.Like: _escaping_like("LIKE"),
        exp.ILike: _escaping_like("ILIKE"),
        exp.Mod: lambda self, node: self.func("MOD", node.this, node.expression),  # `%` begins a parameter
        exp.Placeholder: lambda self, node: f"%({node.name})s",
    }

    def literal_sql(self, expression: exp.Literal) -> str:
        """A per cent sign would be read as the beginning of a parameter."""
        return super().literal_sql(expression).replace("%", "%%")


_WRITERS: dict[str, tuple[type[Generator], str]] = {
    "duckdb": (_ForDuckDB, "duckdb"),
    "spark": (_ForSpark, "spark"),
    "postgres": (_ForPostgres, "postgres"),
}
