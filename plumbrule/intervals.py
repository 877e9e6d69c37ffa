"""When the next run is due: an interval counted from the last beginning, with some chance in it. Pure."""

import re
from datetime import datetime, timedelta
from random import Random

from portfolio.errors import ConfigurationError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WRITTEN = re.compile(r"(\d{1,7})([smhd])")
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=31)


def interval(text: str, option: str) -> timedelta:
    """`90s`, `30m`, `24h` or `1d`. Raises ConfigurationError, naming the option, for anything else."""
    written = _WRITTEN.fullmatch(text.strip())
    length = timedelta(seconds=int(written[1]) * _UNITS[written[2]]) if written else timedelta(0)
    if not SHORTEST <= length <= LONGEST:
        raise ConfigurationError(
            f"{option} {text!r} is no length of time",
            code="usage.interval",
            remedy="write a whole number and s, m, h or d, from 1s to 31d, such as 30m or 24h",
        )
    return length


def age(text: str, option: str) -> timedelta:
    """`90d`: whole days, up to a century. Raises ConfigurationError, naming the option, for anything else."""
    written = re.fullmatch(r"(\d{1,5})d", text.strip())
    if not written or not 1 <= int(written[1]) <= 36525:
        raise ConfigurationError(
            f"{option} {text!r} is no age in days",
            code="usage.age",
            remedy="write a whole number and d, from 1d to 36525d, such as 90d",
        )
    return timedelta(days=int(written[1]))


def told(length: timedelta) -> str:
    """The length as a person writes it: the largest unit that leaves nothing over."""
    seconds = int(length.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def next_at(began: datetime, every: timedelta, now: datetime, jitter: timedelta, chance: Random) -> datetime:
    """The first beginning after `now` that is a whole number of intervals after `began`, and up to `jitter` later.

    Runs that would have begun while one was under way are left out, not made up for: the next one reads what they
    would have read. The chance keeps many installations from asking one site at the same second.
    """
    passed = max(int((now - began) / every), 0)
    return began + every * (passed + 1) + jitter * chance.random()
