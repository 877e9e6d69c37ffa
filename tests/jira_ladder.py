"""A small Jira site of either edition, and a publisher that writes flags to it, for tests of the ladder."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from fake_clock import FakeClock
from requests.auth import HTTPBasicAuth

from connectors.answers import Dialect
from connectors.http import Http
from connectors.jira import limits as limits_of
from connectors.jira.api import CLOUD, DATA_CENTER
from connectors.jira.flags.publisher import JiraPublisher
from connectors.jira.flags.site import Site
from portfolio.document import Bullets, Paragraph, Span, document_json
from portfolio.ports import Change, Mark, Receipt
from sandbox.http import Server
from sandbox.jira.records import Issue
from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite

DOCUMENT = document_json(
    [
        Paragraph((Span("PMO: 1 finding", strong=True),)),
        Bullets(((Span("HYG-03"), Span("See it", link="https://x.y")),)),
    ]
)
LABEL = "pmo-fp-0a1b"


@dataclass
class Ladder:
    """The site behind a server, and what writes to it."""

    jira: JiraSite
    server: Server
    time: FakeClock

    def publisher(self) -> JiraPublisher:
        """A fresh one, as a new run has it."""
        cloud = self.jira.edition == "cloud"
        edition, limits = (CLOUD, limits_of.CLOUD) if cloud else (DATA_CENTER, limits_of.DATA_CENTER)
        dialect = Dialect(title="Jira", limits=limits)
        http = Http(self.server.url, auth=_sign_in(self.jira), dialect=dialect, per_second=1000, clock=self.time.clock)
        return JiraPublisher("jira", Site(http, edition, self.time.sleep, "pmo-"))

    def write(self, *changes: Change) -> list[Receipt]:
        """What a run that carries out these changes is told."""
        writer = self.publisher()
        receipts = list(writer.apply(changes))
        writer.close()
        return receipts

    def errors(self, *changes: Change) -> list[str | None]:
        return [receipt.error for receipt in self.write(*changes)]

    def issue(self, key: str) -> Issue:
        found = self.jira.issue(key)
        assert found is not None
        return found

    def id_of(self, key: str) -> str:
        return str(self.issue(key).id)

    def asked(self, method: str, path: str) -> int:
        """How often something was called."""
        return sum(1 for r in self.server.log if r.method == method and path in r.path)

    @property
    def made(self) -> list[Issue]:
        """Issues in the PMO's project."""
        return [issue for issue in self.jira.issues.values() if self.jira.key_of(issue).startswith("PMO-")]


def _sign_in(jira: JiraSite) -> HTTPBasicAuth:
    return HTTPBasicAuth(jira.email if jira.edition == "cloud" else jira.users[jira.account].login, jira.token)


@contextmanager
def ladder(edition: str) -> Iterator[Ladder]:
    """A site with the projects ALPHA (three tasks) and PMO (none)."""
    jira = JiraSite(edition=edition)  # type: ignore[arg-type]
    ada = jira.add_user("Ada Meier", email="ada@meridian.example")
    jira.add_project("ALPHA", "Alpha portal", lead=ada)
    jira.add_project("PMO", "PMO", lead=ada)
    for n in (1, 2, 3):
        jira.add_issue("ALPHA", "Task", f"Work {n}", key=f"ALPHA-{n}", created=jira.now, reporter=ada, labels=["web"])
    with serve_jira(jira) as server:
        yield Ladder(jira, server, FakeClock())
        assert server.failures == []


def comment(target: str, document: Any = DOCUMENT) -> Change:
    return _change(Mark("comment", "jira", "item", target, f"plumbrule:jira:{target}", {"document": document}))


def finding_issue(label: str = LABEL, issue_type: str = "Task") -> Change:
    body = {
        "summary": "[Critical] No budget: INI-01",
        "issue_type": issue_type,
        "document": DOCUMENT,
        "property": {"finding": label},
    }
    return _change(Mark("finding_issue", "jira", "project", "PMO", label, body))


def own_field(
    target: str, name: str = "PMO findings", severity: str = "critical", text: str = "PMO: 1 finding"
) -> Change:
    body = {"options": [severity, severity.capitalize()], "text": text}
    return _change(Mark("field", "jira", "item", target, name, body))


def again(change: Change, remote_id: str | None = None) -> Change:
    """The same mark in a later run, with what the ledger remembers."""
    return replace(change, action="update", remote_id=remote_id)


def removal(change: Change, remote_id: str | None = None) -> Change:
    """The mark is no longer wanted."""
    return Change("remove", replace(change.mark, body=None), change.content_hash, remote_id)


def _change(mark: Mark) -> Change:
    return Change("create", mark, "hash")
