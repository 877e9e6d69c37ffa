"""One trial: an empty store, runs that are struck, one that is left in peace, and what is left at the end."""

from __future__ import annotations

import re
import resource
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from portfolio.errors import ExitCode
from soak.comparing import Difference, Left, difference, is_smooth, left
from soak.killing import Death, Ended, Way, drawn, mortal, run
from soak.mischief import PEACE, Mischief
from soak.proxy import Proxy
from soak.world import Kind, World, world

_RATES: Mapping[Kind, float] = {"pull": 0.25, "quiet": 0.2, "loud": 0.12}
"""Share of requests that meet harm: fewer where a tool that is refused often makes a run wait longer each time."""
_MOST_STRIKES = 12
_CALM_RUNS = 3
_OTHERWISE = 0.08
"""Share of strikes that are a full disk, and as many that are two runs at once; the others are deaths."""
_EXPECTED = frozenset({ExitCode.DONE, ExitCode.PARTIAL, ExitCode.SIGN_IN, ExitCode.REMOTE})
_SMALLEST_DISK, _LARGEST_DISK = 10_000, 4_000_000


@dataclass(frozen=True)
class Truth:
    """What an undisturbed run leaves, how long it takes and how many edges it has to die at."""

    left: Mapping[bool, Left]
    """By whether each run of the trial had all of its sources."""
    seconds: float
    edges: Mapping[Way, int]


@dataclass
class Outcome:
    """What a trial met and what became of it."""

    kind: Kind
    seed: str
    runs: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    harms: Counter[str] = field(default_factory=Counter)
    full_disks: int = 0
    at_once: int = 0
    untold: int = 0
    difference: Difference = field(default_factory=Difference)
    trouble: list[str] = field(default_factory=list)
    """What no run may do, whatever it meets: end with a bug, with no end, or unlike what is promised."""

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or broken."""
        return self.difference.is_none and not self.trouble


def words(kind: Kind, made: World) -> list[str]:
    """The command line of the kind of trial."""
    return ["pull" if kind == "pull" else "run", "-q", "-c", str(made.config)]


def truth(proxy: Proxy, kind: Kind) -> Truth:
    """An undisturbed trial through the same address, since links carry it."""
    with TemporaryDirectory() as folder, world(Path(folder) / "house", proxy, kind) as made:
        proxy.mischief = PEACE
        passed, began = proxy.passed, time.monotonic()
        counting = Death("transaction", 10**9, "after", 1.0)
        first = run(words(kind, made), proxy, counting, 0, made.folder)
        seconds, requests = time.monotonic() - began, proxy.passed - passed
        second = run(words(kind, made), proxy, None, 0, made.folder)
        told = re.search(r"transactions: (\d+)", first.said)
        if (first.code, second.code) != (0, 0) or told is None:
            raise RuntimeError(f"an undisturbed run failed:\n{first.said}\n{second.said}")
        edges: dict[Way, int] = {"transaction": int(told[1]), "request": requests, "moment": 1}
        found = {smooth: left(made, kind, smooth=smooth) for smooth in (True, False)}
        return Truth(found, seconds, edges)


def trial(proxy: Proxy, kind: Kind, seed: str, known: Truth) -> Outcome:
    """Strike, leave in peace, compare."""
    random = Random(seed)
    outcome = Outcome(kind, seed)
    with TemporaryDirectory() as folder, world(Path(folder) / "house", proxy, kind) as made:
        before = Counter(proxy.done)
        proxy.mischief = Mischief(seed, _RATES[kind])
        for _ in range(random.randint(1, _MOST_STRIKES)):
            _strike(made, proxy, outcome, random, known)
        outcome.harms = Counter({str(harm): number for harm, number in (proxy.done - before).items()})
        proxy.mischief = PEACE
        ended = _in_peace(made, proxy, outcome)
        if ended.code == 0:
            smooth = is_smooth(made)
            found = left(made, kind, smooth=smooth)
            outcome.untold = found.untold
            outcome.difference = difference(known.left[smooth], found, smooth=smooth)
        outcome.trouble += made.failures()
    return outcome


def _strike(made: World, proxy: Proxy, outcome: Outcome, random: Random, known: Truth) -> None:
    line = words(outcome.kind, made)
    share = random.random()
    outcome.runs += 1
    if share < _OTHERWISE:
        outcome.full_disks += 1
        _judge(_starved(line, made.folder, random.randint(_SMALLEST_DISK, _LARGEST_DISK)), outcome, ExitCode.STORE)
    elif share < 2 * _OTHERWISE:
        outcome.at_once += 1
        outcome.runs += 1
        for ended in _two_at_once(line, made.folder):
            _judge(ended, outcome, ExitCode.STORE)
    else:
        death = drawn(random, dict(known.edges))
        ended = run(line, proxy, death, known.seconds, made.folder)
        if ended.was_killed:
            outcome.deaths[death.way] += 1
        else:
            _judge(ended, outcome)


def _judge(ended: Ended, outcome: Outcome, *also: ExitCode) -> None:
    if ended.code not in _EXPECTED | set(also):
        outcome.trouble.append(f"ended with {ended.code}: {ended.said[-2000:]}")


def _in_peace(made: World, proxy: Proxy, outcome: Outcome) -> Ended:
    ended = Ended(1, "not run")
    for _ in range(_CALM_RUNS):
        outcome.runs += 1
        ended = run(words(outcome.kind, made), proxy, None, 0, made.folder)
        if ended.code == 0:
            break
    else:
        outcome.trouble.append(f"{_CALM_RUNS} undisturbed runs ended with {ended.code}: {ended.said[-2000:]}")
    if ended.code == 0:  # what this one still had to mend is mended; another must find all as it is
        outcome.runs += 1
        ended = run(words(outcome.kind, made), proxy, None, 0, made.folder)
    return ended


def _starved(line: list[str], folder: Path, most_bytes: int) -> Ended:
    """No file may grow beyond so many bytes, as where a disk is full; Python has the signal for it ignored."""

    def starve() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    said = folder / "said.txt"
    with said.open("wb") as out:
        done = subprocess.run(mortal(line, None), stdout=out, stderr=out, preexec_fn=starve, check=False)
    return Ended(done.returncode, said.read_text("utf-8", "replace"))


def _two_at_once(line: list[str], folder: Path) -> list[Ended]:
    """Two runs of one store: one does the work, the other is told so or comes after it."""
    said = [folder / f"said-{number}.txt" for number in (1, 2)]
    children = []
    for path in said:
        with path.open("wb") as out:
            children.append(subprocess.Popen(mortal(line, None), stdout=out, stderr=out))
    codes = [child.wait() for child in children]
    return [Ended(code, path.read_text("utf-8", "replace")) for code, path in zip(codes, said, strict=True)]
