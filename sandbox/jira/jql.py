"""The part of JQL that a reader of a portfolio needs: parsed, checked, evaluated on an issue.

Clauses: `field op value` with = != > >= < <=, `in`/`not in` (...), `is [not] empty`; AND, OR, NOT, parentheses;
ORDER BY. What the fields mean is told in `jql_fields`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.jira.jql_fields import RANKED, SORTABLE, JqlError, Setting, read_field
from sandbox.jira.records import Issue

Predicate = Callable[[Issue], bool]


@dataclass(frozen=True)
class Query:
    """A parsed query. `order` holds (field, descending) pairs; `bounded` tells whether it restricts anything."""

    matches: Predicate
    order: list[tuple[str, bool]]
    bounded: bool


_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<word>[^\s()=!<>,"']+))"""
)


def parse(text: str, setting: Setting) -> Query:
    """Read a query or raise `JqlError`."""
    parser = _Parser(_tokens(text), setting)
    return parser.query()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.end() == place:
            raise JqlError(f"Error in the JQL Query: '{text[place]}' at character {place + 1} cannot be read.")
        kind = str(found.lastgroup)
        value = found.group(kind)
        tokens.append((kind, re.sub(r"\\(.)", r"\1", value[1:-1]) if kind == "text" else value))
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], setting: Setting) -> None:
        self.tokens, self.place, self.setting = tokens, 0, setting

    def query(self) -> Query:
        bounded = bool(self.tokens) and not self._is("order")
        matches = self._either() if bounded else lambda _issue: True
        order = self._order() if self._is("order") else []
        if self.place < len(self.tokens):
            raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self._peek()}'.")
        return Query(matches, order, bounded)

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda issue: any(part(issue) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._clause()]
        while self._take("and"):
            parts.append(self._clause())
        return parts[0] if len(parts) == 1 else lambda issue: all(part(issue) for part in parts)

    def _clause(self) -> Predicate:
        if self._take("not"):
            inner = self._clause()
            return lambda issue: not inner(issue)
        if self._take("("):
            inner = self._either()
            self._need(")")
            return inner
        field = self._next()
        return self._comparison(field.lower(), self._operator())

    def _operator(self) -> str:
        if self._take("not"):
            self._need("in")
            return "not in"
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        sign = self._next().lower()
        if sign not in ("=", "!=", ">", ">=", "<", "<=", "in"):
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{sign}'.")
        return sign

    def _comparison(self, field: str, sign: str) -> Predicate:
        read, convert = read_field(field, self.setting)
        if sign in ("is", "is not"):
            if self._next().lower() not in ("empty", "null"):
                raise JqlError(f"The operator '{sign}' is followed by EMPTY.")
            return lambda issue: (read(issue) in (None, [], "")) == (sign == "is")
        if sign in ("in", "not in"):
            wanted = [convert(value) for value in self._list()]
            return lambda issue: _among(read(issue), wanted) == (sign == "in")
        value = convert(self._next())
        if sign in ("=", "!="):
            return lambda issue: _among(read(issue), [value]) == (sign == "=")
        if field not in RANKED:
            raise JqlError(f"The operator '{sign}' is not supported by the '{field}' field.")
        return _ranked(read, sign, value)

    def _list(self) -> list[str]:
        self._need("(")
        values = [self._next()]
        while self._take(","):
            values.append(self._next())
        self._need(")")
        return values

    def _order(self) -> list[tuple[str, bool]]:
        self._need("order")
        self._need("by")
        order = [self._order_field()]
        while self._take(","):
            order.append(self._order_field())
        if len(order) > 7:
            raise JqlError("A query sorts by seven fields at most.")
        return order

    def _order_field(self) -> tuple[str, bool]:
        field = self._next().lower()
        if field not in SORTABLE:
            raise JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")
        descending = self._take("desc")
        if not descending:
            self._take("asc")
        return field, descending

    def _peek(self) -> str:
        return self.tokens[self.place][1]

    def _is(self, word: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place][0] != "text" and self._peek().lower() == word

    def _take(self, word: str) -> bool:
        if self._is(word):
            self.place += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._take(word):
            got = self._peek() if self.place < len(self.tokens) else "the end"
            raise JqlError(f"Error in the JQL Query: Expecting '{word}' but got '{got}'.")

    def _next(self) -> str:
        if self.place >= len(self.tokens):
            raise JqlError("Error in the JQL Query: The query ended too early.")
        self.place += 1
        return self.tokens[self.place - 1][1]


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def _among(value: Any, wanted: list[Any]) -> bool:
    if isinstance(value, list):
        return any(_among(one, wanted) for one in value)
    return value in wanted


def _ranked(read: Callable[[Issue], Any], sign: str, value: Any) -> Predicate:
    def compare(issue: Issue) -> bool:
        known = read(issue)
        if known is None:
            return False
        return bool(_SIGNS[sign](known, value))

    return compare
