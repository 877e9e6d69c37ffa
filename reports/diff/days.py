"""Which two checked days are held against each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest


@dataclass(frozen=True)
class Run:
    """A run of the ledger, and the day that it took for today."""

    id: str
    day: date


def last_monday(day: date) -> date:
    """The Monday before that day; on a Monday, the one a week ago."""
    return day - timedelta(days=day.weekday() or 7)


def latest_until(days: Sequence[date], until: date) -> date | None:
    """The latest of them that is not after `until`."""
    return max((day for day in days if day <= until), default=None)


def chosen(days: Sequence[date], runs: Sequence[Run], asked: Sequence[str]) -> tuple[date, date]:
    """The earlier and the later day that are meant.

    `asked` holds none, one or two of: a run's id or its beginning, a day, `latest`. None: the latest day against the
    check of last Monday or the latest before it, else against the check before. One: that one against the latest.
    Raises ConfigurationError where there is nothing to compare, or a word means no check.
    """
    if len(days) < 2:
        raise ConfigurationError(
            "there is one checked day, and nothing to hold it against" if days else "nothing has been checked yet",
            code="diff.one_day",
            remedy="What is kept is kept by day: compare again after the check of another day.",
        )
    newest = max(days)
    if not asked:
        earlier = latest_until(days, last_monday(newest))
        return earlier or sorted(days)[-2], newest
    found = [_day(word, days, runs) for word in asked]
    earlier, later = min(found), max(found) if len(found) > 1 else newest
    if earlier == later:
        raise ConfigurationError(
            f"both are the check of {later}",
            code="diff.same_day",
            remedy="What is kept is kept by day: a second check of a day takes the place of the first.",
        )
    return earlier, later


def _day(word: str, days: Sequence[date], runs: Sequence[Run]) -> date:
    if word == "latest":
        return max(days)
    meant = sorted({run.day for run in runs if run.id.startswith(word)})
    if len(meant) > 1:
        raise ConfigurationError(
            f"`{word}` is the beginning of runs of several days", code="diff.ambiguous", remedy="Give more of its id."
        )
    if not meant:
        try:
            meant = [date.fromisoformat(word)]
        except ValueError:
            names = [*(run.id for run in runs), *map(str, days), "latest"]
            raise ConfigurationError(
                f"there is no run `{word}`",
                code="diff.no_run",
                remedy=suggest(word, names) or "`plumbrule runs list` shows them; a day is written 2026-11-23.",
            ) from None
    day = latest_until(days, meant[0])
    if day is None:
        raise ConfigurationError(
            f"nothing is kept of {meant[0]} or before",
            code="diff.too_early",
            remedy=f"The first checked day is {min(days)}.",
        )
    return day
