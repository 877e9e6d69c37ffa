"""The ledger of runs: each is written down when it begins and when it ends; ids and moments are given, never taken."""

from datetime import datetime

from portfolio.errors import InternalError
from portfolio.ports import Store
from sync.lock import Owner
from sync.outcome import Outcome


def begin_run(
    store: Store, run_id: str, *, owner: Owner, as_of: datetime, version: str, config_hash: str
) -> tuple[str, ...]:
    """Write down that a run begins, at `owner.since`; returns the ids of earlier runs found dead.

    Whoever has the store open is the only one: a run that is still open in the ledger was killed. It is marked
    interrupted; when it died is not known, so its end stays empty.
    """
    open_runs = store.rows("SELECT * FROM run WHERE outcome IS NULL AND id <> $id ORDER BY id", {"id": run_id})
    this = {
        "id": run_id,
        "started_at": owner.since,
        "as_of": as_of,
        "version": version,
        "config_hash": config_hash,
        "process_id": owner.process_id,
        "host": owner.host,
    }
    store.put({"run": [*({**row, "outcome": "interrupted"} for row in open_runs), this]})
    return tuple(row["id"] for row in open_runs)


def end_run(store: Store, run_id: str, *, ended_at: datetime, outcome: Outcome) -> None:
    """Write down how the run ended. Raises InternalError when it never began."""
    found = store.rows("SELECT * FROM run WHERE id = $id", {"id": run_id})
    if not found:
        raise InternalError(f"run {run_id} was never begun", code="sync.no_run")
    store.put({"run": [{**found[0], "ended_at": ended_at, "outcome": outcome}]})
