"""Several workers, each with a proxy, truths and trials of its own, until enough was met."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from itertools import count
from multiprocessing import get_context

from soak.proxy import Proxy
from soak.trials import Outcome, Truth, trial, truth
from soak.world import Kind

_TURNS: tuple[Kind, ...] = ("pull", "quiet", "pull", "loud", "pull")
"""The kinds of trial, in turn: what is read makes the most requests and transactions in the least time."""


@cache
def _proxy() -> Proxy:
    return Proxy().__enter__()  # it lives as long as its worker


@cache
def _truth(kind: Kind) -> Truth:
    return truth(_proxy(), kind)


def _one(kind: Kind, seed: str) -> Outcome:
    return trial(_proxy(), kind, seed, _truth(kind))


def _enough(outcomes: Sequence[Outcome], kills: int, faults: int) -> bool:
    met = sum(one.deaths.total() for one in outcomes) >= kills and sum(one.harms.total() for one in outcomes) >= faults
    return met and {one.kind for one in outcomes} == set(_TURNS)


def work(kills: int, faults: int, *, workers: int, seed: str, minutes: float) -> tuple[list[Outcome], float]:
    """Trials until `kills` and `faults` are met, or the time is over; each is told on standard error as it ends."""
    began = time.monotonic()
    outcomes: list[Outcome] = []
    numbers = _asked(seed)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        under_way: set[Future[Outcome]] = {pool.submit(_one, *next(numbers)) for _ in range(workers)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            outcomes += [one.result() for one in done]
            for one in done:
                _tell(outcomes, one.result())
            if not _enough(outcomes, kills, faults) and time.monotonic() - began < minutes * 60:
                under_way |= {pool.submit(_one, *next(numbers)) for _ in done}
    return outcomes, time.monotonic() - began


def _asked(seed: str) -> Iterator[tuple[Kind, str]]:
    for number in count():
        kind = _TURNS[number % len(_TURNS)]
        yield kind, f"{seed}:{number}:{kind}"


def _tell(outcomes: Sequence[Outcome], one: Outcome) -> None:
    kills, faults = (sum(total) for total in zip(*((o.deaths.total(), o.harms.total()) for o in outcomes), strict=True))
    state = "good" if one.is_good else "BAD"
    sys.stderr.write(f"trial {one.seed}: {state}; in all {kills} kills, {faults} faults\n")
    for line in (*one.difference.cases, *one.trouble):
        sys.stderr.write(f"    {line}\n")
    sys.stderr.flush()
