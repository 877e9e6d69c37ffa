"""Reports for audiences, from the configuration to every receiver, and a second time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import House, house, small_company

from plumbrule.summary import Summary
from portfolio.errors import ExitCode
from sandbox.confluence import ConfluenceSite
from sandbox.confluence.site import CLOUD_ACCOUNT, SPACE
from sandbox.faults import refused
from sandbox.graph import TOKEN as GRAPH_TOKEN
from sandbox.graph import GraphSite
from sandbox.graph import routes as graph_routes
from sandbox.http import Server
from sandbox.receivers import HookSite, MailSite
from sandbox.receivers.hooks import SLACK_PATH, TEAMS_PATH
from sandbox.serve import Sandbox
from soak.world import RECEIVERS, secrets_of_receivers

SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
MORE = """
[[reports]]
name = "manufacturing"
title = "Manufacturing on Monday"
formats = ["html", "json", "xlsx"]
without = ["allocation"]
send = ["archive", "wiki", "team", "chat", "board", "lake", "office", "library"]
scope = {{ department = "manufacturing" }}

[[reports]]
name = "people"
language = "zh-Hans"
formats = ["json"]
send = ["archive"]
days = ["tuesday"]

[[reports]]
name = "mine"
formats = ["json"]
compare_days = 30
scope = {{ manager = "Chiara Lombardi", select = "size_class = 'large'" }}

[[reports.tiles]]
title = "Our projects"
sql = "SELECT count(*) FROM projects"

[[reports.columns]]
title = "Items in all"
sql = "SELECT project_id, count(*) AS value FROM work_items GROUP BY project_id"
"""
ONLY = "INI-11"
"""The one project of the small company that Manufacturing has."""
OTHERS = ("INI-05", "INI-12", "Data Platform", "Finance Close Acceleration", "Chiara Lombardi")


@dataclass(frozen=True)
class Receiving:
    """A house whose reports go out, and everything that takes them."""

    house: House
    hooks: HookSite
    wiki: ConfluenceSite
    mail: MailSite
    graph: GraphSite
    server: Server

    def text(self) -> str:
        """All that Manufacturing's readers can see."""
        page = next(iter(self.wiki.pages.values()))
        [(_, mail)] = self.mail.mails
        [office] = self.graph.mailboxes["pmo@meridian.example"].sent
        assert str(office.mail["Subject"]) == str(mail["Subject"])
        bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        files = [
            p for p in (self.house.folder / "archive" / "manufacturing" / "latest").iterdir() if p.suffix == ".json"
        ]
        parts = [page.storage, *bodies, *(p.read_text(encoding="utf-8") for p in files)]
        return "\n".join([*parts, json.dumps([self.hooks.cards, self.hooks.posts, self.hooks.events])])


@pytest.fixture(scope="module")
def receiving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Receiving, Summary, Summary]]:
    folder = tmp_path_factory.mktemp("audiences")
    hooks, wiki, mail, graph = HookSite(key=b"k" * 32), ConfluenceSite(), MailSite(), GraphSite()
    graph.add_mailbox("pmo@meridian.example")
    graph.add_library("meridian.sharepoint.com")
    with (
        mail,
        Server([*hooks.routes(), *wiki.routes(), *graph_routes(graph)]) as server,
        house(folder, Sandbox(company=small_company())) as built,
    ):
        hooks.tolerance_seconds = 10**12
        for name, secret in {**secrets_of_receivers(server.url), "graph-token": GRAPH_TOKEN}.items():
            (folder / name).write_text(secret, encoding="utf-8")
        config = built.config.read_text(encoding="utf-8")
        more = (RECEIVERS + MORE).format(url=server.url, space=SPACE, email=CLOUD_ACCOUNT[0], port=mail.port)
        built.config.write_text(config + more, encoding="utf-8")
        world = Receiving(built, hooks, wiki, mail, graph, server)
        yield world, built.run(), built.run()
        assert server.failures == []


def test_everything_is_sent_once_and_a_second_run_sends_nothing(
    receiving: tuple[Receiving, Summary, Summary],
) -> None:
    world, first, second = receiving
    assert first.written is not None and second.written is not None
    sent = [r.change.mark for r in first.written.receipts if r.change.mark.target_kind == "receiver"]
    assert {(mark.source, mark.channel) for mark in sent} == {
        ("archive", "page"), ("wiki", "page"), ("team", "message"), ("chat", "message"), ("board", "message"),
        ("lake", "message"), ("office", "message"), ("library", "page"),
    }  # fmt: skip
    assert [r.error for r in first.written.receipts if r.error] == []
    assert second.written.planned == 0
    counts = len(world.hooks.cards), len(world.hooks.posts), len(world.hooks.events), len(world.mail.mails)
    assert (*counts, len(world.wiki.pages)) == (1, 1, 1, 1, 1)
    assert len(world.graph.mailboxes["pmo@meridian.example"].sent) == 1
    [library] = world.graph.libraries.values()
    assert {path.split("/")[1] for path in library.files()} == {"2026-11-23", "latest"} and len(library.files()) == 6
    [page] = world.wiki.pages.values()
    assert (page.title, page.version) == ("Manufacturing on Monday", 1)
    assert set(page.attachments) >= {"manufacturing.en.html", "manufacturing.en.xlsx"}


def test_nothing_of_what_lies_outside_reaches_the_audience(receiving: tuple[Receiving, Summary, Summary]) -> None:
    text = receiving[0].text()
    assert ONLY in text and "Supplier Quality" in text
    assert [word for word in OTHERS if word in text] == []
    model = json.loads((receiving[0].house.folder / "report" / "manufacturing.en.json").read_bytes())
    assert [p["ref"]["key"] for p in model["projects"]] == [ONLY]
    assert model["levels"] == [] and "allocation" not in model["sections"]


def test_nothing_about_the_organisation_its_units_and_people_reaches_an_audience(
    receiving: tuple[Receiving, Summary, Summary],
) -> None:
    world, _, _ = receiving
    whole = json.loads((world.house.folder / "report" / "portfolio.en.json").read_bytes())
    told = [f["message"] for f in whole["portfolio"] if f["message"]]
    assert told and "portfolio" in whole["sections"]
    text = world.text()
    assert [message for message in told if message in text] == []
    for name in ("manufacturing", "mine"):
        model = json.loads((world.house.folder / "report" / f"{name}.en.json").read_bytes())
        assert model["portfolio"] == [] and "portfolio" not in model["sections"]


def test_a_mail_has_the_counts_in_its_subject_and_its_text_begins_with_the_report(
    receiving: tuple[Receiving, Summary, Summary],
) -> None:
    [(_, mail)] = receiving[0].mail.mails
    model = json.loads((receiving[0].house.folder / "report" / "manufacturing.en.json").read_bytes())
    health = model["tiles"]["health"]
    subject = f"Manufacturing on Monday: {health['red']} Red, {health['amber']} Amber"
    assert mail["Subject"] == subject
    text = mail.get_body(("plain",))
    assert text is not None
    first, second, *_ = text.get_content().splitlines()
    assert (first, second[:6]) == ("Manufacturing on Monday", "As of ")
    assert subject not in text.get_content()
    assert sorted(str(part.get_filename()) for part in mail.iter_attachments()) == [
        "manufacturing.en.html", "manufacturing.en.json", "manufacturing.en.xlsx",
    ]  # fmt: skip


def test_a_report_waits_for_its_day(receiving: tuple[Receiving, Summary, Summary]) -> None:
    world, _, _ = receiving
    assert not (world.house.folder / "archive" / "people").exists()  # the company's day is a Monday
    assert not (world.house.folder / "report" / "people.zh-Hans.json").exists()


def test_a_scope_narrows_down_by_each_of_its_keys(receiving: tuple[Receiving, Summary, Summary]) -> None:
    model = json.loads((receiving[0].house.folder / "report" / "mine.en.json").read_bytes())
    [project] = model["projects"]
    assert project["ref"]["key"] == "INI-05"
    assert [(t["title"], t["value"]["value"]) for t in model["own_tiles"]] == [("Our projects", "1")]
    assert int(project["own"][0]["value"]) > 0
    assert model["compared_with"] == "2026-10-24", "thirty days, as it asks"


def test_a_page_that_is_not_due_stays_and_a_report_that_is_taken_out_goes(
    receiving: tuple[Receiving, Summary, Summary],
) -> None:
    world, _, _ = receiving
    built = world.house
    built.change('without = ["allocation"]', 'without = ["allocation"]\ndays = ["friday"]')
    assert "pages" not in built.cli("plan", "-c", str(built.config)).stdout
    built.change('send = ["archive", "wiki",', 'send = ["archive",')
    told = built.cli("plan", "-c", str(built.config)).stdout
    assert "wiki: pages (1)\n  − manufacturing" in told
    assert built.run().written is not None
    assert [p.status for p in world.wiki.pages.values()] == ["trashed"]
    assert (built.folder / "archive" / "manufacturing" / "latest").exists()


def test_one_receiver_that_fails_leaves_the_others_done(tmp_path: Path) -> None:
    hooks = HookSite()
    with Server(hooks.routes()) as server, house(tmp_path, Sandbox(company=small_company())) as built:
        for name, path in {"teams-url": TEAMS_PATH, "slack-url": SLACK_PATH}.items():
            (tmp_path / name).write_text(server.url + path, encoding="utf-8")
        more = (
            '[receivers.team]\nkind = "teams"\nurl = "file:teams-url"\n[receivers.chat]\nkind = "slack"\n'
            'url = "file:slack-url"\n[[reports]]\nname = "all"\nsend = ["team", "chat"]\n'
            '[[reports]]\nname = "none"\nscope = { department = "Manufacturin" }\n'
        )
        built.config.write_text(built.config.read_text(encoding="utf-8") + more, encoding="utf-8")
        server.inject(refused(400), path="workflows")
        summary = built.run()
        assert summary.exit_code("never") == ExitCode.PARTIAL
        assert summary.written is not None
        [failed] = [r for r in summary.written.receipts if r.error]
        assert failed.change.mark.source == "team" and TEAMS_PATH not in str(failed.error)
        assert (len(hooks.cards), len(hooks.posts)) == (0, 1)
        told = built.cli("plan", "-c", str(built.config))
        assert "did you mean `Manufacturing`?" in told.stdout + told.stderr
        assert "team: messages (1)" in told.stdout and "chat: messages" not in told.stdout
        again = built.run()
        assert again.written is not None and [r.error for r in again.written.receipts] == [None]
        assert (len(hooks.cards), len(hooks.posts)) == (1, 1)
