"""How a command ends: a message for what can go wrong, and a stable exit code."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import typer

from plumbrule.speech import message, says
from portfolio.errors import ExitCode, PlumbruleError


def say(text: str) -> None:
    """To standard output; a result without a line is no empty line."""
    typer.echo(text, nl=bool(text))


def complain(text: str) -> None:
    """To standard error."""
    typer.echo(text, err=True)


def _terminated(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(ExitCode.TERMINATED)


@contextmanager
def exits(debug: bool = False, crash_folder: Callable[[], Path] = Path) -> Iterator[None]:
    """Turns what can go wrong into a message and a stable exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    except PlumbruleError as error:
        from plumbrule.console import render_error

        if debug:
            raise
        complain(render_error(error))
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as stop:
        complain(says("interrupted; what was committed is kept, run again to go on"))
        raise typer.Exit(ExitCode.INTERRUPTED) from stop
    except (typer.Exit, typer.Abort, SystemExit):
        raise
    except OSError as error:
        if debug:
            raise
        about = f" {error.filename}" if error.filename else ""
        what = says("cannot use{about}: {reason}", about=about, reason=error.strerror)
        complain(message("error", "file", what, remedy="check the path, its rights and free space"))
        raise typer.Exit(ExitCode.CONFIGURATION) from error
    except Exception as bug:
        from plumbrule.crash import write_crash_file

        if debug:
            raise
        where = write_crash_file(bug, crash_folder())
        what = says("{kind}: a bug in Plumbrule", kind=type(bug).__name__)
        complain(message("error", "internal", what, remedy=says("please report it with {file}", file=where)))
        raise typer.Exit(ExitCode.INTERNAL) from bug
