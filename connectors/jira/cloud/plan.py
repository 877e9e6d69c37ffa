"""What to read in this run, from what was read before and what Jira says of its projects. Pure.

A project is first read whole (stream `issues`). From then on, one search asks for the changes of all projects together
(stream `changes`): a site of many projects costs few requests. The position of `changes` holds `until_ms`, `forced_ms`
and, by project id, the reading under which it covers a project; a project that it does not cover counts from where its
own reading ended.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.positions import (
    DAY_MS,
    MINUTE_MS,
    WEEK_MS,
    counted,
    last_changed_ms,
    read_position,
    write_position,
)
from portfolio.ports import Partition

CATALOGUE = Partition("catalogue", "site", "projects and people")
CHANGES = Partition("changes", "site", "changes of all projects")
SPRINTS = Partition("sprints", "site", "sprints of the boards")
BOOKED = Partition("worklogs", "site", "corrected and deleted worklogs")


@dataclass(frozen=True)
class Changes:
    """The search for changes: by project, from when on; and what its position says when it has ended."""

    since_ms: Mapping[str, int]
    covered: Mapping[str, int]
    """All projects that need nothing else in this run, with their reading: also those without changes."""
    forced_ms: int | None
    """Until when all projects were asked for, whatever Jira said of them."""
    is_forced: bool = False
    """Now they all are, from there on."""

    def position(self, until_ms: int, refused: Collection[str] = ()) -> str | None:
        """The position of a search that came as far as `until_ms`, of all projects but those that were refused."""
        covered = {native: reading for native, reading in self.covered.items() if native not in refused}
        forced_ms = until_ms if self.is_forced else self.forced_ms
        return write_position(until_ms=until_ms, forced_ms=forced_ms, **covered)


@dataclass(frozen=True)
class Plan:
    """Native project ids by what is to be read of them."""

    load: Sequence[str] = ()
    changes: Changes = field(default_factory=lambda: Changes({}, {}, None))
    versions: Sequence[str] = ()
    census: Sequence[str] = ()


@dataclass(frozen=True)
class Seen:
    """Projects as received, the reading of each, and the server's time (ms), where it is told."""

    projects: Mapping[str, Mapping[str, Any]]
    readings: Mapping[str, int]
    now_ms: int | None


def plan(seen: Seen, cursors: Mapping[Partition, str], overlap_minutes: int) -> Plan:
    """What has to be read."""
    read = {native: read_position(cursors.get(Partition("issues", native))) for native in seen.projects}
    loaded = [n for n in seen.projects if "until_ms" in read[n] and read[n].get("reading") == seen.readings[n]]
    return Plan(
        load=[native for native in seen.projects if native not in loaded],
        changes=_changes(seen, {n: read[n]["until_ms"] for n in loaded}, cursors, overlap_minutes),
        versions=[n for n in seen.projects if is_older(cursors.get(Partition("versions", n)), seen.now_ms, DAY_MS)],
        census=[n for n in seen.projects if _is_census_due(seen, n, read[n], cursors.get(Partition("census", n)))],
    )


def _changes(seen: Seen, until: Mapping[str, int], cursors: Mapping[Partition, str], overlap_minutes: int) -> Changes:
    """Projects of which Jira says that nothing changed are left out: it is an experimental hint. So once a day all are
    asked for, from when they were asked for last: what the hint kept back has changed before `until_ms`.
    """
    position = read_position(cursors.get(CHANGES))
    covered = {native: seen.readings[native] for native in until}
    forced_ms = position.get("forced_ms", min(until.values(), default=0))
    is_forced = seen.now_ms is None or seen.now_ms - forced_ms > DAY_MS
    until_ms = position.get("until_ms", 0)
    shared_ms = min(until_ms, forced_ms) if is_forced else until_ms
    since: dict[str, int] = {}
    for native, own_ms in until.items():
        known_ms = max(own_ms, shared_ms) if position.get(native) == seen.readings[native] else own_ms
        bound_ms = max(0, known_ms - overlap_minutes * MINUTE_MS)
        changed_ms = last_changed_ms(seen.projects[native])
        if is_forced or changed_ms is None or changed_ms >= bound_ms:
            since[native] = bound_ms // MINUTE_MS * MINUTE_MS
    return Changes(since, covered, position.get("forced_ms"), is_forced)


def is_older(position: str | None, now_ms: int | None, age_ms: int) -> bool:
    """Whether what stands at that position was read longer ago than that, or nobody knows."""
    observed_ms = read_position(position).get("observed_ms")
    return observed_ms is None or now_ms is None or now_ms - observed_ms > age_ms


def _is_census_due(seen: Seen, native: str, read: Mapping[str, int], census: str | None) -> bool:
    """Whether issues may have been deleted: their number differs from the last count, or a week has passed. Also when
    they are read in another way than then: a register may have lost records to another mapping.

    A project that was just read whole at one go needs none: that was a census. What an earlier run read of it before it
    broke off may be gone by now. Never before the first reading, when there is nothing to compare with.
    """
    if "until_ms" not in read and census is None:
        return "updated_ms" in read
    taken = read_position(census) or {n: read[n] for n in ("observed_ms", "issues", "reading") if n in read}
    if "observed_ms" not in taken or taken.get("reading") != seen.readings[native]:
        return True
    total = counted(seen.projects[native])
    if total is not None and total != taken.get("issues"):
        return True
    return seen.now_ms is not None and seen.now_ms - taken["observed_ms"] > WEEK_MS
