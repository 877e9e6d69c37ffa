"""Answers whose parts are of another kind than their documentation says: told as what they are, and where.

What is likely is looked at where it is read: a record that is odd is rejected by itself. This is for the rest, since a
look at the kind of every value in millions of them would cost more than all the reading.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog

from portfolio.errors import RemoteRefusal
from portfolio.ports import Partition

T = TypeVar("T")
_READING = ("probe", "partitions", "pull", "examine", "examine_writes", "survey")
_OF_ANOTHER_KIND = (AttributeError, TypeError, LookupError, ValueError, ArithmeticError, RecursionError)
log = structlog.get_logger("plumbrule.connectors")


def tells_odd_answers(connector: type[T]) -> type[T]:
    """A class that reads a tool over the network: its methods that read raise RemoteRefusal for an odd answer."""
    for name in _READING:
        method = connector.__dict__.get(name)
        if method is not None:
            setattr(connector, name, _told(method))
    return connector


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def each(self: Any, *given: Any, **more: Any) -> Iterator[Any]:
            with _reading(self.name, method.__name__, given):
                yield from method(self, *given, **more)

        return each

    @functools.wraps(method)
    def whole(self: Any, *given: Any, **more: Any) -> Any:
        with _reading(self.name, method.__name__, given):
            found = method(self, *given, **more)
        return _each(found, self.name, method.__name__, given) if inspect.isgenerator(found) else found

    return whole


def _each(found: Iterator[Any], name: str, step: str, given: tuple[Any, ...]) -> Iterator[Any]:
    """What a method gave that is read only while it is gone through."""
    with _reading(name, step, given):
        yield from found


@contextmanager
def _reading(name: str, step: str, given: tuple[Any, ...]) -> Iterator[None]:
    try:
        yield
    except _OF_ANOTHER_KIND as error:
        log.debug("answer.odd", source=name, step=step, exc_info=error)
        partition = next((one for one in given if isinstance(one, Partition)), None)
        place = f"{partition.stream} of {partition.title or partition.key or name}" if partition else step
        raise RemoteRefusal(
            f"{name} sent something that is not of the documented kind ({place}: {type(error).__name__})",
            code="remote.odd_answer",
            remedy="Run again; nothing was lost. If it stays, report it with what `--debug` logs as answer.odd.",
        ) from error
