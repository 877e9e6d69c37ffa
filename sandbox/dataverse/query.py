"""$filter and $orderby of OData v4, as far as Dataverse's readers need them: comparisons, and, or, not, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NoReturn

from sandbox.dataverse.errors import BAD_QUERY, refuse
from sandbox.dataverse.site import Value

Kinds = Mapping[str, str]
"""Column name -> kind, of what may be asked for."""
Test = Callable[[Mapping[str, Value]], bool]

_TOKEN = re.compile(r"\s*(\(|\)|'(?:[^']|'')*'|[^\s()']+)")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COMPARE: dict[str, Callable[[int], bool]] = {
    "eq": lambda order: order == 0,
    "ne": lambda order: order != 0,
    "gt": lambda order: order > 0,
    "ge": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
}
_EDM = {
    "guid": "Edm.Guid", "lookup": "Edm.Guid", "text": "Edm.String", "memo": "Edm.String", "int": "Edm.Int32",
    "choice": "Edm.Int32", "big": "Edm.Int64", "double": "Edm.Double", "flag": "Edm.Boolean",
    "time": "Edm.DateTimeOffset", "day": "Edm.Date",
}  # fmt: skip


def compile_filter(text: str, kinds: Kinds, logical: str) -> Test:
    """The test that a $filter means; 400 where it means nothing on the type `logical`."""
    return _Reader(text, kinds, logical).whole()


def compile_order(text: str, kinds: Kinds, logical: str) -> list[tuple[str, bool]]:
    """Columns and whether each is descending."""
    order = []
    for part in text.split(","):
        name, *direction = part.split() or [""]
        if direction not in ([], ["asc"], ["desc"]):
            refuse(400, BAD_QUERY, f"Syntax error at position {len(name)} in '{part.strip()}'.")
        need(name, kinds, logical)
        order.append((name, direction == ["desc"]))
    return order


def need(name: str, kinds: Kinds, logical: str) -> str:
    """The kind of a column; 400 where the type has none of that name."""
    if name not in kinds:
        refuse(400, BAD_QUERY, f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{logical}'.")
    return kinds[name]


def sort_key(column: str) -> Callable[[Mapping[str, Value]], tuple[bool, object]]:
    """Orders nulls first."""
    return lambda row: (row[column] is not None, _comparable(row[column]))


class _Reader:
    def __init__(self, text: str, kinds: Kinds, logical: str) -> None:
        self._text, self._kinds, self._logical = text, kinds, logical
        self._tokens = self._split()

    def whole(self) -> Test:
        test = self._either()
        if self._tokens:
            self._stop()
        return test

    def _split(self) -> list[str]:
        found, at = [], 0
        while self._text[at:].strip():
            match = _TOKEN.match(self._text, at)
            if match is None:
                refuse(400, BAD_QUERY, f"There is an unterminated string literal at position {at} in '{self._text}'.")
            found.append(match[1])
            at = match.end()
        return found

    def _stop(self) -> NoReturn:
        where = self._tokens[0] if self._tokens else "the end"
        refuse(400, BAD_QUERY, f"Syntax error at '{where}' in '{self._text}'.")

    def _either(self) -> Test:
        return self._joined("or", self._both, any)

    def _both(self) -> Test:
        return self._joined("and", self._one, all)

    def _joined(self, word: str, part: Callable[[], Test], together: Callable[[Sequence[bool]], bool]) -> Test:
        tests = [part()]
        while self._tokens and self._tokens[0] == word:
            self._tokens.pop(0)
            tests.append(part())
        return lambda row: together([test(row) for test in tests])

    def _one(self) -> Test:
        if self._tokens and self._tokens[0] == "not":
            self._tokens.pop(0)
            denied = self._one()
            return lambda row: not denied(row)
        if self._tokens and self._tokens[0] == "(":
            self._tokens.pop(0)
            test = self._either()
            if not self._tokens or self._tokens.pop(0) != ")":
                refuse(400, BAD_QUERY, f"')' or operator expected at the end of '{self._text}'.")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        if len(self._tokens) < 3 or self._tokens[1] not in _COMPARE:
            self._stop()
        name, operator, literal = (self._tokens.pop(0) for _ in range(3))
        wanted = _literal(literal, need(name, self._kinds, self._logical))
        return lambda row: _holds(row[name], operator, wanted)


def _literal(text: str, kind: str) -> Value:
    if text == "null":
        return None
    try:
        return _typed(text, kind)
    except ValueError:
        refuse(
            400,
            BAD_QUERY,
            "A binary operator with incompatible types was detected. Found operand types "
            f"'{_EDM[kind]}' and '{_guess(text)}'.",
        )


def _typed(text: str, kind: str) -> Value:
    if kind in ("text", "memo"):
        if not text.startswith("'"):
            raise ValueError(text)
        return text[1:-1].replace("''", "'")
    if text.startswith("'"):
        raise ValueError(text)
    if kind in ("guid", "lookup"):
        if not _GUID.fullmatch(text):
            raise ValueError(text)
        return text.lower()
    if kind == "time":
        return _instant(text)
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "flag":
        return {"true": True, "false": False}[text] if text in ("true", "false") else _fail(text)
    return float(text) if kind == "double" else int(text)


def _instant(text: str) -> datetime:
    """A moment needs its zone, a day alone is its midnight; OData v4 knows no local time."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else _fail(text)


def _fail(text: str) -> NoReturn:
    raise ValueError(text)


def _guess(text: str) -> str:
    if text.startswith("'"):
        return "Edm.String"
    return "Edm.Guid" if _GUID.fullmatch(text) else "Edm.Int32" if text.isdigit() else "Edm.Untyped"


def _holds(value: Value, operator: str, wanted: Value) -> bool:
    if value is None or wanted is None:
        same = value is None and wanted is None
        return same if operator == "eq" else not same if operator == "ne" else False
    left, right = _comparable(value), _comparable(wanted)
    return _COMPARE[operator]((left > right) - (left < right))  # type: ignore[operator]


def _comparable(value: Value) -> object:
    return value.lower() if isinstance(value, str) else value  # the server's collation ignores case
