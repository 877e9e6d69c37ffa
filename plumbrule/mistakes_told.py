"""Mistakes in files that a person wrote, as the result of a command that looks for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from plumbrule.exits import complain, say
from plumbrule.options import Form
from portfolio.errors import ConfigurationError, Problem


@contextmanager
def mistakes_in(form: Form, command: str) -> Iterator[Callable[[str], None]]:
    """Yields what says that all is well. As a table, that is a line, and mistakes go to standard error as ever; in
    every other form the mistakes are the result, none where all is well. The exit code is the same in every form."""
    if form is Form.TABLE:
        yield say
        return
    found: tuple[Problem, ...] = ()
    code = 0
    try:
        yield complain
    except ConfigurationError as error:
        whole = Problem("", 0, 0, error.code, error.what, help=error.remedy)
        found, code = error.problems or (whole,), error.exit_code
    from plumbrule.listed_mistakes import listed
    from plumbrule.listing_forms import written

    say(written(listed(found, command), form))
    if code:
        raise typer.Exit(code)
