"""The measuring: contenders run in turn against one site, and their stores are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.contenders import Contender
from benchmarks.figures import FULL, SAME, SOME, Measured
from benchmarks.processes import DidNotRun, LoadSite, TookTooLong, load_site, run

Told = Callable[[Measured], None]


@dataclass(frozen=True)
class Conditions:
    """What is the same for all: latency of each answer, and the longest that anybody waits for a run."""

    latency_ms: int = 50
    timeout_seconds: float = 600


def side_by_side(
    contenders: Sequence[Contender], issues: int, repeats: int, conditions: Conditions, told: Told
) -> list[Measured]:
    """Let contenders run in turn at one Jira; see `at_one_site`."""
    site = load_site(issues, latency_ms=conditions.latency_ms)
    return at_one_site(site, contenders, repeats, conditions, told)


def at_one_site(
    opened: AbstractContextManager[LoadSite],
    contenders: Sequence[Contender],
    repeats: int,
    conditions: Conditions,
    told: Told,
) -> list[Measured]:
    """Let contenders run in turn: full loads, then again with nothing changed, then with 1 % changed.

    All share one site, which holds exactly what it did at the start until the last part; so
    its answers are made once, and the server takes next to no part in the measurement from the second repeat on.
    """
    with ExitStack() as stack:
        site = stack.enter_context(opened)
        bench = _Bench(site, conditions, told)
        folders: dict[str, Path] = {}
        for _ in range(repeats):
            for one in contenders:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
                if bench.measure(one, FULL, folder):
                    folders[one.name] = folder
        again = [one for one in contenders if one.incremental and one.name in folders]
        for case in (SAME, SOME):
            for _ in range(repeats):
                for one in again:
                    changed = site.touch(1) if case == SOME else 0
                    bench.measure(one, case, folders[one.name], changed)
        return bench.done


def full_load(contender: Contender, issues: int, conditions: Conditions, told: Told) -> list[Measured]:
    """Let one contender load a site once."""
    with load_site(issues, latency_ms=conditions.latency_ms) as site, TemporaryDirectory(prefix="bench-") as name:
        bench = _Bench(site, conditions, told)
        bench.measure(contender, FULL, Path(name))
        return bench.done


class _Bench:
    def __init__(self, site: LoadSite, conditions: Conditions, told: Told) -> None:
        self._site = site
        self._issues = site.size
        self._conditions = conditions
        self._told = told
        self.done: list[Measured] = []

    def measure(self, contender: Contender, case: str, folder: Path, changed: int = 0) -> bool:
        """Run once, and count. Says whether the figures count."""
        measured = replace(self._measured(contender, case, folder), changed=changed)
        self.done.append(measured)
        self._told(measured)
        return not measured.wrong

    def _measured(self, contender: Contender, case: str, folder: Path) -> Measured:
        if missing := contender.missing():
            return Measured(contender.name, case, self._issues, wrong=missing)
        site = self._site
        try:
            chain = contender.chain(folder, site.url)
            site.forget_requests()
            env = {"LOAD_TOKEN": contender.token}
            usage = run(chain, folder=folder, timeout_seconds=self._conditions.timeout_seconds, env=env)
            counted = contender.count(folder)
        except TookTooLong as late:
            return Measured(contender.name, case, self._issues, wrong=str(late), stopped_seconds=late.seconds)
        except DidNotRun as why:
            return Measured(contender.name, case, self._issues, wrong=str(why))
        requests, expected = site.requests(), site.expected()
        wrong = "" if counted == expected else f"its store holds {counted}, the site {expected}"
        counts = (requests["total"], requests["by_endpoint"])
        most = requests["most_at_once"]
        return Measured(contender.name, case, self._issues, usage, *counts, wrong, most_at_once=most)
