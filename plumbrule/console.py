"""How a run shows itself: bars on a terminal, quiet lines elsewhere, errors as compilers show them.

Results go to standard output, everything else to standard error. `NO_COLOR` is honoured by rich itself.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from plumbrule.pointing import more_about
from plumbrule.speech import framed, message, spoken
from portfolio.errors import ConfigurationError, PlumbruleError

if TYPE_CHECKING:
    from plumbrule.summary import Summary


def render_error(error: PlumbruleError) -> str:
    """`error[code]: what`, the place, why, the next step."""
    parts: list[str] = []
    codes = [error.code]
    if isinstance(error, ConfigurationError) and error.problems:
        codes = [problem.code for problem in error.problems]
        parts.extend(framed(problem) + "\n" for problem in error.problems)
    parts.append(message("error", error.code, error.what, why=error.why, remedy=error.remedy))
    return "\n".join([*parts, more_about(codes)])


class Reporter:
    """Told about the events of a run. This one stays silent; it is also the base of the others."""

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """One event with its fields."""

    def step(self, title: str) -> None:
        """A new step of the run begins."""

    def ended(self, summary: "Summary", exit_code: int, now: datetime) -> None:
        """The command came to its end, at that moment (UTC)."""


class LineReporter(Reporter):
    """One line a step, one line a source: for logs of schedulers."""

    def step(self, title: str) -> None:
        """Print the step's title."""
        print(f"plumbrule: {spoken(title)}", file=sys.stderr, flush=True)  # noqa: T201 - this is the printing layer

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """Print what ended and what failed; pages stay quiet."""
        if event == "pull.source_done" or (event == "pull.partition_done" and fields.get("outcome") == "failed"):
            told = ", ".join(f"{k}={v}" for k, v in fields.items() if v is not None)
            print(f"plumbrule: {event} {told}", file=sys.stderr, flush=True)  # noqa: T201


class BarReporter(Reporter):
    """Progress bars, one a source."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._step: TaskID | None = None

    def step(self, title: str) -> None:
        """Show the step's title with a spinner; the one before is done."""
        if self._step is not None:
            self._bars.update(self._step, total=1, completed=1)
        self._step = self._bars.add_task(spoken(title), total=None)

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """Move the bar of the source that the event is about."""
        source = str(fields.get("source", ""))
        if event == "pull.source_started":
            self._tasks[source] = self._bars.add_task(f"  {source}", total=int(fields["partitions"]))
        elif event == "pull.partition_done" and source in self._tasks:
            self._bars.advance(self._tasks[source])


@contextmanager
def reporter(quiet: bool = False) -> Iterator[Reporter]:
    """The reporter that fits where standard error goes."""
    console = Console(stderr=True)
    if quiet:
        yield Reporter()
    elif not console.is_terminal:
        yield LineReporter()
    else:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
            yield BarReporter(bars)
