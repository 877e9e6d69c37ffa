"""Every channel behind one face, for tests that ask the same of all: what stands there, and how it is disturbed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from fake_clock import FakeClock
from house import small_company
from jira_ladder import LABEL, ladder
from pydantic import SecretStr, TypeAdapter

from connectors import confluence, folder, graph, mail, slack, teams, webhook
from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver
from connectors.folder.settings import FolderReceiver
from connectors.graph.settings import GraphMailReceiver, SharepointReceiver
from connectors.mail.settings import MailReceiver
from connectors.slack.settings import SlackReceiver
from connectors.teams.settings import TeamsReceiver
from connectors.webhook.settings import WebhookReceiver
from portfolio.delivery import Delivery, Document, body_of
from portfolio.document import Paragraph, Span, document_json
from portfolio.ports import Change, Mark, Publisher, Receipt
from reports.plan import make_plan
from reports.publications import publications_after, publications_before
from sandbox.confluence import ConfluenceSite
from sandbox.confluence.site import CLOUD_ACCOUNT, INSIDE_TOKEN, SPACE
from sandbox.faults import Fault
from sandbox.graph import TOKEN, GraphSite
from sandbox.graph import routes as graph_routes
from sandbox.http import Server
from sandbox.receivers import HookSite, MailSite
from sandbox.receivers.hooks import EVENTS_PATH, SLACK_PATH, TEAMS_PATH
from tests.connectors.pwa_world import PLANS, STATE, plans, serving

NAME, DAY, NOW = "them", date(2026, 11, 23), datetime(2026, 11, 23, 6, tzinfo=UTC)
SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
HTML, XML, JSON = "text/html; charset=utf-8", "application/xhtml+xml", "application/json"


@dataclass
class Line:
    """One channel. `publisher` makes what writes, `mark` what should stand, `standing` tells what does, each as the
    text that it was made from. `writes` is the part of the path of the call that does the deed, with its method."""

    publisher: Callable[[], Publisher]
    mark: Callable[[str], Mark]
    standing: Callable[[], list[str]]
    server: Server | None = None
    writes: tuple[str, str] = ("POST", "")
    strange: Callable[[], object] | None = None
    """Somebody else's thing in that place, or a change of theirs to ours."""
    findable: bool = False
    smtp: MailSite | None = None
    ledger: list[dict[str, Any]] = field(default_factory=list)

    def inject(self, fault: Fault, times: int = 1) -> None:
        assert self.server is not None
        self.server.inject(fault, method=self.writes[0], path=self.writes[1], times=times)

    def planned(self, text: str | None) -> Sequence[Change]:
        marks = () if text is None else (self.mark(text),)
        found = {NAME} if self.findable else ()
        return make_plan(marks, self.ledger, as_of=NOW, findable=found).changes

    def run(self, text: str | None) -> list[Receipt]:
        """Plan, write, keep the ledger: what a run does."""
        changes = self.planned(text)
        self.ledger = publications_before(self.ledger, changes, NOW)
        publisher = self.publisher()
        receipts = list(publisher.apply(changes))
        publisher.close()
        self.ledger = publications_after(self.ledger, receipts, NOW)
        return receipts


def report(channel: str, name: str, media_type: str, content: Callable[[str], bytes]) -> Callable[[str], Mark]:
    def made(text: str) -> Mark:
        delivery = Delivery("Monday", DAY, "en", (Document(name, media_type, content(text)),))
        called = "it" if channel == "page" else f"it/{DAY.isoformat()}"
        return Mark(channel, NAME, "receiver", "", called, body_of(delivery))  # type: ignore[arg-type]

    return made


def plain(text: str) -> bytes:
    return f"<p>{text}</p>".encode()


def text_of(content: bytes | str) -> str:
    words = content.decode() if isinstance(content, bytes) else content
    return words.rpartition("<p>")[2].partition("</p>")[0]


@contextmanager
def opened(kind: str, tmp_path: Path) -> Iterator[Line]:
    """That channel, served for as long as the block lasts."""
    clock = FakeClock()
    with ExitStack() as stack:
        line = LINES[kind](stack, tmp_path, clock)
        yield line
        if line.server is not None:
            assert line.server.failures == []


def _folder(_stack: ExitStack, tmp_path: Path, _clock: FakeClock) -> Line:
    place = tmp_path / "reports" / "it" / "latest"
    return Line(
        lambda: folder.receiver(NAME, FolderReceiver(path=tmp_path / "reports")),
        report("page", "it.html", HTML, plain),
        lambda: [text_of(p.read_bytes()) for p in place.glob("*.html")],
        strange=lambda: (place.mkdir(parents=True), (place / "it.html").write_text("<p>Ann's</p>")),
    )


def _confluence(stack: ExitStack, clock: FakeClock, cloud: bool) -> Line:
    site = ConfluenceSite()
    server = stack.enter_context(Server(site.routes(), gates=[site.gate]))
    settings = (
        ConfluenceCloudReceiver(url=server.url, space=SPACE, email=CLOUD_ACCOUNT[0], token=SecretStr(CLOUD_ACCOUNT[1]))
        if cloud
        else ConfluenceDataCenterReceiver(url=f"{server.url}/confluence", space=SPACE, token=SecretStr(INSIDE_TOKEN))
    )
    return Line(
        lambda: confluence.receiver(NAME, settings, clock.clock),
        report("page", "it.xml", XML, plain),
        lambda: [text_of(p.storage) for p in site.pages.values() if p.status == "current"],
        server,
        ("POST", "/pages" if cloud else "/rest/api/content"),
        strange=lambda: site.add("Monday", "<p>Ann's</p>"),
    )


def _hook(stack: ExitStack, clock: FakeClock, kind: str) -> Line:
    site = HookSite(now=clock.now().timestamp())
    server = stack.enter_context(Server(site.routes()))
    if kind == "teams":

        def card(text: str) -> bytes:
            content = {"type": "AdaptiveCard", "version": "1.4", "fallbackText": text}
            attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
            return orjson.dumps({"type": "message", "attachments": [attachment]})

        url = SecretStr(server.url + TEAMS_PATH)
        return Line(
            lambda: teams.receiver(NAME, TeamsReceiver(url=url), clock.clock),
            report("message", "card.json", JSON, card),
            lambda: [one["fallbackText"] for one in site.cards],
            server,
        )
    if kind == "slack":
        url = SecretStr(server.url + SLACK_PATH)
        return Line(
            lambda: slack.receiver(NAME, SlackReceiver(url=url), clock.clock),
            report("message", "blocks.json", JSON, lambda text: orjson.dumps({"text": text, "blocks": []})),
            lambda: [one["text"] for one in site.posts],
            server,
        )
    given = WebhookReceiver(url=SecretStr(server.url + EVENTS_PATH), secret=SecretStr(SECRET))
    return Line(
        lambda: webhook.receiver(NAME, given, clock.clock),
        report("message", "it.json", JSON, lambda text: orjson.dumps({"text": text})),
        lambda: [one["data"]["text"] for one in site.events.values()],
        server,
    )


def _graph_mail(stack: ExitStack, _tmp: Path, clock: FakeClock) -> Line:
    site = GraphSite(monotonic=clock.clock.monotonic)
    box = site.add_mailbox("pmo@meridian.example")
    server = stack.enter_context(Server(graph_routes(site)))
    given = {"mailbox": box.address, "to": ["board@meridian.example"], "url": server.url}
    settings = TypeAdapter(GraphMailReceiver).validate_python(given | {"auth": {"type": "bearer", "token": TOKEN}})
    return Line(
        lambda: graph.receiver(NAME, settings, clock=clock.clock),
        report("message", "it.html", HTML, plain),
        lambda: [text_of(m.mail.get_content()) for m in box.sent],
        server,
        ("POST", "sendMail"),
        findable=True,
    )


def _sharepoint(stack: ExitStack, _tmp: Path, clock: FakeClock) -> Line:
    site = GraphSite()
    library = site.add_library("meridian.sharepoint.com")
    server = stack.enter_context(Server(graph_routes(site)))
    given = {"site": "https://meridian.sharepoint.com/sites/pmo", "url": server.url}
    settings = TypeAdapter(SharepointReceiver).validate_python(given | {"auth": {"type": "bearer", "token": TOKEN}})
    library.write("it/2026-11-23/notes.txt", b"the folders are there", ("Ann Example", None))
    library.write("it/latest/notes.txt", b"the folders are there", ("Ann Example", None))
    return Line(
        lambda: graph.receiver(NAME, settings, clock=clock.clock),
        report("page", "it.html", HTML, plain),
        lambda: [text_of(content) for path, content in library.files().items() if path == "it/latest/it.html"],
        server,
        ("PUT", "latest/it.html"),
        strange=lambda: library.write("it/latest/it.html", b"<p>Ann's</p>", ("Ann Example", None)),
    )


def _mail(stack: ExitStack, _tmp: Path, _clock: FakeClock) -> Line:
    site = stack.enter_context(MailSite())
    given = {"host": "127.0.0.1", "port": site.port, "security": "none", "sender": "pmo@meridian.example"}
    settings = MailReceiver.model_validate(given | {"to": ["board@meridian.example"]})
    return Line(
        lambda: mail.receiver(NAME, settings),
        report("message", "it.html", HTML, plain),
        lambda: [text_of(one.get_content()) for _, one in site.mails],
        smtp=site,
    )


def _jira(stack: ExitStack, kind: str) -> Line:
    built = stack.enter_context(ladder("cloud"))
    target = built.id_of("ALPHA-1")
    link = f"plumbrule:jira:{target}"

    def made(text: str) -> Mark:
        document = document_json([Paragraph((Span(text),))])
        issue = {"summary": text, "issue_type": "Task", "document": document, "property": {"finding": LABEL}}
        shown = {"object": {"title": text, "url": "https://pmo.example/r"}}
        marks = {
            "property": ("item", target, "plumbrule", {"open": text}),
            "remote_link": ("item", target, link, shown),
            "label": ("item", target, f"pmo-{text}", None),
            "comment": ("item", target, link, {"document": document}),
            "finding_issue": ("project", "PMO", LABEL, issue),
        }
        where, place, name, body = marks[kind]
        return Mark(kind, "jira", where, place, name, body)  # type: ignore[arg-type]

    def standing() -> list[str]:
        issue = built.issue("ALPHA-1")
        match kind:
            case "property":
                return [str(value["open"]) for value in issue.properties.values()]
            case "remote_link":
                return [str(value["object"]["title"]) for value in issue.remote_links.values()]
            case "label":
                return [label.removeprefix("pmo-") for label in issue.labels if label.startswith("pmo-")]
            case "comment":
                return [one.body["content"][0]["content"][0]["text"] for one in issue.comments]
        return [one.summary for one in built.made]

    writes = {
        "property": ("PUT", "/properties/"),
        "remote_link": ("POST", "/remotelink"),
        "label": ("POST", "/bulk/issues/fields"),
        "comment": ("POST", "/comment"),
        "finding_issue": ("POST", "/rest/api/3/issue"),
    }
    return Line(built.publisher, made, standing, built.server, writes[kind])


def _pwa(stack: ExitStack) -> Line:
    company = small_company()
    world = stack.enter_context(contextmanager(serving)(company, complete=True, updates_custom_fields=True))
    plan = plans(company)[0].guid
    entries = {"one": "Red", "two": "Amber"}  # of the field's lookup table

    def made(given: str) -> Mark:
        text = entries[given]
        return Mark("field", PLANS, "project", plan, STATE, {"options": [text], "text": text}, "A project")

    def standing() -> list[str]:
        shown = {"Green": "Ann's"} | {entry: given for given, entry in entries.items()}
        value = world.site.drafts.of(plan).values.get("PMOState")
        return [shown[str(value)]] if value else []

    def somebody() -> None:
        world.site.drafts.of(plan).values["PMOState"] = "Green"

    return Line(
        world.writer,
        made,
        standing,
        world.server,
        ("POST", "UpdateCustomFields"),
        strange=somebody,
    )


LINES: dict[str, Callable[[ExitStack, Path, FakeClock], Line]] = {
    "folder": _folder,
    "confluence_cloud": lambda stack, _, clock: _confluence(stack, clock, cloud=True),
    "confluence_data_center": lambda stack, _, clock: _confluence(stack, clock, cloud=False),
    "teams": lambda stack, _, clock: _hook(stack, clock, "teams"),
    "slack": lambda stack, _, clock: _hook(stack, clock, "slack"),
    "webhook": lambda stack, _, clock: _hook(stack, clock, "webhook"),
    "graph_mail": _graph_mail,
    "sharepoint": _sharepoint,
    "mail": _mail,
    **{
        f"jira {kind}": lambda stack, _, __, kind=kind: _jira(stack, kind)  # type: ignore[misc]
        for kind in ("property", "remote_link", "label", "comment", "finding_issue")
    },
    "project server field": lambda stack, *_: _pwa(stack),
}
