"""The latest published snapshot, open for reading: opened anew when it, the waivers or the day change.

A reader of an old one reads on undisturbed: its file stays until the last one lets it go.
"""

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Literal

import structlog

from plumbrule.app import App, Clock
from plumbrule.checking import load_everything
from plumbrule.judging import PUBLISHED
from plumbrule.web.edition import Edition
from portfolio.errors import ConfigurationError, PlumbruleError, StoreError
from portfolio.model import CONTEXT, TABLES, VIEWS
from portfolio.ports import Reader
from rules.waivers.load import waiver_files
from sync import open_snapshot

Why = Literal["nothing", "unreadable", "older", "newer"]
_COLUMNS = (
    "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_catalog() AND NOT internal"
)
_OTHER_DUCKDB = "database file with version number"
"""Part of DuckDB's words for a file that a newer one wrote."""
_SECRETS = ("serve",)
log = structlog.get_logger("plumbrule.serve")

Stamp = tuple[object, ...]


class Unavailable(Exception):
    """There is no snapshot that could be shown, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def load_app(config: Path, clock: Clock) -> App:
    """Settings, rules and waivers as they stand now; of secrets only those of the page itself are looked up.

    Raises ConfigurationError with all mistakes.
    """
    loaded, rules, waivers = load_everything(config, with_secrets=_SECRETS, waivers_may_lack=True, kept="read")
    return App(loaded, rules, clock, None, waivers)


class Published:
    """Gives the edition of the moment. Thread-safe."""

    def __init__(self, config: Path, app: App, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._app = app
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._edition: Edition | None = None
        self._failure: Why | None = None
        self.mistakes: Sequence[str] = ()
        """What is wrong with the configuration since it could be read last; empty while it can."""

    def edition(self) -> Edition:
        """What is shown now. Raises Unavailable."""
        with self._lock:
            stamp = self._look()
            if stamp != self._stamp:
                self._stamp = stamp
                self._renew(stamp)
            if self._edition is None:
                raise Unavailable(self._failure or "nothing")
            return self._edition

    @property
    def _path(self) -> Path:
        return self._app.settings.store.folder / "snapshots" / "latest.duckdb"

    def _look(self) -> Stamp:
        waivers = waiver_files(self._app.settings.rules.waivers)
        return (self._today(), _state(self._path), *(_state(path) for path in waivers))

    def _today(self) -> date:
        portfolio = self._app.settings.portfolio
        return (portfolio.as_of or self._clock()).astimezone(UTC).astimezone(portfolio.zone).date()

    def _renew(self, stamp: Stamp) -> None:
        self._edition, self._failure = None, None
        if _state(self._path) is None:
            self._failure = "nothing"
            return
        self._reload()
        try:
            reader = open_snapshot(self._path)
            require_known(reader)
            tag = hashlib.sha256(repr(stamp).encode()).hexdigest()[:20]
            self._edition = Edition(self._app, reader, self._app.overlay(reader), tag, self._config.resolve().parent)
        except Unavailable as error:
            self._failure = error.why
            log.error("serve.snapshot_refused", why=error.why)
        except StoreError as error:
            self._failure = "newer" if _OTHER_DUCKDB in error.what else "unreadable"
            log.error("serve.snapshot_refused", why=self._failure, code=error.code, error=error.what)

    def _reload(self) -> None:
        """Rules and waivers as they stand now. Where they cannot be read, those of before stay in force and it is told:
        somebody may be writing a waiver at this moment."""
        try:
            self._app = load_app(self._config, self._clock)
            self.mistakes = ()
        except (ConfigurationError, OSError) as error:
            told = error.what if isinstance(error, PlumbruleError) else str(error)
            problems = error.problems if isinstance(error, ConfigurationError) else ()
            self.mistakes = [problem.render() for problem in problems] or [told]
            log.error("serve.configuration_refused", error=told, mistakes=list(self.mistakes))


def require_known(reader: Reader) -> None:
    """Raises Unavailable for a snapshot whose tables are not those of this Plumbrule."""
    stored: dict[str, set[str]] = {}
    for row in reader.rows(_COLUMNS):
        stored.setdefault(row["table_name"], set()).add(row["column_name"])
    wanted = {t.name: {c.name for c in t.columns} for t in (*VIEWS.values(), *(TABLES[n] for n in PUBLISHED), CONTEXT)}
    if any(not columns <= stored.get(name, set()) for name, columns in wanted.items()):
        strange = any(columns - wanted.get(name, columns) for name, columns in stored.items())
        raise Unavailable("newer" if strange or set(stored) - set(wanted) else "older")
    if set(stored) - set(wanted) or any(stored[name] - columns for name, columns in wanted.items()):
        raise Unavailable("newer")


def _state(path: Path) -> tuple[int, int, int] | None:
    """Tells one content of a file from another; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
