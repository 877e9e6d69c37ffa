"""Days written as text, in a stated form or as ISO 8601 has them; anything else could mean two days and is refused."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connectors.tabular.faults import BadCell, shown

_TOKENS = {"YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "DD": "%d", "D": "%d"}
_TOKEN = re.compile(r"YYYY|YY|MMMM|MMM|MM|M|DD|D")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_ISO_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})")
_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
EARLIEST, LATEST = date(1950, 1, 1), date(2200, 1, 1)
"""Days beyond are taken for mistakes."""


def mistake(form: str) -> str | None:
    """What is wrong with a date format, or None."""
    tokens = _TOKEN.findall(form)
    kinds = [token[0] for token in tokens]
    if re.search(r"[A-Za-z%]", _TOKEN.sub("", form)):
        return "it is written with YYYY, YY, MMMM, MMM, MM, DD and the signs between them"
    if kinds.count("Y") != 1 or kinds.count("M") != 1 or kinds.count("D") > 1:
        return "it needs one year and one month, and a day at most once"
    return None


@dataclass(frozen=True)
class DateFormat:
    """How days are written; None: year first, as ISO 8601 has it, also a month (2026-11) or a week (2026-W48)."""

    form: str | None = None

    def parse(self, text: str) -> date:
        """The day; of a month its first, of a week its Monday. Raises BadCell."""
        plain = text.strip()
        found = self._stated(plain) if self.form else None
        found = found or _iso(plain)
        if found is None:
            raise BadCell(f"{shown(text)} is not a day", self._expected(), self._remedy(plain))
        return checked(found, text)

    def _stated(self, text: str) -> date | None:
        assert self.form is not None  # noqa: S101 - the caller looked
        pattern = _TOKEN.sub(lambda token: _TOKENS[token[0]], self.form)
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return None

    def _expected(self) -> str:
        return f"a day written as {self.form}" if self.form else "a day written as 2026-11-23"

    def _remedy(self, text: str) -> str:
        found = _NUMERIC.fullmatch(text)
        if self.form or found is None:
            return ""
        first, sign, second, last = found.groups()
        if len(first) == 4:
            return f'State date_format = "YYYY{sign}MM{sign}DD".'
        year = "YYYY" if len(last) == 4 else "YY"
        forms = [f"DD{sign}MM{sign}{year}", f"MM{sign}DD{sign}{year}"]
        if int(first) > 12:
            return f'State date_format = "{forms[0]}".'
        if int(second) > 12:
            return f'State date_format = "{forms[1]}".'
        return f'It can be read in two ways: state date_format = "{forms[0]}" or "{forms[1]}".'


def checked(day: date, found: object) -> date:
    """The day, where it is one that a portfolio can have. Raises BadCell."""
    if not EARLIEST <= day <= LATEST:
        raise BadCell(f"{shown(found)} is the day {day}", f"a day between {EARLIEST.year} and {LATEST.year}")
    return day


def _iso(text: str) -> date | None:
    try:
        if _ISO_DAY.fullmatch(text):
            return datetime.fromisoformat(text).date()
        if _ISO_MONTH.fullmatch(text):
            return date.fromisoformat(f"{text}-01")
        if week := _ISO_WEEK.fullmatch(text):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
    except ValueError:
        return None
    return None


def is_monday(day: date) -> bool:
    """Whether the day begins a week."""
    return day - timedelta(days=day.weekday()) == day
