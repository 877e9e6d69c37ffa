"""The words of a trend rule's condition: a closed grammar, so that every sentence has one meaning.

    falls for N            rises for N            from each period to the next, N times on end
    below X for N          above X for N          in each of the last N periods
    change > X over N      change < X over N      value now less the value N periods ago

N is a whole number of at least 1, X a number; either may be a parameter, `$name`. `period` or `periods` may follow N.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from portfolio.located_toml import suggest
from rules.compile.faults import Fault, PredicateFaults
from rules.ruleset import Course

if TYPE_CHECKING:
    from rules.pack import ParameterEntry

_FORMS: Mapping[str, tuple[str, ...]] = {
    "falls": ("for", "N"),
    "rises": ("for", "N"),
    "below": ("X", "for", "N"),
    "above": ("X", "for", "N"),
    "change": ("SIGN", "X", "over", "N"),
}
_SHAPES = "falls for N, rises for N, below X for N, above X for N, change > X over N, change < X over N"
_TOKEN = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_]*|[-+]?(?:\d+\.?\d*|\.\d+)|[<>]=?|\S")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_CODE = "R220"


class _Token(NamedTuple):
    text: str
    offset: int


def read_course(text: str, parameters: Mapping[str, "ParameterEntry"]) -> Course:
    """The condition in a text. Raises PredicateFaults with the first mistake at its place."""
    return _Reader(text, parameters).course()


class _Reader:
    def __init__(self, text: str, parameters: Mapping[str, "ParameterEntry"]) -> None:
        self.text = text
        self.parameters = parameters
        self.tokens = [_Token(m.group(), m.start()) for m in _TOKEN.finditer(text)]
        self.position = 0

    def course(self) -> Course:
        first = self._next("falls, rises, below, above or change")
        form = _FORMS.get(first.text.lower())
        if form is None:
            raise _fault(first, f"`{first.text}` begins no trend", suggest(first.text.lower(), _FORMS) or _SHAPES)
        how, level, periods = first.text.lower(), None, None
        for part in form:
            if part == "N":
                periods = self._periods()
            elif part == "X":
                level = self._level()
            elif part == "SIGN":
                how = f"change {self._sign()}"
            else:
                self._word(part)
        self._end()
        assert periods is not None  # noqa: S101 - every form has them
        return Course(self.text, how, periods, level)

    def _next(self, wanted: str) -> _Token:
        if self.position == len(self.tokens):
            end = len(self.text.rstrip())
            raise _fault(_Token(" ", max(0, end - 1)), f"{wanted} is missing at the end", _SHAPES)
        self.position += 1
        return self.tokens[self.position - 1]

    def _word(self, wanted: str) -> None:
        found = self._next(f"`{wanted}`")
        if found.text.lower() != wanted:
            raise _fault(found, f"`{found.text}` stands where `{wanted}` is needed", _SHAPES)

    def _sign(self) -> str:
        found = self._next("> or <")
        if found.text not in ("<", ">"):
            raise _fault(found, f"`{found.text}` stands where > or < is needed", _SHAPES)
        return found.text

    def _level(self) -> Decimal | str:
        found = self._next("a number")
        if found.text.startswith("$"):
            entry = self._declared(found)
            if entry.type not in ("int", "float"):
                raise _fault(found, f"parameter `{found.text}` is not a number", code="R131")
            return found.text
        if not _NUMBER.fullmatch(found.text):
            raise _fault(found, f"`{found.text}` stands where a number is needed", "write a number, or $name")
        return Decimal(found.text)

    def _periods(self) -> int | str:
        found = self._next("the number of periods")
        if found.text.startswith("$"):
            entry = self._declared(found)
            if entry.type != "int" or entry.min is None or entry.min < 1:
                raise _fault(
                    found, f"parameter `{found.text}` may be less than 1", 'declare it `type = "int"`, min = 1'
                )
            return found.text
        if not found.text.isascii() or not found.text.isdigit() or not 1 <= int(found.text) <= 1000:
            raise _fault(found, f"`{found.text}` is no number of periods", "a whole number from 1 to 1000, or $name")
        return int(found.text)

    def _declared(self, found: _Token) -> "ParameterEntry":
        name = found.text.removeprefix("$")
        if name not in self.parameters:
            hint = suggest(name, self.parameters) or "declare it under [rule.params]"
            raise _fault(found, f"parameter `{name}` is not declared", hint, "R122")
        return self.parameters[name]

    def _end(self) -> None:
        if self.position < len(self.tokens) and self.tokens[self.position].text.lower() in ("period", "periods"):
            self.position += 1
        if self.position < len(self.tokens):
            found = self.tokens[self.position]
            hint = suggest(found.text.lower(), ["periods"]) or "weeks, months or runs are said by `period`"
            raise _fault(found, f"`{found.text}` is too much", hint)


def _fault(at: _Token, what: str, help: str = "", code: str = _CODE) -> PredicateFaults:
    return PredicateFaults([Fault(at.offset, max(1, len(at.text)), code, what, help)])
