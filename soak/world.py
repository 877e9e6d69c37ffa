"""The pretend company behind the proxy, with everything that takes reports, and a folder configured against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from plumbrule.demo import CONFIG
from sandbox.company import Company, build, part
from sandbox.confluence import ConfluenceSite
from sandbox.confluence.site import CLOUD_ACCOUNT, SPACE
from sandbox.receivers import HookSite, MailSite
from sandbox.receivers.hooks import EVENTS_PATH, SLACK_PATH, TEAMS_PATH
from sandbox.serve import GRAPH_TOKEN, JIRA_TOKEN, PWA_PASSWORD, Sandbox
from soak.proxy import Proxy

Kind = Literal["pull", "quiet", "loud"]
"""`pull`: only what is read. `quiet`: the whole run, with marks that leave an issue's own fields as they are, so that
every table can be compared. `loud`: most marks and all receivers; what stands there is compared."""
_PROJECTS: dict[Kind, tuple[str, ...]] = {
    "pull": ("INI-02", "INI-05", "INI-08", "INI-11", "INI-12", "INI-14"),
    "quiet": ("INI-05", "INI-11", "INI-12"),
    "loud": ("INI-05", "INI-11", "INI-12"),
}
"""More of the company where there is only reading: requests to harm, and partitions to die between."""
_SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
_DEMO_MARKS = 'marks = ["property", "remote_link", "label"]'
_DEMO_LANGUAGES = 'languages = ["en", "zh-Hans"]'
_FEWER_RULES = '\n[rules]\npacks = ["hygiene", "schedule", "scope"]\n'
"""Enough for marks on many issues; what all rules find is compared by the quiet trials."""
_MARKS: dict[Kind, str] = {
    "pull": "marks = []",
    "quiet": 'marks = ["property", "remote_link"]',
    "loud": 'marks = ["property", "remote_link", "label", "comment"]',
}
RECEIVERS = """
[receivers.archive]
kind = "folder"
path = "archive"

[receivers.wiki]
kind = "confluence_cloud"
url = "{url}"
space = "{space}"
email = "{email}"
token = "file:confluence-token"

[receivers.team]
kind = "teams"
url = "file:teams-url"

[receivers.chat]
kind = "slack"
url = "file:slack-url"

[receivers.board]
kind = "mail"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "pmo@meridian.example"
to = ["board@meridian.example"]

[receivers.lake]
kind = "webhook"
url = "file:events-url"
secret = "file:signing-secret"

[receivers.office]
kind = "graph_mail"
mailbox = "pmo@meridian.example"
to = ["board@meridian.example"]
url = "{url}"
auth = {{ type = "bearer", token = "file:graph-token" }}

[receivers.library]
kind = "sharepoint"
site = "https://meridian.sharepoint.com/sites/pmo"
url = "{url}"
auth = {{ type = "bearer", token = "file:graph-token" }}
"""
"""One receiver of each kind, at `url` and `port`; their secrets are in files (`secrets_of_receivers`)."""
_REPORT = """
[[reports]]
name = "all"
formats = ["html", "json"]
send = ["archive", "wiki", "team", "chat", "board", "lake", "office", "library"]
"""


@dataclass(frozen=True)
class World:
    """Tools, receivers and the folder of one trial."""

    folder: Path
    sandbox: Sandbox
    hooks: HookSite
    wiki: ConfluenceSite
    mail: MailSite

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "plumbrule.toml"

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "store" / "portfolio.duckdb"

    def failures(self) -> list[str]:
        """What broke in the pretend tools: expect none."""
        return self.sandbox.server.failures


@cache
def _company(projects: tuple[str, ...]) -> Company:
    return part(build(), projects)


@contextmanager
def world(folder: Path, proxy: Proxy, kind: Kind) -> Iterator[World]:
    """A fresh company, an empty store, and the proxy before them."""
    folder.mkdir(parents=True)
    hooks, wiki = HookSite(key=b"k" * 32, tolerance_seconds=10**12), ConfluenceSite()
    sandbox = Sandbox(company=_company(_PROJECTS[kind]))
    sandbox.server.add([*hooks.routes(), *wiki.routes()])
    with MailSite() as mail, sandbox:
        proxy.upstream = sandbox.server.url.removeprefix("http://")
        made = World(folder, sandbox, hooks, wiki, mail)
        _configure(made, proxy.url, kind)
        yield made


def secrets_of_receivers(url: str) -> dict[str, str]:
    """What the files hold that `RECEIVERS` names, where all of them are at `url`."""
    return {
        "confluence-token": CLOUD_ACCOUNT[1],
        "graph-token": GRAPH_TOKEN,
        "teams-url": url + TEAMS_PATH,
        "slack-url": url + SLACK_PATH,
        "events-url": url + EVENTS_PATH,
        "signing-secret": _SECRET,
    }


def _configure(made: World, url: str, kind: Kind) -> None:
    secrets = {"jira-token": JIRA_TOKEN, "pwa-password": PWA_PASSWORD, **secrets_of_receivers(url)}
    for name, secret in secrets.items():
        (made.folder / name).write_text(secret, encoding="utf-8")
        (made.folder / name).chmod(0o600)
    text = CONFIG.format(url=url).replace(_DEMO_MARKS, _MARKS[kind]).replace(_DEMO_LANGUAGES, 'languages = ["en"]')
    if kind == "loud":
        text += _FEWER_RULES
        text += RECEIVERS.format(url=url, space=SPACE, email=CLOUD_ACCOUNT[0], port=made.mail.port) + _REPORT
    made.config.write_text(text, encoding="utf-8")
