"""What a position of Jira remembers, and what it allows to leave out at the next run.

A position is a JSON object of whole numbers. `updated_ms`: the newest change seen. `reading`: how issues were read
(`Site.reading_of`). With the last page of a pull come `observed_ms`, the server's time at the start of the run, and
`issues`, how many the project had then.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from connectors.jira.normalise.values import Unreadable, instant
from portfolio.errors import ConfigurationError

MINUTE_MS = 60_000
WEEK_MS = 7 * 24 * 60 * MINUTE_MS


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
    total = (project.get("insight") or {}).get("totalIssueCount")
    return total if isinstance(total, int) else None


def seen_until(position: str | None, reading: int) -> int | None:
    """The newest change seen, by that way of reading; None: read from the beginning."""
    seen = read_position(position)
    return seen.get("updated_ms") if seen.get("reading") == reading else None


def is_unchanged(project: Mapping[str, Any], position: str | None, overlap_minutes: int, reading: int) -> bool:
    """Whether nothing changed since the position, and search had had time to settle when it was taken."""
    seen = read_position(position)
    changed_ms = milliseconds((project.get("insight") or {}).get("lastIssueUpdateTime"))
    if changed_ms is None or seen_until(position, reading) is None or "observed_ms" not in seen:
        return False
    return changed_ms <= seen["updated_ms"] < seen["observed_ms"] - overlap_minutes * MINUTE_MS


def is_census_due(
    project: Mapping[str, Any], issues: str | None, census: str | None, now_ms: int | None, reading: int
) -> bool:
    """Whether issues may have been deleted: their number differs from the last pull's, or a week has passed. Also when
    they are read in another way than at the last census: a register may have lost records to another mapping.

    Never before the first pull, which finds nothing to compare with.
    """
    seen, taken = read_position(issues), read_position(census)
    if "updated_ms" not in seen:
        return False
    total = counted(project)
    if "observed_ms" not in taken or taken.get("reading") != reading:
        return True
    if total is not None and total != taken.get("issues", seen.get("issues")):
        return True
    return now_ms is not None and now_ms - taken["observed_ms"] > WEEK_MS
