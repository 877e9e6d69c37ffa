"""The child process that evaluates: it can be killed without harm, and it can hold no more memory than allowed."""

import resource
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from time import monotonic

import duckdb

from rules.connection import open_locked
from rules.evaluator import Evaluator
from rules.job import Asked, Job, Limits, Opened, Unreadable, overran
from rules.plugins import PluginFault
from rules.results import RuleRun
from rules.tally import Asked as Member
from rules.variant import Variant
from rules.watchdog import Watchdog


def serve(pipe: Connection, job: Job, first: int) -> None:
    """Evaluate the variants from `first` on, sending one message each. Runs in the child."""
    _limit_memory(job.limits)
    try:
        connection = open_locked(job.snapshot, job.limits)
        evaluator = Evaluator(
            connection, job.as_of, job.capabilities, job.language, job.stale_after_hours, also=job.also
        )
        pipe.send(Opened(evaluator.populations(job.kinds)))
    except duckdb.Error as error:
        pipe.send(Unreadable(_first_line(error)))
        return
    with Watchdog(connection.interrupt, job.limits.rule_seconds) as watchdog:
        spent = _asked_together(pipe, evaluator, watchdog, job, first) if job.together else {}
        for variant in job.variants[first:]:
            began = monotonic()
            run = _evaluated(evaluator, watchdog, variant, job)
            took = monotonic() - began + spent.pop(variant.rule.id, 0.0)
            pipe.send(replace(run, milliseconds=round(took * 1000)))
    pipe.close()


def _asked_together(
    pipe: Connection, evaluator: Evaluator, watchdog: Watchdog, job: Job, first: int
) -> dict[str, float]:
    """Ask for all that one scan of a view can answer for several rules: their tallies, and then the rows of those by
    which many lean. Gives each rule's share of the seconds that it took.

    Rules that cannot be asked together, because one of them fails or all of them take too long, are asked alone later:
    then it shows which.
    """
    spent: dict[str, float] = defaultdict(float)

    def ask(members: Sequence[Member], what: Callable[[], None]) -> None:
        began = monotonic()
        with suppress(duckdb.Error, ArithmeticError, MemoryError), watchdog.watching():
            what()
        share = (monotonic() - began) / len(members)
        for member in members:
            spent[member.rule.id] += share
        pipe.send(Asked(more=True))

    for together in evaluator.together(job.variants[first:]):
        ask(together.members, partial(evaluator.ask, together))
    for gathering in evaluator.gatherings():
        ask(gathering.members, partial(evaluator.gather, gathering))
    pipe.send(Asked(more=False))
    return spent


def _evaluated(evaluator: Evaluator, watchdog: Watchdog, variant: Variant, job: Job) -> RuleRun:
    try:
        with watchdog.watching():
            return evaluator.run_variant(variant, job.watched.get(variant.rule.id, frozenset()))
    except duckdb.InterruptException:
        return evaluator.failed(variant, overran(job.limits))
    except (duckdb.Error, ArithmeticError, MemoryError, PluginFault) as error:
        return evaluator.failed(variant, _first_line(error))


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _limit_memory(limits: Limits) -> None:
    """A hard wall behind DuckDB's own limit; interpreter, libraries and thread stacks need addresses of their own."""
    most = (limits.memory_mb + 3_072) * 1_024 * 1_024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
