"""Numbers written as text: exact, and refused where they could mean two things."""

import re
from dataclasses import dataclass
from decimal import Decimal

from connectors.tabular.faults import BadCell, shown

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_COULD_BE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
_BLANKS = re.compile(r"[ \u00a0\u202f]")
"""Blanks that spreadsheet programs put between thousands: plain, no-break, narrow no-break."""


@dataclass(frozen=True)
class NumberFormat:
    """How numbers are written. Without a stated decimal sign it is the point, where nothing else is possible."""

    decimal: str | None = None
    thousands: str | None = None

    def parse(self, text: str) -> Decimal:
        """The number. Raises BadCell, also for one that could be read in two ways."""
        plain = text.strip()
        if plain.startswith("(") and plain.endswith(")"):  # as accountants write what is below zero
            plain = f"-{plain[1:-1].strip()}"
        plain = plain.replace("−", "-").replace("’", "'")
        if self.decimal is None and _COULD_BE_THOUSANDS.fullmatch(plain) and self.thousands is None:
            sign = plain[-4]
            raise BadCell(
                f"{shown(text)} could be {plain.replace(sign, '')} or {plain.replace(sign, '.')}",
                "a number that can be read in one way only",
                "State `decimal` and `thousands` of the table, for instance "
                f'decimal = "{"," if sign == "." else "."}", thousands = "{sign}".',
            )
        made = self._plain(plain)
        if made is None:
            raise BadCell(f"{shown(text)} is not a number", f"a number such as {self._sample()}", self._hint(plain))
        return Decimal(made)

    def _plain(self, text: str) -> str | None:
        """The same with a decimal point and nothing between thousands; None where it is not so written."""
        decimal = self.decimal or ("." if self.thousands != "." else ",")
        if self.thousands:
            if decimal == self.thousands:
                return None
            blank = self.thousands == " "
            text = _BLANKS.sub(" ", text) if blank else text
            whole, sign, rest = text.partition(decimal)
            groups = whole.lstrip("+-").split(self.thousands)
            grouped = len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
            if not grouped or self.thousands in rest:
                return None
            text = whole.replace(self.thousands, "") + sign + rest
        if decimal != ".":
            if "." in text:
                return None
            text = text.replace(decimal, ".")
        return text if _PLAIN.fullmatch(text) and text.isascii() else None

    def _sample(self) -> str:
        return f"1{self.thousands or ''}234{self.decimal or '.'}50"

    def _hint(self, text: str) -> str:
        if re.search(r"[^\d\s.,'+\-()]", text):
            return "A currency belongs into a column or constant of its own." if re.search(r"\d", text) else ""
        return "State `decimal` and `thousands` of the table."
