"""Several workers, each with a proxy, a nursery, truths and trials of its own, until enough was met."""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from itertools import count
from multiprocessing import get_context

from soak.children import Nursery
from soak.kept import Kept
from soak.proxy import Proxy
from soak.trials import STRIKES, Bench, Outcome, Truth, trial, truth
from soak.world import Kind

_TURNS: tuple[Kind, ...] = ("pull", "quiet", "pull", "loud", "pull", "pull", "pull", "pull", "pull", "pull")
"""The kinds of trial, in turn: what is read makes the most requests and transactions in the least time."""


@cache
def _bench() -> Bench:
    made = Bench(Proxy().__enter__(), Nursery())  # both live as long as their worker
    atexit.register(made.nursery.close)
    return made


@cache
def _truth(kind: Kind) -> Truth:
    return truth(_bench(), kind)


def _one(kind: Kind, seed: str, strikes: tuple[int, int]) -> Outcome:
    return trial(_bench(), kind, seed, _truth(kind), strikes)


def _enough(outcomes: Sequence[Outcome], kills: int, faults: int) -> bool:
    met = sum(one.deaths.total() for one in outcomes) >= kills and sum(one.harms.total() for one in outcomes) >= faults
    return met and {one.kind for one in outcomes} == set(_TURNS)


def work(
    kills: int,
    faults: int,
    *,
    workers: int,
    seed: str,
    minutes: float,
    kept: Kept,
    strikes: tuple[int, int] = STRIKES,
) -> list[Outcome]:
    """Trials until `kills` and `faults` are met, or the time is over; each is kept, and told, as it ends.

    Trials that are kept from before are not made again.
    """
    began = time.monotonic()
    outcomes = list(kept.outcomes)

    def is_over() -> bool:
        return _enough(outcomes, kills, faults) or time.monotonic() - began >= minutes * 60

    numbers = _asked(seed, {one.seed for one in outcomes})
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        under_way: set[Future[Outcome]] = (
            set() if is_over() else {pool.submit(_one, *next(numbers), strikes) for _ in range(workers)}
        )
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for one in done:
                outcomes.append(one.result())
                kept.add(one.result())
                _tell(outcomes, one.result())
            if not is_over():
                under_way |= {pool.submit(_one, *next(numbers), strikes) for _ in done}
    return outcomes


def _asked(seed: str, known: set[str]) -> Iterator[tuple[Kind, str]]:
    for number in count():
        kind = _TURNS[number % len(_TURNS)]
        name = f"{seed}:{number}:{kind}"
        if name not in known:
            yield kind, name


def _tell(outcomes: Sequence[Outcome], one: Outcome) -> None:
    kills, faults = (sum(total) for total in zip(*((o.deaths.total(), o.harms.total()) for o in outcomes), strict=True))
    state = "good" if one.is_good else "BAD"
    told = f"{one.runs} runs, {one.seconds:.0f} s"
    sys.stderr.write(f"trial {one.seed}: {state}, {told}; in all {kills} kills, {faults} faults\n")
    for line in (*one.difference.cases, *one.trouble):
        sys.stderr.write(f"    {line}\n")
    sys.stderr.flush()
