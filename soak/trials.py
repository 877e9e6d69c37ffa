"""One trial: an empty store, runs that are struck, one that is left in peace, and what is left at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from portfolio.errors import ExitCode
from soak.children import Nursery, Order
from soak.comparing import Difference, Left, difference, is_smooth, left
from soak.killing import Ended, Extent, drawn, run, run_fresh, run_together
from soak.mischief import PEACE, Mischief
from soak.proxy import Proxy
from soak.world import Kind, World, world

_RATES: Mapping[Kind, float] = {"pull": 0.3, "quiet": 0.25, "loud": 0.12}
"""Share of requests that meet harm: fewer where a tool that is refused often makes a run wait longer each time."""
STRIKES = (4, 12)
"""How many runs are struck, at least and at most."""
_CALM_RUNS = 3
_OTHERWISE = 0.06
"""Share of strikes that are a full disk, and as many that are two runs at once; the others are deaths."""
_EXPECTED = frozenset({ExitCode.DONE, ExitCode.PARTIAL, ExitCode.SIGN_IN, ExitCode.REMOTE})
_SMALLEST_DISK, _LARGEST_DISK = 10_000, 4_000_000


@dataclass(frozen=True)
class Bench:
    """What all trials of a worker use: the proxy before the tools, and what bears the runs."""

    proxy: Proxy
    nursery: Nursery


@dataclass(frozen=True)
class Truth:
    """What an undisturbed run leaves, and how much there is of it to die in."""

    left: Mapping[bool, Left]
    """By whether each run of the trial had all of its sources."""
    extent: Extent


@dataclass
class Outcome:
    """What a trial met and what became of it."""

    kind: Kind
    seed: str
    runs: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    harms: Counter[str] = field(default_factory=Counter)
    """To requests, and to runs: a full disk, another run at once."""
    seconds: float = 0
    untold: int = 0
    difference: Difference = field(default_factory=Difference)
    trouble: list[str] = field(default_factory=list)
    """What no run may do, whatever it meets: end with a bug, with no end, or unlike what is promised."""

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or broken."""
        return self.difference.is_none and not self.trouble


def order(kind: Kind, made: World) -> Order:
    """The run of this kind of trial."""
    return Order(("pull" if kind == "pull" else "run", "-q", "-c", str(made.config)), made.folder / "said.txt")


def truth(bench: Bench, kind: Kind) -> Truth:
    """An undisturbed trial through the same address, since links carry it."""
    with TemporaryDirectory() as folder, world(Path(folder) / "house", bench.proxy, kind) as made:
        bench.proxy.mischief = PEACE
        first = run(bench.nursery, order(kind, made), bench.proxy)
        second = run_fresh(order(kind, made), bench.proxy)
        if (first.code, second.code) != (0, 0) or not first.extent.transaction:
            raise RuntimeError(f"an undisturbed run failed:\n{first.said}\n{second.said}")
        found = {smooth: left(made, kind, smooth=smooth) for smooth in (True, False)}
        return Truth(found, first.extent)


def trial(bench: Bench, kind: Kind, seed: str, known: Truth, strikes: tuple[int, int] = STRIKES) -> Outcome:
    """Strike, leave in peace, compare."""
    outcome, began = Outcome(kind, seed), time.monotonic()
    with TemporaryDirectory() as folder, world(Path(folder) / "house", bench.proxy, kind) as made:
        _Struck(bench, made, outcome, Random(seed), known.extent).strike(strikes)
        ended = _in_peace(bench, made, outcome)
        if ended.code == 0:
            smooth = is_smooth(made)
            found = left(made, kind, smooth=smooth)
            outcome.untold = found.untold
            outcome.difference = difference(known.left[smooth], found, smooth=smooth)
        outcome.trouble += made.failures()
    outcome.seconds = time.monotonic() - began
    return outcome


class _Struck:
    """The part of a trial in which runs meet what they meet."""

    def __init__(self, bench: Bench, made: World, outcome: Outcome, random: Random, extent: Extent) -> None:
        self._bench, self._outcome, self._random = bench, outcome, random
        self._order, self._extent = order(outcome.kind, made), extent
        self._folder = made.folder

    def strike(self, strikes: tuple[int, int]) -> None:
        """So many runs, one after the other, while requests meet harm."""
        proxy = self._bench.proxy
        before = Counter(proxy.done)
        proxy.mischief = Mischief(self._outcome.seed, _RATES[self._outcome.kind])
        for _ in range(self._random.randint(*strikes)):
            share = self._random.random()
            if share < _OTHERWISE:
                self._without_disk()
            elif share < 2 * _OTHERWISE:
                self._two_at_once()
            else:
                self._killed()
        proxy.mischief = PEACE
        self._outcome.harms.update({str(harm): number for harm, number in (proxy.done - before).items()})

    def _killed(self) -> None:
        self._outcome.runs += 1
        death = drawn(self._random, self._extent)
        ended = run(self._bench.nursery, self._order, self._bench.proxy, death)
        if ended.was_killed:
            self._outcome.deaths[death.way] += 1
        else:
            self._extent = self._extent.learnt(death.way, ended.extent)
            _judge(ended, self._outcome)

    def _without_disk(self) -> None:
        self._outcome.runs += 1
        self._outcome.harms["full disk"] += 1
        most = self._random.randint(_SMALLEST_DISK, _LARGEST_DISK)
        starved = replace(self._order, most_bytes=most)
        _judge(run(self._bench.nursery, starved, self._bench.proxy), self._outcome, ExitCode.STORE)

    def _two_at_once(self) -> None:
        """Two runs of one store: one does the work, the other is told so or comes after it."""
        self._outcome.runs += 2
        self._outcome.harms["two runs at once"] += 1
        orders = [replace(self._order, said=self._folder / f"said-{number}.txt") for number in (1, 2)]
        for ended in run_together(self._bench.nursery, orders):
            _judge(ended, self._outcome, ExitCode.STORE)


def _judge(ended: Ended, outcome: Outcome, *also: ExitCode) -> None:
    if ended.code not in _EXPECTED | set(also):
        outcome.trouble.append(f"ended with {ended.code}: {ended.said[-2000:]}")


def _in_peace(bench: Bench, made: World, outcome: Outcome) -> Ended:
    ended = Ended(1, "not run")
    for _ in range(_CALM_RUNS):
        outcome.runs += 1
        ended = run(bench.nursery, order(outcome.kind, made), bench.proxy)
        if ended.code == 0:
            break
    else:
        outcome.trouble.append(f"{_CALM_RUNS} undisturbed runs ended with {ended.code}: {ended.said[-2000:]}")
    if ended.code == 0:  # what this one still had to mend is mended; another must find all as it is
        outcome.runs += 1
        ended = run_fresh(order(outcome.kind, made), bench.proxy)
        if ended.code != 0:
            outcome.trouble.append(f"a second undisturbed run ended with {ended.code}: {ended.said[-2000:]}")
    return ended
