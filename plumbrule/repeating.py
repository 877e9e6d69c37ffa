"""Runs again and again, each a process of its own: what one of them breaks or leaks is gone before the next begins."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import FrameType

from plumbrule.app import system_clock
from plumbrule.config_file import load_settings
from plumbrule.health import FILE, Health, read_health, trouble, write_health
from plumbrule.intervals import interval, next_at, told
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, ExitCode


@dataclass(frozen=True)
class Loop:
    """`command` is run `every` so often, each time up to `jitter` later; `health` is where it is told how it goes."""

    command: Sequence[str]
    every: timedelta
    jitter: timedelta
    health: Path
    say: Callable[[str], None]
    clock: Callable[[], datetime]
    chance: Random


class _Stop:
    """Told by SIGTERM or SIGINT; hands it on to the run that is under way."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self.child: subprocess.Popen[bytes] | None = None

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        self.told.set()
        child = self.child
        if child is not None and child.poll() is None:
            child.send_signal(signal.SIGTERM if number == signal.SIGTERM else signal.SIGINT)


@contextmanager
def _stopping() -> Iterator[_Stop]:
    stop = _Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def repeat(loop: Loop, most: int | None = None) -> int:
    """Run until told to stop, or `most` times; returns the exit code to end with.

    A signal ends a wait at once, with 0, and a run after the page that it is at, with what that run ends with. A run
    that fails is told and tried again at its time. Only where the very first cannot use its configuration the loop ends
    with it: whoever started it is still there to read why.
    """
    with _stopping() as stop:
        health = Health("waiting", os.getpid(), socket.gethostname(), loop.clock(), told(loop.every))
        while not stop.told.is_set():
            began = loop.clock()
            health = health.begun(began)
            _tell(loop, health)
            code = _one(loop.command, stop)
            now = loop.clock()
            is_last = stop.told.is_set() or health.runs + 1 == most
            is_hopeless = code == ExitCode.CONFIGURATION and health.runs == 0
            following = None if is_last or is_hopeless else next_at(began, loop.every, now, loop.jitter, loop.chance)
            health = health.ended(now, code, following)
            _tell(loop, health)
            loop.say(_line(health))
            if following is None:
                return code
            stop.told.wait((following - now).total_seconds())
        _tell(loop, health.stopped())
        return ExitCode.DONE


def _tell(loop: Loop, health: Health) -> None:
    """A health file that cannot be written is told, and stops nothing: a monitor sees that it grows old."""
    try:
        write_health(loop.health, health)
    except OSError as error:
        loop.say(f"the health file {loop.health} cannot be written: {error.strerror}")


def _one(command: Sequence[str], stop: _Stop) -> int:
    """Its exit code. In a session of its own: what a terminal tells all of its processes reaches it from here, once."""
    with subprocess.Popen(command, start_new_session=True) as child:
        stop.child = child
        if stop.told.is_set():  # told between the last look and the start: the run has not been told yet
            child.terminate()
        code = child.wait()
    stop.child = None
    return code if code >= 0 else 128 - code


def _line(health: Health) -> str:
    end = f"run {health.runs} ended with {health.exit_code}"
    if health.next_at is None:
        return f"{end}; no other follows"
    return f"{end}; the next begins at {health.next_at:%Y-%m-%d %H:%M:%S} UTC"


def again(
    config: Path, options: Sequence[str], every: str, jitter: str, health: Path | None, *, say: Callable[[str], None]
) -> int:
    """`plumbrule run --every`: the same run with those options, again and again. Raises ConfigurationError."""
    command = [sys.executable, "-m", "plumbrule.cli", "run", "--quiet", "--config", str(config), *options]
    lengths = interval(every, "--every"), interval(jitter, "--jitter")
    if lengths[1] > lengths[0]:
        raise ConfigurationError(
            "--jitter is longer than --every",
            code="usage.interval",
            remedy="runs would wait longer than their interval",
        )
    return repeat(Loop(command, *lengths, _file(config, health), say, system_clock, Random()))  # noqa: S311 - no secret


def is_well(config: Path, health: Path | None, within: str) -> tuple[bool, str]:
    """Whether the loop of runs is well, and a line that says so. Raises ConfigurationError."""
    body = read_health(_file(config, health))
    why = trouble(body, system_clock(), interval(within, "--within"))
    return (
        not why,
        why or f"{body['state']}; {counted(body['runs'], 'run')}, the last well at {body['good_at'] or 'no time yet'}",
    )


def _file(config: Path, health: Path | None) -> Path:
    return health or load_settings(config, with_secrets=False).settings.store.folder / FILE
