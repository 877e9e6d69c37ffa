"""One cell of a file as a value of one field; what is not certain is refused, with what was found and expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from connectors.tabular.dates import DateFormat, checked, is_monday
from connectors.tabular.faults import BadCell, shown
from connectors.tabular.numbers import NumberFormat
from connectors.tabular.shapes import Field
from portfolio.model import Kind

_SPREADSHEET_ERROR = "A formula went wrong there; correct it, or leave the cell empty."
_UNCOMPUTED = "Open the file in a spreadsheet program, let it compute, and save it; or put the value there."
_DIGITS = 14
"""Digits before the point that an amount may have: those that the store keeps."""
_STEPS = {Kind.MONEY: Decimal("0.0001"), Kind.HOURS: Decimal("0.01"), Kind.RATIO: Decimal("0.000001")}
_WHOLE = Decimal(1)
_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "是"))
_NO = frozenset(("no", "n", "false", "0", "nein", "non", "否"))


@dataclass(frozen=True)
class Odd:
    """A cell without a value that could be used: an error, a formula never computed, or a part of a merged cell."""

    kind: str
    text: str


@dataclass(frozen=True)
class Carried:
    """The value of a merged cell, seen in a row below its first: it holds for texts and days, not for amounts."""

    value: Any
    first: str


@dataclass(frozen=True)
class Percent:
    """A number that the sheet shows as a percentage; `value` is the fraction."""

    value: Decimal


def exact(value: float) -> Decimal:
    """A spreadsheet's number as it shows it: fifteen significant digits."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def is_blank(cell: Any) -> bool:
    """Whether nothing stands there."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def says_nothing(cell: Any) -> bool:
    """Whether a row that holds nothing else is blank: what merged cells reach into it is another row's."""
    return is_blank(cell) or isinstance(cell, Carried) or (isinstance(cell, Odd) and cell.kind == "merged")


@dataclass(frozen=True)
class Reading:
    """How the cells of one table are read. `epoch` turns a day's serial number into the day; None: there are none."""

    dates: DateFormat = field(default_factory=DateFormat)
    numbers: NumberFormat = field(default_factory=NumberFormat)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    epoch: datetime | None = None

    def read(self, what: Field, cell: Any) -> Any:
        """The value; None for a blank cell. Raises BadCell."""
        if isinstance(cell, Carried):
            cell = Odd("merged", cell.first) if what.column.kind in (*_STEPS, Kind.RATIO) else cell.value
        if isinstance(cell, str):
            cell = self._translated(what, cell.strip())
        if cell is None or cell == "":
            return None
        if isinstance(cell, Odd):
            raise _odd(cell)
        kind = what.column.kind
        if kind is Kind.DATE:
            return self._day(what, cell)
        if kind is Kind.BOOLEAN:
            return _truth(cell)
        if kind is Kind.INTEGER:
            return self._whole(cell)
        if kind is Kind.RATIO:
            return self._fraction(what, cell)
        return self._amount(what, cell) if kind in _STEPS else _text(what, cell)

    def _translated(self, what: Field, text: str) -> str:
        words = self.values.get(what.name) if self.values else None
        if not words:
            return text
        if text in words:
            return words[text]
        return {word.casefold(): ours for word, ours in words.items()}.get(text.casefold(), text)

    def _day(self, what: Field, cell: Any) -> date:
        found = self._any_day(cell)
        if what.name == "week_start" and not is_monday(found):
            raise BadCell(f"{found} is a {found:%A}", "the Monday of the week, or a week such as 2026-W48")
        return found

    def _any_day(self, cell: Any) -> date:
        if isinstance(cell, datetime):
            return checked(cell.date(), cell.date())
        if isinstance(cell, date):
            return checked(cell, cell)
        if isinstance(cell, str):
            return self.dates.parse(cell)
        if isinstance(cell, Decimal) and self.epoch is not None and 0 < cell < 200_000:
            return checked((self.epoch + timedelta(days=int(cell))).date(), cell)
        raise BadCell(f"{shown(_plain(cell))} is not a day", "a day")

    def _fraction(self, what: Field, cell: Any) -> Decimal:
        """0.3, `30 %`, or a cell that is shown as a percentage. 30 alone could be meant otherwise."""
        if isinstance(cell, str) and cell.endswith(("%", "％")):
            cell = Percent(self.numbers.parse(cell[:-1].strip()) / 100)
        found = self._amount(what, cell.value if isinstance(cell, Percent) else cell)
        if not 0 <= found <= 1:
            raise BadCell(f"{shown(_plain(cell))} is not between 0 and 1", "0.3 or 30 %", "Write the per cent sign.")
        return found

    def _amount(self, what: Field, cell: Any) -> Decimal:
        return self._number(cell).quantize(_STEPS[what.column.kind])

    def _whole(self, cell: Any) -> int:
        found = self._number(cell)
        if found != found.quantize(_WHOLE):
            raise BadCell(f"{shown(found)} is not whole", "a whole number such as 2")
        return int(found)

    def _number(self, cell: Any) -> Decimal:
        if isinstance(cell, str):
            cell = self.numbers.parse(cell)
        if isinstance(cell, Percent):
            raise BadCell(f"{shown(_plain(cell))} is a percentage", "an amount", "Compute the amount in the table.")
        if not isinstance(cell, Decimal):
            raise BadCell(f"{shown(_plain(cell))} is {_kind(cell)}", "a number")
        if not cell.is_finite() or cell.adjusted() >= _DIGITS:
            raise BadCell(f"{shown(cell)} is too large", f"at most {_DIGITS} digits before the point")
        return cell


def _text(what: Field, cell: Any) -> str:
    text = cell if isinstance(cell, str) else _plain(cell)
    if what.name == "currency":
        return _currency(text)
    if what.column.values:
        folded = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
        if folded not in what.column.values:
            allowed = ", ".join(what.column.values)
            remedy = f"Translate it: values = {{ {what.name} = {{ {text!r} = … }} }}."
            raise BadCell(f"{shown(text)} is not a word for {what.name}", f"one of {allowed}", remedy)
        return folded
    return text


def _currency(text: str) -> str:
    code = text.upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        remedy = f'Translate it: values = {{ currency = {{ "{text[:20]}" = "EUR" }} }}.'
        raise BadCell(f"{shown(text)} is not a currency", "an ISO 4217 code such as EUR", remedy)
    return code


def _truth(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    word = _plain(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise BadCell(f"{shown(_plain(cell))} is neither yes nor no", "yes or no", "Translate other words by `values`.")


def _plain(cell: Any) -> str:
    """A cell as text, as people read it: whole numbers without a point, days as ISO 8601 has them."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Percent):
        return f"{(cell.value * 100).normalize():f}%"
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell.is_finite() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell).strip()


def header_text(cell: Any) -> str:
    """A header as it is compared and shown: one line; a day as ISO 8601 has it."""
    if cell is None or isinstance(cell, Odd):
        return ""
    return " ".join(_plain(cell).split())


def _kind(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true or false"
    return "a day or time" if isinstance(cell, date | time | timedelta) else "not a number"


def _odd(cell: Odd) -> BadCell:
    if cell.kind == "error":
        return BadCell(f"{shown(cell.text)} is an error of the spreadsheet", "a value", _SPREADSHEET_ERROR)
    if cell.kind == "formula":
        return BadCell(f"the formula {shown(cell.text)} has no computed value", "a value", _UNCOMPUTED)
    return BadCell(f"the cell is merged with {cell.text}", "a value for each row", "Unmerge the cells; fill each.")
