"""The query options that the feed understands: $filter, $orderby, $select, $top, $skip, $skiptoken, $inlinecount."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.pwa.literals import BadLiteral, Value, parse
from sandbox.pwa.schema import Column, EntitySet, Language

Row = Mapping[str, Value]
Test = Callable[[Row], bool]

_TOKEN = re.compile(r"\s*(\(|\)|(?:guid|datetime)?'(?:[^']|'')*'|[^\s()']+)", re.IGNORECASE)
_COMPARE: dict[str, Callable[[int], bool]] = {
    "eq": lambda order: order == 0,
    "ne": lambda order: order != 0,
    "gt": lambda order: order > 0,
    "ge": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
}


class BadQuery(Exception):
    """A query that the server refuses with 400; the text is its message."""


@dataclass(frozen=True)
class Names:
    """Resolves the column names of one set in one language."""

    entity_set: EntitySet
    language: Language
    of_fields: Language | None = None

    def of(self, column: Column) -> str:
        """What a client calls a column."""
        return column.named(self.language, self.of_fields)

    def column(self, name: str) -> str:
        """The English name of the column that a client calls `name`."""
        for column in self.entity_set.columns:
            if self.of(column) == name:
                return column.name
        raise BadQuery(f"Could not find a property named '{name}' on type 'ReportingData.{self.entity_set.entity}'.")


def compile_filter(text: str, names: Names) -> Test:
    """The test that a $filter means; comparisons joined by and/or, with parentheses."""
    tokens = _tokens(text)
    test, rest = _either(tokens, names)
    if rest:
        raise BadQuery(f"Syntax error at '{rest[0]}' in '{text}'.")
    return test


def compile_order(text: str, names: Names) -> list[tuple[str, bool]]:
    """Columns and whether each is descending."""
    result = []
    for part in text.split(","):
        name, *direction = part.split()
        if direction not in ([], ["asc"], ["desc"]):
            raise BadQuery(f"Syntax error in the order '{part.strip()}'.")
        result.append((names.column(name), direction == ["desc"]))
    return result


def sort_key(column: str) -> Callable[[Row], tuple[bool, object]]:
    """Orders nulls first, as SQL Server does."""
    return lambda row: (row[column] is not None, _comparable(row[column]))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadQuery(f"Syntax error at position {at} in '{text}'.")
        found.append(match[1])
        at = match.end()
    return found


def _either(tokens: Sequence[str], names: Names) -> tuple[Test, Sequence[str]]:
    return _joined(tokens, names, "or", _both, any)


def _both(tokens: Sequence[str], names: Names) -> tuple[Test, Sequence[str]]:
    return _joined(tokens, names, "and", _comparison, all)


def _joined(
    tokens: Sequence[str],
    names: Names,
    word: str,
    part: Callable[[Sequence[str], Names], tuple[Test, Sequence[str]]],
    together: Callable[[list[bool]], bool],
) -> tuple[Test, Sequence[str]]:
    test, rest = part(tokens, names)
    tests = [test]
    while rest and rest[0].lower() == word:
        test, rest = part(rest[1:], names)
        tests.append(test)
    return (lambda row: together([one(row) for one in tests])), rest


def _comparison(tokens: Sequence[str], names: Names) -> tuple[Test, Sequence[str]]:
    if tokens and tokens[0] == "(":
        test, rest = _either(tokens[1:], names)
        if not rest or rest[0] != ")":
            raise BadQuery("A closing parenthesis is missing.")
        return test, rest[1:]
    if len(tokens) < 3 or tokens[1].lower() not in _COMPARE:
        raise BadQuery(f"A comparison is expected at '{' '.join(tokens[:3])}'.")
    name, operator, literal = names.column(tokens[0]), tokens[1].lower(), tokens[2]
    try:
        wanted = parse(literal)
    except BadLiteral as error:
        raise BadQuery(str(error)) from error
    _check_types(names.entity_set, name, wanted)
    return (lambda row: _holds(row[name], operator, wanted)), tokens[3:]


def _check_types(entity_set: EntitySet, name: str, wanted: Value) -> None:
    """WCF refuses to compare a GUID column with a plain string, and so on."""
    kind = entity_set.column(name).kind
    fits: dict[str, type] = {"guid": str, "text": str, "time": datetime, "flag": bool}
    if wanted is not None and not isinstance(wanted, fits.get(kind, Decimal)):
        raise BadQuery(f"A binary operator with incompatible types was detected at '{name}'.")


def _holds(value: Value, operator: str, wanted: Value) -> bool:
    if value is None or wanted is None:
        same = value is None and wanted is None
        return same if operator == "eq" else not same if operator == "ne" else False
    left, right = _comparable(value), _comparable(wanted)
    order = (left > right) - (left < right)  # type: ignore[operator]
    return _COMPARE[operator](order)


def _comparable(value: Value) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, str):
        return value.lower()  # the server's collation ignores case
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
