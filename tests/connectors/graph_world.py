"""A pretend Graph, and receivers that reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from fake_clock import FakeClock
from pydantic import TypeAdapter

from connectors import graph
from connectors.graph.mail import GraphMailList
from connectors.graph.settings import GraphMailReceiver, SharepointReceiver
from connectors.graph.sharepoint import ReportLibrary
from portfolio.delivery import Delivery, Document, body_of
from portfolio.ports import Change, Mark, Receipt
from sandbox.graph import TOKEN, GraphSite, routes
from sandbox.graph.library import Library
from sandbox.graph.mailbox import Mailbox
from sandbox.graph.uploads import Uploads
from sandbox.http import Server
from sandbox.messages import Exchange

PMO, BOARD = "pmo@meridian.example", "board@meridian.example"
HOST = "meridian.sharepoint.com"
DAY = date(2026, 11, 23)
PAGE = Document("it.en.html", "text/html; charset=utf-8", b"<p>Monday</p>")
TEXT = Document("it.txt", "text/plain; charset=utf-8", b"Monday\n")
BOOK = Document("it.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04 one")


@dataclass
class GraphWorld:
    """The tenant, its server, and a clock that nobody waits for."""

    site: GraphSite
    server: Server
    uploads: Uploads
    box: Mailbox
    library: Library
    clock: FakeClock

    def mail(self, token: str = TOKEN, **more: object) -> GraphMailList:
        given = {"mailbox": PMO, "to": [BOARD], "url": self.server.url, "auth": {"type": "bearer", "token": token}}
        settings = TypeAdapter(GraphMailReceiver).validate_python(given | more)
        made = graph.receiver("board", settings, clock=self.clock.clock)
        assert isinstance(made, GraphMailList)
        return made

    def files(self, token: str = TOKEN, **more: object) -> ReportLibrary:
        given = {"url": self.server.url, "auth": {"type": "bearer", "token": token}, "folder": "Reports"}
        place = {} if {"user", "drive"} & set(more) else {"site": f"https://{HOST}/sites/pmo"}
        settings = TypeAdapter(SharepointReceiver).validate_python(given | place | more)
        made = graph.receiver("library", settings, clock=self.clock.clock)
        assert isinstance(made, ReportLibrary)
        return made

    def asked(self, method: str, ending: str = "") -> list[Exchange]:
        return [one for one in self.server.log if one.method == method and one.path.endswith(ending)]


@contextmanager
def graph_world() -> Iterator[GraphWorld]:
    clock = FakeClock()
    site, uploads = GraphSite(monotonic=clock.clock.monotonic), Uploads()
    box, library = site.add_mailbox(PMO), site.add_library(HOST)
    with Server(routes(site, uploads)) as server:
        yield GraphWorld(site, server, uploads, box, library, clock)
        assert server.failures == []


def delivery(*documents: Document, day: date = DAY, title: str = "IT on Monday") -> Delivery:
    return Delivery(title, day, "en", documents or (PAGE, BOOK))


def mail_change(sent: Delivery | None = None, name: str = "it", action: str = "create") -> Change:
    sent = sent or delivery(PAGE, TEXT, BOOK)
    mark = Mark("message", "board", "receiver", "", f"{name}/{sent.day.isoformat()}", body_of(sent))
    return Change(action, mark, "0" * 64)  # type: ignore[arg-type]


def page_change(sent: Delivery | None, before: Receipt | str | None = None, name: str = "it") -> Change:
    """A page as the plan would have it after an earlier receipt, or after an id that the ledger holds."""
    held = before.remote_id if isinstance(before, Receipt) else before
    mark = Mark("page", "library", "receiver", "", name, body_of(sent) if sent else None)
    action = "remove" if sent is None else "create" if before is None else "update"
    return Change(action, mark, "0" * 64, held)


def only(publisher: GraphMailList | ReportLibrary, given: Change) -> Receipt:
    [receipt] = publisher.apply([given])
    return receipt
