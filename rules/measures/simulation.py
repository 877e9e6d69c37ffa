"""When open work may be done: the weeks behind, drawn again and again.

Each trial adds up whole weeks, drawn with replacement from the finished weeks of the project, until the open items are
done; the forecast is a percentile of the trials. Method: Monte Carlo on throughput, as in
https://kanbanize.com/kanban-resources/kanban-analytics/monte-carlo-simulation/ . It supposes that the future has such
weeks as the past had and that no item is added.

Random numbers are PCG64's raw 64 bits, whose stream numpy promises never to change, seeded with the first 32 bits of
SHA-256 of the project's id: the same project on the same data has the same forecast, on every machine and for ever.
"""

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from portfolio.model.column import Table, integer, key_text
from portfolio.ports import Computed

if TYPE_CHECKING:
    import pyarrow as pa

TRIALS = 10_000
LEAST_WEEKS = 6
"""With fewer finished weeks there is no forecast."""

FURTHEST_WEEKS = 520
"""Trials that are not done after ten years end there; a percentile among them is none."""

_BLOCK = 16


class Forecast(NamedTuple):
    """Weeks until all is done, by share of the trials; None where that is beyond FURTHEST_WEEKS."""

    p50: int | None
    p85: int | None
    p95: int | None


def seed_of(project_id: str) -> int:
    """The seed of a project: depends on its id and on nothing else."""
    return int.from_bytes(hashlib.sha256(project_id.encode()).digest()[:4], "big")


def forecast(finished: "list[int]", open_items: int, seed: int, trials: int = TRIALS) -> Forecast:
    """Draw from weeks in which that many items were `finished`, oldest first, until `open_items` are done.

    No open items: 0 weeks. Raises ValueError for fewer than LEAST_WEEKS weeks or a negative number.
    """
    if len(finished) < LEAST_WEEKS or min(finished) < 0 or open_items < 0:
        raise ValueError(f"{len(finished)} weeks and {open_items} open items make no forecast")
    if open_items == 0:
        return Forecast(0, 0, 0)
    if max(finished) == 0:
        return Forecast(None, None, None)
    ended = _weeks_until(finished, open_items, seed, trials)
    return Forecast(*(_percentile(ended, share) for share in (50, 85, 95)))


def _weeks_until(finished: "list[int]", open_items: int, seed: int, trials: int) -> Any:
    """Of each trial the number of weeks, sorted; FURTHEST_WEEKS + 1 where it was not done by then."""
    import numpy as np

    bits = np.random.PCG64(seed)
    weeks = np.array(finished, dtype=np.int32)
    ended = np.full(trials, FURTHEST_WEEKS + 1, dtype=np.int32)
    running, done = np.arange(trials), np.zeros(trials, dtype=np.int32)
    for before in range(0, FURTHEST_WEEKS, _BLOCK):
        raw = bits.random_raw(running.size * _BLOCK)
        drawn = weeks[((raw >> np.uint64(32)) * np.uint64(weeks.size) >> np.uint64(32)).astype(np.intp)]
        totals = drawn.reshape(running.size, _BLOCK).cumsum(axis=1, dtype=np.int32) + done[:, None]
        over = totals[:, -1] >= open_items
        ended[running[over]] = before + 1 + (totals[over] >= open_items).argmax(axis=1)
        running, done = running[~over], totals[~over, -1]
        if not running.size:
            break
    ended[ended > FURTHEST_WEEKS] = FURTHEST_WEEKS + 1
    ended.sort()
    return ended


def _percentile(ended: Any, share: int) -> int | None:
    """By nearest rank: the least number of weeks within which so many of a hundred trials were done."""
    weeks = int(ended[(share * len(ended) + 99) // 100 - 1])
    return weeks if weeks <= FURTHEST_WEEKS else None


def forecasts(weeks: "pa.Table", work: "pa.Table") -> "pa.Table":
    """One row a project of `work`; percentiles are null where there is no forecast."""
    import pyarrow as pa

    behind: dict[str, list[int]] = {}
    ordered = weeks.sort_by([("project_id", "ascending"), ("weeks_ago", "descending")])
    for project, finished in zip(ordered["project_id"].to_pylist(), ordered["finished"].to_pylist(), strict=True):
        behind.setdefault(project, []).append(finished)
    rows = []
    for project, open_items in zip(work["project_id"].to_pylist(), work["open_items"].to_pylist(), strict=True):
        finished, seed, found = behind.get(project, []), seed_of(project), Forecast(None, None, None)
        if open_items == 0:
            found = Forecast(0, 0, 0)
        elif len(finished) >= LEAST_WEEKS:
            found = forecast(finished, open_items, seed)
        rows.append((project, len(finished), TRIALS, seed, *found))
    columns = zip(*rows, strict=True) if rows else ((),) * len(_RETURNS.names)
    kinds = [pa.string(), *[pa.int64()] * 6]
    made = {n: pa.array(v, k) for n, v, k in zip(_RETURNS.names, columns, kinds, strict=True)}
    return pa.table(made)


_RETURNS = Table(
    "_forecasts",
    "Weeks until the open items of a tracker are done, by simulation.",
    (
        key_text("project_id", "the initiative"),
        integer("window_weeks", "finished weeks drawn from"),
        integer("trials", "number of trials"),
        integer("seed", "seed of the random numbers"),
        integer("p50_weeks", "half of the trials were done by then"),
        integer("p85_weeks", "85 of a hundred"),
        integer("p95_weeks", "95 of a hundred"),
    ),
    key=("project_id",),
)

FORECASTS = Computed(
    _RETURNS,
    {
        "weeks": "SELECT project_id, weeks_ago, finished FROM _finished_weeks",
        "work": "SELECT project_id, open_items FROM _flow_sums",
    },
    forecasts,
)
