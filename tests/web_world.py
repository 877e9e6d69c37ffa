"""A site whose latest check `plumbrule serve` shows, and a real server over it on loopback, for its tests."""

import atexit
import html
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import requests
from rules_site import publish
from uvicorn import Server

from plumbrule.web.serving import serve

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
BRIDGE, ROAD = "INI-1", "INI-2"
FAILING = "OWN-01"
"""The site's own rule, which an item of the bridge fails."""
CONFIG = """
[portfolio]
name = "Works"

[store]
folder = "store"

[rules]
folders = ["store/snapshots"]
waivers = ["waivers.toml"]

[report]
languages = ["en", "zh-Hans"]

[sources.jira]
kind = "jira_cloud"
url = "https://works.example.com"
email = "bot@works.example"
token = "env:A_TOKEN_THAT_THE_PAGE_DOES_NOT_NEED"
"""


_RUN = """
INSERT INTO run (id, started_at, ended_at, outcome, as_of, version)
VALUES ('run-7', '2026-06-30 06:00', '2026-06-30 06:01:30', 'partial', '2026-06-30 06:00', '0.1.0')
"""
_OF_ALL = """
INSERT INTO finding (id, rule_id, subject_kind, subject_id, state, severity, mode, message, opened_on, last_seen_on,
    times_reopened, verified)
VALUES ('0rganisati0n', 'RES-03', 'organisation', 'organisation', 'open', 'high', 'enforce', 'The whole house leans.',
    '2026-06-30', '2026-06-30', 0, TRUE)
"""


class MovingClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, **span: float) -> None:
        self.moment += timedelta(**span)


def make_site(folder: Path, more: str = "") -> Path:
    """A folder with a configuration and a published check of two projects; returns the configuration.

    The bridge is Infrastructure's and Ada's; the road is Transport's and Bo's. A finding is about the organisation.
    """
    shutil.copytree(_published(), folder / "store" / "snapshots")
    (folder / "waivers.toml").write_text("", encoding="utf-8")
    return configured(folder, more)


@cache
def _published() -> Path:
    """The check, made once."""
    snapshots = Path(tempfile.mkdtemp(prefix="plumbrule-web-"))
    atexit.register(shutil.rmtree, snapshots)
    with duckdb.connect(str(publish(snapshots))) as db:
        db.execute("UPDATE projects SET department = 'Infrastructure', manager_id = 'person:ada' WHERE key = 'INI-1'")
        db.execute("UPDATE projects SET department = 'Transport', manager_id = 'person:bo' WHERE key = 'INI-2'")
        db.execute("UPDATE projects SET name = 'Road <b>&' WHERE key = 'INI-2'")
        db.execute("INSERT INTO person VALUES ('person:ada', 'Ada', 'Ada@works.example'), ('person:bo', 'Bo', NULL)")
        db.execute(_RUN)
        db.execute(_OF_ALL)
    return snapshots


def configured(folder: Path, more: str = "") -> Path:
    config = folder / "plumbrule.toml"
    config.write_text(CONFIG + more, encoding="utf-8")
    return config


def rows(config: Path, sql: str) -> list[tuple[Any, ...]]:
    latest = config.parent / "store" / "snapshots" / "latest.duckdb"
    with duckdb.connect(str(latest), read_only=True) as db:
        return db.sql(sql).fetchall()


def finding_of(config: Path, rule: str = FAILING) -> str:
    [(found,)] = rows(config, f"SELECT id FROM finding WHERE rule_id = '{rule}' AND project_id LIKE '%INI-1'")
    return str(found)


def text_of(answer_text: str) -> str:
    """What a reader sees, in one line."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer_text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def links(answer_text: str) -> set[str]:
    found = re.findall(r'href="(/[^"]*)"', re.sub(r"<script\b.*?</script>", "", answer_text, flags=re.DOTALL))
    return {html.unescape(one) for one in found}


@dataclass
class Page:
    """A server, and a browser that has its cookies."""

    url: str
    clock: MovingClock
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def get(self, path: str, **more: Any) -> requests.Response:
        more.setdefault("allow_redirects", False)
        return self.session.get(self.url + path, timeout=30, **more)

    def post(self, path: str, form: dict[str, str], **more: Any) -> requests.Response:
        return self.session.post(self.url + path, data=form, timeout=30, allow_redirects=False, **more)

    def stranger(self) -> "Page":
        """Another browser."""
        return Page(self.url, self.clock)


@contextmanager
def served(config: Path, clock: MovingClock | None = None, *, port: int = 0) -> Iterator[Page]:
    """`plumbrule serve` in a thread, on a free port or that one, until the block ends."""
    clock = clock or MovingClock()
    told: list[str] = []
    servers: list[Server] = []
    failed: list[BaseException] = []
    is_up = threading.Event()

    def ready(server: Server) -> None:
        servers.append(server)
        is_up.set()

    def run() -> None:
        try:
            serve(config, port, told.append, clock, ready=ready)
        except BaseException as error:
            failed.append(error)
            is_up.set()

    thread = threading.Thread(target=run)
    thread.start()
    is_up.wait(60)
    if failed:
        raise failed[0]
    try:
        yield Page(told[0].split()[0].rstrip("/,"), clock)
    finally:
        servers[0].should_exit = True
        thread.join(30)
        assert not thread.is_alive()
