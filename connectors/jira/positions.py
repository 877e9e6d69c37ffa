"""What a position of Jira remembers: a JSON object of whole numbers.

Of a project's issues (stream `issues`): `updated_ms`, the newest change read so far; `reading`, how issues were read
(`Site.reading_of`). Once the project was read to its end also `until_ms`, before which nothing is missing;
`observed_ms`, the server's time at the start of that run; and `issues`, how many the project had then. What changes
later is read for all projects together (stream `changes`, see `connectors.jira.cloud.plan`).
"""

from collections.abc import Mapping
from typing import Any

import orjson

from connectors.jira.normalise.values import Unreadable, instant
from portfolio.errors import ConfigurationError

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
WEEK_MS = 7 * DAY_MS
SETTLING_MS = 2 * MINUTE_MS
"""Search may not know yet what was written in the last minutes before we asked."""


def read_position(position: str | None) -> dict[str, int]:
    """A position's text as numbers; empty for the beginning. Raises ConfigurationError for a text that is not ours."""
    if position is None:
        return {}
    try:
        return {name: int(number) for name, number in orjson.loads(position).items()}
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the stored position {position!r} is not one of Jira",
            code="jira.position",
            remedy="Forget the position of this source, to read it from the beginning.",
        ) from error


def write_position(**numbers: int | None) -> str | None:
    """The text of a position, from what is known; None when nothing is."""
    known = {name: number for name, number in numbers.items() if number is not None}
    return orjson.dumps(known).decode() if known else None


def milliseconds(value: Any) -> int | None:
    """Epoch milliseconds of a point in time; None where there is none that can be read."""
    try:
        moment = instant(value)
    except Unreadable:
        return None
    return round(moment.timestamp() * 1000) if moment else None


def counted(project: Mapping[str, Any]) -> int | None:
    """How many issues Jira says the project has (`insight`, optional and experimental)."""
    total = _insight(project).get("totalIssueCount")
    return total if isinstance(total, int) else None


def last_changed_ms(project: Mapping[str, Any]) -> int | None:
    """When Jira says that an issue of the project changed last (`insight`, optional and experimental)."""
    return milliseconds(_insight(project).get("lastIssueUpdateTime"))


def _insight(project: Mapping[str, Any]) -> Mapping[str, Any]:
    found = project.get("insight")
    return found if isinstance(found, dict) else {}


def settled_ms(observed_ms: int | None, newest_ms: int | None) -> int | None:
    """Before when nothing is missing, once everything was read that search knows: what changed in the last minutes
    before the run began may come later. Without the server's time it is the newest change seen."""
    return newest_ms if observed_ms is None else observed_ms - SETTLING_MS
