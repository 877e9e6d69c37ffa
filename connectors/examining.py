"""Looking around before a run: what cannot be looked at is told like everything else."""

from collections.abc import Callable, Iterable, Iterator

from portfolio.errors import PlumbruleError
from portfolio.ports import Observation


def looked(subject: str, look: Callable[[], Iterable[Observation]]) -> Iterator[Observation]:
    """What looking finds; a failure on the way is an observation too, with its remedy."""
    try:
        yield from look()
    except PlumbruleError as error:
        yield Observation(subject, "failed", error.what, error.remedy, error.exit_code)
