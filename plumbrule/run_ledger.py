"""The ledger of runs as it is read back: a list, and one run in full.

A run that failed or was killed leaves no snapshot, so the ledger is read from the store itself.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from plumbrule.app import App, open_app
from plumbrule.listing import ColumnKind, Listing, Section, heading, padded
from plumbrule.listing_forms import written, written_sections
from plumbrule.options import Form
from plumbrule.speech import says, spoken
from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.ports import Reader

_RUNS = """
SELECT r.id, r.started_at, r.ended_at, r.outcome, r.as_of, r.version, r.config_hash, r.host, r.process_id,
       coalesce(s.rows_read, 0) AS rows_read, coalesce(s.rows_changed, 0) AS rows_changed,
       coalesce(s.rows_deleted, 0) AS rows_deleted, coalesce(s.rejections, 0) AS unreadable,
       coalesce(s.failed, 0) AS failed_parts
FROM run r LEFT JOIN (
  SELECT run_id, sum(rows_read) AS rows_read, sum(rows_changed) AS rows_changed, sum(rows_deleted) AS rows_deleted,
         sum(rejections) AS rejections, count(*) FILTER (WHERE outcome <> 'complete') AS failed
  FROM stream_run GROUP BY run_id
) s ON s.run_id = r.id
ORDER BY r.started_at DESC, r.id DESC
"""
_SOURCES = """
SELECT q.source, q.outcome, q.requests, q.throttled, q.waited_seconds, q.received_bytes,
       sum(s.rows_read) AS rows_read, sum(s.rows_changed) AS rows_changed, sum(s.rejections) AS unreadable
FROM source_run q LEFT JOIN stream_run s ON s.run_id = q.run_id AND s.source = q.source
WHERE q.run_id = $run GROUP BY ALL ORDER BY q.source
"""
_FAILED = """
SELECT source, stream, partition, only_project, outcome, error_code, error FROM stream_run
WHERE run_id = $run AND outcome <> 'complete' ORDER BY source, stream, partition
"""
_EVENTS = "SELECT event, count(*) AS n FROM finding_event WHERE happened_on = $day GROUP BY event ORDER BY event"
_OF_SOURCE = (
    "requests", "throttled", "waited_seconds", "received_bytes", "rows_read", "rows_changed", "unreadable"
)  # fmt: skip
_OF_PART = ("source", "stream", "partition", "only_project", "outcome", "error_code", "error")
_COUNTS = ("rows_read", "rows_changed", "rows_deleted", "unreadable", "failed_parts")
_COLUMNS: dict[str, ColumnKind] = {
    "id": "text", "started": "instant", "ended": "instant", "seconds": "number", "state": "text", "as_of_day": "day",
    "as_of": "instant", **dict.fromkeys(_COUNTS, "number"), "version": "text", "config_hash": "text", "host": "text",
    "process_id": "number",
}  # fmt: skip


def listed(config: Path, last: int, form: Form) -> str:
    """Every run, the latest first. Raises StoreError while another process has the store."""
    with _ledger(config) as app:
        runs = [_run(row) for row in app.store.rows(_RUNS)]
    listing = Listing(
        runs[:last] if last else runs,
        ("id", "started", "seconds", "state", "as_of_day", "rows_read", "rows_changed", "unreadable"),
        says("no run yet; `plumbrule run` makes one"),
        _COLUMNS,
    )
    return written(listing, form)


def shown(config: Path, asked: str, form: Form) -> str:
    """One run in full. Raises ConfigurationError for a run that is not known, StoreError as `listed`."""
    with _ledger(config) as app:
        run = _meant(app.store.rows(_RUNS), asked)
        day = run["as_of"].astimezone(app.settings.portfolio.zone).date()
        told = {
            **_run(run),
            "sources": app.store.rows(_SOURCES, {"run": run["id"]}),
            "failed": app.store.rows(_FAILED, {"run": run["id"]}),
            "findings_of_the_day": _events(app.store, day),
        }
    if form in (Form.JSONL, Form.CSV, Form.MARKDOWN):
        return written_sections(_sections(told), form)
    return written(Listing((), prose=_text(told), document=told), form)


def _ledger(config: Path) -> App:
    return open_app(config, with_secrets=False, with_rules=False)


def _run(row: dict[str, Any]) -> dict[str, Any]:
    started, ended = row["started_at"], row["ended_at"]
    return {
        "id": row["id"],
        "started": _moment(started),
        "ended": _moment(ended),
        "seconds": None if ended is None else round((ended - started).total_seconds(), 1),
        "state": row["outcome"] or "running",
        "as_of_day": str(row["as_of"].date()),
        "as_of": _moment(row["as_of"]),
        **{name: int(row[name]) for name in _COUNTS},
        **{name: row[name] for name in ("version", "config_hash", "host", "process_id")},
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else f"{value:%Y-%m-%dT%H:%M:%SZ}"


def _meant(runs: Sequence[dict[str, Any]], asked: str) -> dict[str, Any]:
    if not runs:
        raise ConfigurationError("there is no run yet", code="runs.none", remedy="`plumbrule run` makes one")
    found = runs[:1] if asked == "latest" else [row for row in runs if row["id"].startswith(asked)]
    if len(found) == 1:
        return found[0]
    names = [row["id"] for row in runs]
    if found:
        raise ConfigurationError(
            f"`{asked}` is the beginning of {len(found)} runs", code="runs.ambiguous", remedy="Give more of its id."
        )
    raise ConfigurationError(
        f"there is no run `{asked}`",
        code="runs.unknown",
        remedy=suggest(asked, names) or "`plumbrule runs list` shows them.",
    )


def _events(store: Reader, day: object) -> dict[str, int]:
    return {row["event"]: int(row["n"]) for row in store.rows(_EVENTS, {"day": day})}


def _sections(told: dict[str, Any]) -> list[Section]:
    """The run itself, what each source was asked and gave, and what did not come through."""
    run = {name: value for name, value in told.items() if not isinstance(value, list | dict)}
    sources: dict[str, ColumnKind] = {"source": "text", "outcome": "text", **dict.fromkeys(_OF_SOURCE, "number")}
    parts: dict[str, ColumnKind] = dict.fromkeys(_OF_PART, "text")
    return [
        Section("Run", Listing([run])),
        Section("Sources", Listing(told["sources"], columns=sources)),
        Section(says("What did not come through"), Listing(told["failed"], columns=parts)),
    ]


def _text(told: dict[str, Any]) -> str:
    names = ("id", "started", "ended", "seconds", "state", "as_of", *_COUNTS, "version", "config_hash", "host")
    width = max(cell_len(heading(name)) for name in names)
    parts = [f"{padded(heading(name), width)}  {'–' if told[name] is None else told[name]}" for name in names]
    nothing = (
        says("no longer kept (`[store] keep_runs`)")
        if told["state"] in ("complete", "partial")
        else says("none was asked")
    )
    parts += ["", spoken("Sources"), Listing(told["sources"], nothing=nothing).as_text()]
    if told["failed"]:
        parts += ["", says("What did not come through"), Listing(told["failed"]).as_text()]
    found = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in told["findings_of_the_day"].items())
    return "\n".join([*parts, "", says("Findings of that day: {found}", found=found or "nothing happened")])
