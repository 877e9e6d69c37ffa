"""Listens until it is told to stop, then answers what is under way and ends."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from plumbrule.app import Clock, secrets_of, system_clock
from plumbrule.garbage import rarely_collected
from plumbrule.log import audible, configure
from plumbrule.web.mistakes import require_safe
from plumbrule.web.settings import ServeSettings
from portfolio.errors import ConfigurationError

if TYPE_CHECKING:
    from uvicorn import Server

_MODULES = ("starlette", "uvicorn", "itsdangerous")
_GRACE_SECONDS = 10
_AT_ONCE = 200


def require_installed(modules: tuple[str, ...] = _MODULES) -> None:
    """Raises ConfigurationError where the extra `web` is not installed."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"the web page needs {', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            code="config.extra_missing",
            remedy='Install it where Plumbrule is installed: pip install "plumbrule[web]"',
        )


def serve(
    config: Path,
    port: int | None,
    tell: Callable[[str], None],
    clock: Clock = system_clock,
    *,
    debug: bool = False,
    ready: "Callable[[Server], None] | None" = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C. `tell` says where; `ready` gets the server before it begins.

    Raises ConfigurationError for what is configured wrongly or not installed, and where the port is taken.
    """
    require_installed()
    from plumbrule.web.published import Published, load_app
    from plumbrule.web.site import make_site

    app = load_app(config, clock)
    settings = app.settings.serve
    require_safe(app.config.document, settings)
    configure("debug" if debug else app.settings.log.level, app.settings.log.format, secrets_of(app.settings))
    audible("plumbrule.audit")
    server = _server(make_site(app, Published(config, app, clock), clock), settings)
    with _listening(settings, settings.port if port is None else port) as listener:
        tell(f"{_address(settings, listener)}  (Ctrl-C ends it)")
        if ready is not None:
            ready(server)
        with _stopping(server), rarely_collected():  # a page of a large portfolio is a million objects, and is kept
            server.run(sockets=[listener])


def _server(site: object, settings: ServeSettings) -> "Server":
    import uvicorn

    class Quiet(uvicorn.Server):
        """Leaves signals to us: uvicorn raises them once more when it has ended, as if nobody had heard them."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Nothing."""
            yield

    certificate, key = settings.certificate, settings.certificate_key
    return Quiet(
        uvicorn.Config(
            site,  # type: ignore[arg-type]
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            ws="none",
            limit_concurrency=_AT_ONCE,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_certfile=str(certificate) if certificate else None,
            ssl_keyfile=str(key) if key else None,
        )
    )


@contextmanager
def _listening(settings: ServeSettings, port: int) -> Iterator[socket.socket]:
    """The port, taken before anything is told."""
    address = "127.0.0.1" if settings.address == "localhost" else settings.address
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()  # whoever calls from now on waits until the server answers
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"{address} port {port} cannot be listened on: {error.strerror}",
            code="serve.port",
            remedy="End what uses it, or choose another with `port` under [serve] or --port.",
        ) from error
    with listener:
        yield listener


def _address(settings: ServeSettings, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    own = f"{'https' if settings.certificate else 'http'}://{shown}:{port}/"
    return f"{own}, for people at {settings.public_url}" if settings.public_url else own


@contextmanager
def _stopping(server: "Server") -> Iterator[None]:
    """The first SIGTERM or Ctrl-C lets what is under way be answered; a second Ctrl-C ends at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, server.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
