"""What to read in this run, from what was read before and what Jira says of its projects. Pure.

A project is first read whole (stream `issues`). From then on, one search asks for the changes of all projects together
(stream `changes`): a site of many projects costs few requests. The position of `changes` holds `until_ms`, `forced_ms`
and, by project id, the reading under which it covers a project; a project that it does not cover counts from where its
own reading ended. `newest_ms` is the newest change that the search showed, and `held_` with a project's id a change
that it did not show although Jira tells of it: that project is asked from there on again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.jira.cloud.canary import ANYWHERE
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


_HELD = "held_"
_LAGGING_MS = 10 * MINUTE_MS
"""Search may not know yet what changed more lately."""


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
    expected_ms: Mapping[str, int] = field(default_factory=dict)
    """Changes that the search must show, see `connectors.jira.cloud.canary`."""

    def position(
        self,
        until_ms: int,
        refused: Collection[str] = (),
        *,
        newest_ms: int | None = None,
        held: Mapping[str, int] | None = None,
    ) -> str | None:
        """The position of a search that came as far as `until_ms`, of all projects but those that were refused, and of
        the `held` ones only as far as told."""
        covered = {native: reading for native, reading in self.covered.items() if native not in refused}
        forced_ms = until_ms if self.is_forced else self.forced_ms
        kept = {f"{_HELD}{native}": moment for native, moment in (held or {}).items()}
        return write_position(until_ms=until_ms, forced_ms=forced_ms, newest_ms=newest_ms, **covered, **kept)


@dataclass(frozen=True)
class Taken:
    """The last count of a project's issues: how many there were at `counted_ms`, and when they were last listed."""

    issues: int
    counted_ms: int
    observed_ms: int
    reading: int

    def position(self, issues: int, now_ms: int) -> str | None:
        """The position of the census after a count that tells that none is gone."""
        return write_position(observed_ms=self.observed_ms, counted_ms=now_ms, issues=issues, reading=self.reading)


@dataclass(frozen=True)
class Plan:
    """Native project ids by what is to be read of them."""

    load: Sequence[str] = ()
    changes: Changes = field(default_factory=lambda: Changes({}, {}, None))
    versions: Sequence[str] = ()
    census: Sequence[str] = ()
    counts: Mapping[str, Taken] = field(default_factory=dict)
    """Projects whose census depends on how many new issues the changes bring, with the last count."""


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
    changes = _changes(seen, {n: read[n]["until_ms"] for n in loaded}, cursors, overlap_minutes)
    counted_before = {n: _counted_before(read[n], cursors.get(Partition("census", n))) for n in seen.projects}
    census = [n for n, before in counted_before.items() if _is_census_due(seen, n, before)]
    counts = {n: taken for n, before in counted_before.items() if (taken := _doubted(seen, n, before, changes))}
    return Plan(
        load=[native for native in seen.projects if native not in loaded],
        changes=changes,
        versions=[n for n in seen.projects if is_older(cursors.get(Partition("versions", n)), seen.now_ms, DAY_MS)],
        census=census,
        counts={n: taken for n, taken in counts.items() if n not in census},
    )


def _changes(seen: Seen, until: Mapping[str, int], cursors: Mapping[Partition, str], overlap_minutes: int) -> Changes:
    """Projects of which Jira says that nothing changed are left out: it is an experimental hint. So once a day all are
    asked for, from when they were asked for last: what the hint kept back has changed before `until_ms`.
    """
    position = read_position(cursors.get(CHANGES))
    covered = {native: seen.readings[native] for native in until}
    forced_ms = position.get("forced_ms", min(until.values(), default=0))
    is_forced = seen.now_ms is None or seen.now_ms - forced_ms > DAY_MS
    until_ms, newest_ms = position.get("until_ms", 0), position.get("newest_ms")
    shared_ms = min(until_ms, forced_ms) if is_forced else until_ms
    since: dict[str, int] = {}
    expected: dict[str, int] = {}
    for native, own_ms in until.items():
        known_ms = own_ms
        if position.get(native) == seen.readings[native]:
            known_ms = max(own_ms, shared_ms)
            known_ms = min(known_ms, position.get(f"{_HELD}{native}", known_ms))
        bound_ms = max(0, known_ms - overlap_minutes * MINUTE_MS)
        changed_ms = last_changed_ms(seen.projects[native])
        if is_forced or changed_ms is None or changed_ms >= bound_ms:
            since[native] = bound_ms // MINUTE_MS * MINUTE_MS
            held_ms = position.get(f"{_HELD}{native}")
            if changed_ms is not None and changed_ms >= bound_ms and _should_show(seen, changed_ms, held_ms):
                expected[native] = changed_ms
    if newest_ms is not None and since and newest_ms >= max(since.values()):
        expected[ANYWHERE] = newest_ms
    return Changes(since, covered, position.get("forced_ms"), is_forced, expected)


def _should_show(seen: Seen, changed_ms: int, held_ms: int | None) -> bool:
    """Whether search must know a change of which Jira tells: not when it is too young. What was missed before and is
    older than a day by now is hidden from us; nothing is held up for its sake any longer."""
    if seen.now_ms is None or seen.now_ms - changed_ms <= _LAGGING_MS:
        return False
    return changed_ms != held_ms or seen.now_ms - changed_ms <= DAY_MS


def is_older(position: str | None, now_ms: int | None, age_ms: int) -> bool:
    """Whether what stands at that position was read longer ago than that, or nobody knows."""
    observed_ms = read_position(position).get("observed_ms")
    return observed_ms is None or now_ms is None or now_ms - observed_ms > age_ms


def _counted_before(read: Mapping[str, int], census: str | None) -> Mapping[str, int] | None:
    """What the last census says, else what the project's own reading says, which was one; None where there was none.

    A project that was just read whole at one go needs none. What an earlier run read of it before it broke off may be
    gone by now: that says nothing. Before the first reading there is nothing to compare with.
    """
    if "until_ms" not in read and census is None:
        return {} if "updated_ms" in read else None
    return read_position(census) or {n: read[n] for n in ("observed_ms", "issues", "reading") if n in read}


def _is_census_due(seen: Seen, native: str, before: Mapping[str, int] | None) -> bool:
    """Whether issues are to be listed in any case: after a week, and when they are read in another way than then, for a
    register may have lost records to another mapping."""
    if before is None:
        return False
    if "observed_ms" not in before or before.get("reading") != seen.readings[native]:
        return True
    if counted(seen.projects[native]) is not None and "issues" not in before:
        return True
    return seen.now_ms is not None and seen.now_ms - before["observed_ms"] > WEEK_MS


def _doubted(seen: Seen, native: str, before: Mapping[str, int] | None, changes: Changes) -> Taken | None:
    """The last count, where one may be gone: their number differs, or somebody worked there, so that one may have been
    created in the place of another. Whether it is so shows when the changes were read."""
    total = counted(seen.projects[native])
    if not before or total is None or not {"observed_ms", "issues", "reading"} <= before.keys():
        return None
    if total == before["issues"] and native not in changes.since_ms:
        return None
    return Taken(
        before["issues"], before.get("counted_ms", before["observed_ms"]), before["observed_ms"], before["reading"]
    )
