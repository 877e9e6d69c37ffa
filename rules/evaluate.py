"""Evaluates a rule set on a snapshot, in a process of its own that is killed when a rule overruns."""

import multiprocessing
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from portfolio.errors import StoreError
from rules.job import Asked, Job, Limits, Opened, Unreadable, failed_run, overran
from rules.results import Evaluation, RuleRun
from rules.ruleset import RuleSet
from rules.variant import Variant, merged, whole


def evaluate(
    ruleset: RuleSet,
    snapshot: Path,
    capabilities: Sequence[Mapping[str, Any]] = (),
    *,
    as_of: date,
    watched: Mapping[str, Collection[str]] | None = None,
    limits: Limits | None = None,
    variants: Sequence[Variant] | None = None,
    off: Mapping[str, Collection[str]] | None = None,
    kinds: Collection[str] = (),
    also: Sequence[str] = (),
) -> Evaluation:
    """Every rule in force on each of its subjects in the snapshot.

    `capabilities` are rows of table `capability`; `watched` the items with open findings, by rule id (see
    `rules.findings.watched`). A rule that fails or overruns yields outcome error and the others go on.

    `variants` are the rules as policy puts them in force, those of one rule one after the other, and `off` the subjects
    for which a rule is off; left out: every rule as it stands, for every subject. What comes back knows all projects,
    and all subjects of the kinds that the rules judge and of those in `kinds`. `also` are further languages in which
    messages are told.

    Raises StoreError when the snapshot cannot be read.
    """
    chosen = whole(ruleset.rules) if variants is None else tuple(variants)
    frozen = {rule: frozenset(items) for rule, items in (watched or {}).items()}
    job = Job(
        snapshot,
        as_of,
        chosen,
        ruleset.language,
        tuple(also),
        [dict(c) for c in capabilities],
        frozen,
        limits or Limits(),
        ruleset.stale_after_hours,
        frozenset({"project", *kinds, *(variant.rule.subject for variant in chosen)}),
    )
    supervisor = _Supervisor(job)
    runs = tuple(merged(chosen, supervisor.runs(), off or {}))
    others = dict(supervisor.populations)
    return Evaluation(as_of, runs, others.pop("project", frozenset()), others)


class _Supervisor:
    """Starts a child, takes its results, and starts another where one had to be killed."""

    def __init__(self, job: Job) -> None:
        self.job = replace(job, variants=tuple(_without_tests(v) for v in job.variants))
        self.populations: Mapping[str, frozenset[str]] = {}
        self.why = ""
        self.is_to_be_split = False

    def runs(self) -> Iterator[RuleRun]:
        """One run per variant, in their order."""
        position = 0
        while position < len(self.job.variants) or not position:
            for run in self._child(position):
                yield run
                position += 1
            if position >= len(self.job.variants):
                return
            if self.is_to_be_split:
                self.is_to_be_split, self.job = False, replace(self.job, together=False)
                continue
            failed = self.job.variants[position]
            yield failed_run(failed, self.populations.get(failed.rule.subject, ()), self.why)
            position += 1

    def _child(self, first: int) -> Iterator[RuleRun]:
        """Results until the child ends or must be killed; `why` then says what happened.

        Started as a program rather than by multiprocessing, whose hand-over waits for ever when a child dies young.
        """
        ours, theirs = multiprocessing.Pipe()
        command = [sys.executable, "-P", "-m", "rules.child", str(theirs.fileno())]
        # -P: the folder that the command was given in is no place to load code from.
        # A process group of its own: Ctrl-C in a terminal then reaches only the parent, which ends the child.
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], process_group=0)
        theirs.close()
        try:
            self._open(ours, first)
            if self.job.together and not self._asked_together(ours):
                self.is_to_be_split = True
                return
            for _ in self.job.variants[first:]:
                run = self._next(ours)
                if run is None:
                    return
                yield run
        finally:
            ours.close()
            _end(child)

    def _open(self, pipe: Connection, first: int) -> None:
        try:
            pipe.send((self.job, first))
            message = _receive(pipe, self.job.limits.start_seconds)
        except (EOFError, OSError):
            message = None
        if isinstance(message, Opened):
            self.populations = message.populations
            return
        why = message.why if isinstance(message, Unreadable) else "the evaluation process did not start"
        raise StoreError(
            f"the snapshot {self.job.snapshot.name} cannot be evaluated: {why}",
            code="rules.snapshot_unreadable",
            remedy="Pull again to write a new snapshot.",
        )

    def _asked_together(self, pipe: Connection) -> bool:
        """Wait for the child to ask all that can be asked together. False: it must be killed, and no rule is to blame
        before each was asked alone."""
        limits = self.job.limits
        try:
            while isinstance(message := _receive(pipe, limits.rule_seconds + limits.grace_seconds), Asked):
                if not message.more:
                    return True
        except (EOFError, OSError):
            pass
        return False

    def _next(self, pipe: Connection) -> RuleRun | None:
        limits = self.job.limits
        try:
            message = _receive(pipe, limits.rule_seconds + limits.grace_seconds)
        except (EOFError, OSError):
            self.why = "the evaluation process died; the rule may need more memory than it is allowed"
            return None
        if message is None:
            self.why = overran(limits)
            return None
        assert isinstance(message, RuleRun)  # noqa: S101 - the child is our own code
        return message


def _without_tests(variant: Variant) -> Variant:
    """The child evaluates and tests nothing; the tests are most of what would have to be sent."""
    return replace(variant, rule=replace(variant.rule, tests=())) if variant.rule.tests else variant


def _receive(pipe: Connection, seconds: float) -> object | None:
    """The next message, or None when none comes in time."""
    if not pipe.poll(seconds):
        return None
    message: object = pipe.recv()
    return message


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let a child that is done go by itself; kill one that is not."""
    try:
        child.wait(0.5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
