"""`plumbrule doctor`: what stands between us and each source and receiver, before a run finds out. Writes nothing."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import structlog

from connectors.examining import looked
from plumbrule import log
from plumbrule.app import secrets_of, system_clock
from plumbrule.config_file import load_settings
from plumbrule.listing import Case, ColumnKind, Level, Listing, Row
from plumbrule.listing_forms import written
from plumbrule.notes import on_configuration
from plumbrule.options import Form
from plumbrule.receivers import receiver
from plumbrule.settings import Settings
from plumbrule.speech import advice, spoken
from plumbrule.targets import targets
from plumbrule.told_traffic import OVER, RENEWING, WARN_DAYS, its_end, skew, waiting
from plumbrule.unplaced import unplaced
from plumbrule.wiring import connected
from portfolio.counted import counted
from portfolio.errors import ExitCode, PlumbruleError, worst
from portfolio.ports import (
    Channel,
    Connector,
    Examining,
    ExaminingReceiver,
    ExaminingWrites,
    Expiring,
    Observation,
    Traffic,
)
from sync.traffic import as_plain

FORMAT = "plumbrule.doctor/1"
_MARKS = {"ok": "ok  ", "note": "note", "warning": "WARN", "failed": "FAIL"}
_WEIGHTS = ("ok", "note", "warning", "failed")
_LEVELS: dict[str, Level] = {"ok": "pass", "note": "note", "warning": "warning", "failed": "error"}
_COLUMNS: dict[str, ColumnKind] = {
    "source": "text", "kind": "text", "subject": "text", "state": "text", "found": "text", "remedy": "text"
}  # fmt: skip
_AT_ONCE = 4


@dataclass(frozen=True)
class Health:
    """One source, or receiver of reports, looked at."""

    source: str
    kind: str
    observations: tuple[Observation, ...]
    traffic: Traffic

    @property
    def state(self) -> str:
        """The gravest state of any observation."""
        return max((o.state for o in self.observations), key=_WEIGHTS.index, default="ok")

    @property
    def exit_code(self) -> ExitCode:
        """0, or the gravest of what failed."""
        return worst(o.exit_code for o in self.observations if o.state == "failed")


def examine(
    config: Path, only: Collection[str] = (), *, debug: bool = False, today: date | None = None
) -> tuple[Health, ...]:
    """Look at all sources and receivers, or at those named, side by side; in the order of the configuration.

    Raises ConfigurationError for mistakes in the configuration, and for a name that is not in it.
    """
    settings = load_settings(config).settings
    log.configure("debug" if debug else settings.log.level, settings.log.format, secrets_of(settings))
    day = today or _today(settings)
    channels = channels_of(settings)
    receivers = [name for name in settings.receivers if not only or name in only]
    sources = [name for name in only if name not in settings.receivers]
    found: tuple[Health, ...] = ()
    with ThreadPoolExecutor(_AT_ONCE, "doctor") as pool:
        if sources or not only:
            with connected(settings, sources) as connectors:
                found = tuple(pool.map(lambda connector: _health(connector, settings, channels, day), connectors))
        return (*found, *filter(None, pool.map(lambda name: receiver_health(settings, name, day), receivers)))


def _today(settings: Settings) -> date:
    return system_clock().astimezone(settings.portfolio.zone).date()


def channels_of(settings: Settings) -> frozenset[Channel]:
    """The channels that are written to, or would be if write-back were on."""
    wanted = settings.writeback
    found: set[Channel] = set(wanted.marks)
    found |= {"field"} if wanted.field else set()
    return frozenset(found | ({"finding_issue"} if wanted.finding_issues else set()))


def _health(connector: Connector, settings: Settings, channels: Collection[Channel], today: date) -> Health:
    try:
        found = tuple(_observations(connector, settings, channels, today))
    except Exception as bug:  # one source must not keep the others from being looked at
        structlog.get_logger("plumbrule.doctor").debug("doctor.unexpected", exc_info=bug)
        words = f"{type(bug).__name__}, which nobody foresaw"  # its own words may quote a secret
        found = (Observation("plumbrule", "failed", words, "Please report it as a bug.", ExitCode.INTERNAL),)
    return Health(connector.name, connector.kind, found, connector.traffic)


def receiver_health(settings: Settings, name: str, today: date) -> Health | None:
    """A receiver of reports, looked at; None for one that can tell nothing before it is sent to."""
    kind = settings.receivers[name].kind
    try:
        target: object = receiver(settings, name)
    except PlumbruleError as error:
        seen = Observation("sign-in", "failed", error.what, error.remedy, error.exit_code)
        return Health(name, kind, (seen,), Traffic())
    if not isinstance(target, ExaminingReceiver):
        return None
    with closing(target):
        found = [*target.examine(), *looked("sign-in", lambda: _ends(target, today)), *_about_the_way(target.traffic)]
    return Health(name, kind, tuple(found), target.traffic)


def _ends(target: ExaminingReceiver, today: date) -> Iterator[Observation]:
    if target.ends is not None:
        yield _ending(*target.ends, today)


def _observations(
    connector: Connector, settings: Settings, channels: Collection[Channel], today: date
) -> Iterator[Observation]:
    try:
        probe = connector.probe()
    except PlumbruleError as error:
        yield Observation("sign-in", "failed", error.what, error.remedy, error.exit_code)
        yield from _about_the_way(connector.traffic)
        return
    if isinstance(connector, Examining):
        yield from connector.examine(channels if settings.writeback.enabled else ())
        yield from _about_writing(connector, settings, channels)
        yield from looked("references", lambda: unplaced(settings, connector.name))
    else:
        yield Observation("account", "ok", f"{probe.account}, {probe.deployment}")
        yield from (Observation(name, "ok", value) for name, value in probe.detail.items() if value)
    if probe.expires_on is not None:
        yield _ending(probe.expiring, probe.expires_on, today)
    yield from _about_the_way(connector.traffic)


def _about_writing(connector: Connector, settings: Settings, channels: Collection[Channel]) -> Iterator[Observation]:
    """What write-back needs in that source. While it is off, what is missing is no more than good to know."""
    if connector.name in settings.writable[:1]:
        yield from (Observation("write-back", "note", note.what, note.remedy) for note in on_configuration(settings))
    found = looked("write-back", lambda: targets(settings, connector.name))
    if settings.writeback.enabled:
        yield from found
    elif isinstance(connector, ExaminingWrites):
        yield from map(_for_later, [*connector.examine_writes(channels), *found])


def _for_later(seen: Observation) -> Observation:
    about = "" if seen.subject == "write-back" else f"{seen.subject} "
    told = f"{about}{seen.found} (needed once write-back is on)"
    return replace(seen, subject="write-back", state="ok" if seen.state == "ok" else "note", found=told)


def _ending(what: Expiring, expires: date, today: date) -> Observation:
    """When what we sign in with ends, with what to do about it."""
    left = (expires - today).days
    if left < 0:
        return Observation(what, "warning", its_end(expires, what), _sentence(OVER[what]))
    found = f"expires in {counted(left, 'day')} ({expires})"
    if left > WARN_DAYS:
        return Observation(what, "ok", found)
    return Observation(what, "warning", found, _sentence(RENEWING[what]))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _about_the_way(traffic: Traffic) -> Iterator[Observation]:
    """What the answers said by the way: their clock, their limits, their speed."""
    ahead = traffic.clock_ahead_seconds
    if ahead is not None:
        wrong = skew(traffic).removeprefix("warning: ").partition("; ")
        if wrong[0]:
            yield Observation("clock", "warning", wrong[0], f"{wrong[2][:1].upper()}{wrong[2][1:]}.")
        else:
            yield Observation("clock", "ok", f"agrees with the source's to {abs(ahead):.0f} s")
    if traffic.limits:
        told = ", ".join(f"{name}: {value}" for name, value in sorted(traffic.limits.items()))
        yield Observation("limits", "ok", told)
    if waited := waiting(traffic):
        spread = "Spread the schedules of what calls this tool."
        yield Observation("limits", "warning", waited, spread if traffic.throttled else "")


def exit_code(found: Sequence[Health]) -> ExitCode:
    """The code to end with."""
    return worst(health.exit_code for health in found)


def as_text(found: Sequence[Health]) -> str:
    """A block of lines per source; each line says how it stands, what about, and what was found."""
    return "\n\n".join("\n".join(_block(health)) for health in found)


def _block(health: Health) -> Iterator[str]:
    requests = health.traffic.requests
    sent = f", {spoken(counted(requests, 'request'))}" if requests else ""
    yield f"{health.source} ({health.kind}){sent}"
    for seen in health.observations:
        yield f"  {_MARKS[seen.state]}  {seen.subject:<11}  {spoken(seen.found)}"
        if seen.remedy and seen.state != "ok":
            yield f"        {advice(seen.remedy)}"


def listing(found: Sequence[Health], moment: datetime | None = None) -> Listing:
    """The same for machines: a row for each thing that was looked at; as JSON the document of `FORMAT`."""
    rows = [
        {"source": h.source, "kind": h.kind, "subject": o.subject, "state": o.state, "found": o.found,
         "remedy": o.remedy or None}
        for h in found
        for o in h.observations
    ]  # fmt: skip
    document = _document(found, moment)
    return Listing(rows, columns=_COLUMNS, prose=as_text(found), document=document, case=_case, name="doctor")


def _case(row: Row) -> Case:
    """What is ok passes; a note may be so on purpose."""
    told = f"{row['source']} ({row['kind']})"
    return Case(row["subject"], _LEVELS[row["state"]], row["found"], told, "source", fix=row["remedy"] or "")


def as_json(found: Sequence[Health], moment: datetime | None = None) -> str:
    """The document alone, as text."""
    return written(listing(found, moment), Form.JSON)


def _document(found: Sequence[Health], moment: datetime | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "format": FORMAT,
        "examined_at": f"{(moment or system_clock()).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "exit_code": int(exit_code(found)),
        "sources": [
            {
                "source": health.source,
                "kind": health.kind,
                "state": health.state,
                "observations": [
                    {"subject": o.subject, "state": o.state, "found": o.found, "remedy": o.remedy or None}
                    for o in health.observations
                ],
                "traffic": as_plain(health.traffic),
            }
            for health in found
        ],
    }
    return body
