"""Numbers, money and dates as the reader's language writes them. None is always the word for "not available"."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal, parse_pattern

from reports.model.own import OwnUnit, OwnValue
from reports.model.tiles import Wait
from reports.words import Words

Number = Decimal | float | int
_REMEMBERED = 10_000
"""Texts that are kept of numbers and days: the same ones come again and again, and writing one is slow."""


class Figures:
    """Formats for one language; compact money is 321K in English and 32.1万 in Chinese.

    With `exact` money is never shortened: a report on one project is held against that project's plan.
    """

    def __init__(self, words: Words, *, exact: bool = False) -> None:
        self.locale = Locale.parse(words.language, sep="-")
        self.missing = words("n/a")
        standard = str(self.locale.currency_formats["standard"].pattern)
        whole = parse_pattern(standard.replace(".00", ""))
        self._currency = lru_cache(_REMEMBERED)(
            partial(format_currency, locale=self.locale, format=whole, currency_digits=False)
        )
        self._decimal = lru_cache(_REMEMBERED)(partial(format_decimal, locale=self.locale))
        self._date = lru_cache(_REMEMBERED)(partial(format_date, locale=self.locale))
        self._exact = exact
        self._words = words

    def money(self, amount: Decimal | None, currency: str | None) -> str:
        """Compact money with its currency: €1.4M; to the unit where figures are exact."""
        if amount is None:
            return self.missing
        if self._exact:
            return self.full_money(amount, currency)
        if currency is None:
            return self.number(amount.quantize(Decimal(1)))
        small = abs(amount) < 1000
        if small:
            return self._whole(amount, currency)
        shown = _three_digits(amount)
        return _minus(
            format_compact_currency(shown, currency, locale=self.locale, format_type="short", fraction_digits=2)
        )

    def full_money(self, amount: Decimal | None, currency: str | None) -> str:
        """Money to the unit: €1,432,100."""
        if amount is None:
            return self.missing
        return self.number(amount) if currency is None else self._whole(amount, currency)

    def number(self, value: Number | None, digits: int = 0) -> str:
        """A plain number with that many decimals at most."""
        if value is None:
            return self.missing
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits)) + 0  # a nought has no sign
        return _minus(self._decimal(rounded))

    def index(self, value: Number | None) -> str:
        """A quotient such as CPI, two decimals."""
        return self.missing if value is None else _minus(self._decimal(value + 0, "0.00"))

    def percent(self, ratio: Number | None, *, signed: bool = False) -> str:
        """A fraction as per cent: +4.1%, 41%. Whole from ten per cent on. A rounded nought has no sign."""
        if ratio is None:
            return self.missing
        value = Decimal(str(ratio)) * 100
        value = round(value, 0 if abs(value) >= 10 else 1)
        sign = "+" if signed and value > 0 else ("−" if value < 0 else "")
        return f"{sign}{self._decimal(abs(value))}%"

    def points(self, ratio: Number | None) -> str:
        """A score of 0..1 as 0..100."""
        return self.missing if ratio is None else self._decimal(round(Decimal(str(ratio)) * 100))

    def own(self, unit: OwnUnit, found: OwnValue | None) -> str:
        """A value of the site's own, in its unit."""
        if found is None or (found.value is None and found.text is None):
            return self.missing
        if found.text is not None:
            return found.text
        value = found.value
        return {
            "money": lambda: self.money(value, found.currency),
            "percent": lambda: self.percent(value),
            "days": lambda: self._words("{days} d", days=self.number(value, 1)),
            "hours": lambda: self._words("{n} h", n=self.number(value, 1)),
        }.get(unit, lambda: self.number(value, 2))()

    def signed(self, value: int | None) -> str:
        """A whole number that always shows its sign: +12, −3, 0."""
        if value is None:
            return self.missing
        return f"{'+' if value > 0 else ('−' if value < 0 else '')}{self.number(abs(value))}"

    def days(self, value: int | None) -> str:
        """A signed number of days: +12 d."""
        return self.missing if value is None else self._words("{days} d", days=self.signed(value))

    def day(self, value: date | None) -> str:
        """A date with its year."""
        pattern = "y年M月d日" if self.locale.language == "zh" else "d MMM y"
        return self.missing if value is None else self._date(value, pattern)

    def short_day(self, value: date | None) -> str:
        """A date without its year, for lists around today."""
        pattern = "M月d日" if self.locale.language == "zh" else "d MMM"
        return self.missing if value is None else self._date(value, pattern)

    def near_day(self, value: date | None, today: date) -> str:
        """A date without its year where that is the year of `today`, else with it."""
        return self.short_day(value) if value is not None and value.year == today.year else self.day(value)

    def moment(self, value: datetime | None) -> str:
        """A point in time in UTC, to the minute."""
        if value is None:
            return self.missing
        pattern = "y年M月d日 HH:mm" if self.locale.language == "zh" else "d MMM y, HH:mm"
        return f"{format_datetime(value, pattern, locale=self.locale)} UTC"

    def age(self, hours: int | None) -> str:
        """How long ago, in the largest unit that fits."""
        if hours is None:
            return self._words("never")
        if hours < 1:
            return self._words("less than an hour ago")
        if hours < 48:
            return self._words("{n} h ago", n=hours)
        return self._words("{n} d ago", n=timedelta(hours=hours).days)

    def short_age(self, hours: int | None) -> str:
        """How old, for a line: <1 h, 26 h, 92 d."""
        if hours is None:
            return self._words("never read completely")
        if hours < 48:
            return self._words("{n} h", n=hours) if hours >= 1 else self._words("<1 h")
        return self._words("{days} d", days=timedelta(hours=hours).days)

    def waits(self, waits: Iterable[Wait]) -> str:
        """Reasons with their minutes, or seconds below one; reasons are as the tool names them."""
        told = (
            self._words("{reason} {n} min", reason=w.reason, n=self.number(round(w.seconds / 60)))
            if w.seconds >= 60
            else self._words("{reason} {n} s", reason=w.reason, n=self.number(w.seconds))
            for w in waits
        )
        return "、".join(told) if self.locale.language == "zh" else ", ".join(told)

    def _whole(self, amount: Decimal, currency: str) -> str:
        """Babel says where sign and currency stand; the digits, grouped by thousands in both languages, are ours: a
        page has thousands of amounts, and a pattern is slow to apply."""
        whole = int(amount.quantize(Decimal(1)))
        frame = self._currency(Decimal(-1 if whole < 0 else 1), currency)
        return _minus(frame.replace("1", f"{abs(whole):,}"))


def _minus(text: str) -> str:
    """With the sign that is as wide as a plus, in place of a hyphen."""
    return text.replace("-", "−")


def _three_digits(amount: Decimal) -> Decimal:
    """Rounded to three significant digits, so that 999,999 becomes 1M and not 1,000K."""
    shift = 3 - (amount.adjusted() + 1)
    return round(amount, shift)
