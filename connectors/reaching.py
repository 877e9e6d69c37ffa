"""Whether anything answers at an address that a person typed a moment ago: few tries, short ones."""

from pathlib import Path

import requests

from connectors import answers
from connectors.address import Home
from connectors.answers import Dialect, TryAgain
from connectors.pacing import Clock
from connectors.wire import Call, Wire, user_agent
from portfolio.errors import PlumbruleError, RemoteError

_TRIES = 2
_PAUSE_SECONDS = 0.5
_TIMEOUT_SECONDS = (3.0, 10.0)
"""To connect, and for the first byte: a site that takes longer to make a page has answered by taking the question."""


def reach(
    url: str,
    title: str,
    *,
    allow_http: bool = False,
    ca_bundle: Path | None = None,
    clock: Clock | None = None,
    timeout_seconds: tuple[float, float] = _TIMEOUT_SECONDS,
) -> None:
    """Returns where something answers, whatever it says to one who has not signed in; within seven seconds it is known
    that nothing takes the connection.

    Raises RemoteError where nothing does or what stands there says that it is out of service, ConfigurationError for
    an address that may not be called.
    """
    home = Home.of(url, allow_http=allow_http)
    clock = clock or Clock()
    session = requests.Session()
    session.headers["User-Agent"] = user_agent()
    wire = Wire(session, title, home.netloc, timeout_seconds, clock.monotonic, ca_bundle)
    call = Call("GET", home.url, "GET /", repeatable=True)
    try:
        for _ in range(_TRIES - 1):
            if _failure(wire, call, Dialect(title=title), clock) is None:
                return
            clock.sleep(_PAUSE_SECONDS)
        if (last := _failure(wire, call, Dialect(title=title), clock)) is not None:
            raise last
    finally:
        session.close()


def _failure(wire: Wire, call: Call, dialect: Dialect, clock: Clock) -> PlumbruleError | None:
    """What another try may mend. Raises RemoteError for what none will: a certificate that is not trusted."""
    try:
        response = wire.transmit(call)
    except TryAgain as failed:
        return None if isinstance(failed.__cause__, requests.ReadTimeout) else failed.final
    except RemoteError:
        raise
    except PlumbruleError:  # such as an answer beyond all limits: somebody is there
        return None
    seen = answers.failure(response, dialect, call.where, clock.now())
    return seen.final if isinstance(seen, TryAgain) and not seen.throttled else None
