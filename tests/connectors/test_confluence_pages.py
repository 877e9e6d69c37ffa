"""Reports as pages of Confluence, Cloud and Data Center: create, update, nothing, conflict, lost answers, refusals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pytest
from fake_clock import FakeClock
from pydantic import SecretStr, ValidationError

from connectors import confluence
from connectors.confluence.settings import ConfluenceCloudReceiver, ConfluenceDataCenterReceiver, ConfluenceReceiver
from connectors.confluence.writing import ConfluenceSpace, marked
from portfolio.delivery import Delivery, Document, body_of
from portfolio.errors import SignInError
from portfolio.ports import Action, Change, Mark, Receipt
from sandbox.confluence import ConfluenceSite
from sandbox.confluence.site import CLOUD_ACCOUNT, INSIDE_TOKEN, SPACE
from sandbox.faults import Fault, refused, unavailable
from sandbox.http import Server

SHEET = Document("portfolio.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\r\n\x00--")


@dataclass
class World:
    server: Server
    site: ConfluenceSite
    kind: Literal["cloud", "inside"]

    def receiver(self, space: str = SPACE, token: str = "", parent: str | None = None) -> ConfluenceSpace:
        settings: ConfluenceReceiver
        if self.kind == "cloud":
            settings = ConfluenceCloudReceiver(
                url=self.server.url, space=space, parent=parent, email=CLOUD_ACCOUNT[0],
                token=SecretStr(token or CLOUD_ACCOUNT[1]),
            )  # fmt: skip
        else:
            settings = ConfluenceDataCenterReceiver(
                url=f"{self.server.url}/confluence", space=space, parent=parent, token=SecretStr(token or INSIDE_TOKEN)
            )
        return confluence.receiver("wiki", settings, FakeClock().clock)

    def write(self, change: Change, **more: str) -> Receipt:
        [receipt] = self.receiver(**more).apply([change])
        return receipt


@pytest.fixture(params=["cloud", "inside"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    site = ConfluenceSite()
    with Server(site.routes(), gates=[site.gate]) as server:
        yield World(server, site, request.param)
        assert server.failures == []


def change(
    text: str = "<p>one</p>", action: Action = "create", *, page: str | None = None, files: tuple[Document, ...] = ()
) -> Change:
    main = Document("page.xml", "application/xhtml+xml", text.encode())
    body = body_of(Delivery("Monday & more", date(2026, 11, 23), "en", (main, *files)))
    mark = Mark("page", "wiki", "receiver", "", "monday", None if action == "remove" else body)
    return Change(action, mark, "0" * 64, page)


def test_a_page_is_made_below_its_parent_and_then_replaced_with_the_next_version(world: World) -> None:
    first = world.write(change(files=(SHEET,)), parent="77")
    assert first.error is None
    page = world.site.pages[str(first.remote_id)]
    assert (page.title, page.parent, page.version) == ("Monday & more", "77", 1)
    assert page.storage == marked("monday", "<p>one</p>")
    second = world.write(change("<p>two</p>", "update", page=page.id, files=(SHEET,)))
    assert (second.error, second.remote_id) == (None, page.id)
    assert (page.storage, page.version) == (marked("monday", "<p>two</p>"), 2)
    assert page.attachments == {"portfolio.xlsx": [SHEET.content, SHEET.content]}


def test_a_page_whose_creation_was_not_answered_is_found_and_not_made_twice(world: World) -> None:
    world.server.inject(Fault("cut", cut=True), method="POST")
    lost = world.write(change())
    assert lost.error is not None and not lost.unwritten
    assert len(world.site.pages) == 1
    found = world.write(change(action="update"))
    assert found.error is None and [found.remote_id] == list(world.site.pages)


def test_a_page_of_somebody_elses_under_that_title_is_left(world: World) -> None:
    theirs = world.site.add("Monday & more", "<p>ours since 2019</p>")
    receipt = world.write(change())
    assert receipt.unwritten and "is not ours" in str(receipt.error)
    taken_over = world.write(change(action="update", page=theirs.id))
    assert taken_over.unwritten
    assert world.write(change(action="remove", page=theirs.id)).error is None
    assert (theirs.storage, theirs.version, theirs.status) == ("<p>ours since 2019</p>", 1, "current")


def test_who_saved_meanwhile_is_noticed_and_the_page_is_written_once_more(world: World) -> None:
    page = world.site.add("Monday & more", marked("monday", "<p>old</p>"))

    def saved() -> None:
        page.version += 1

    world.server.inject(Fault("meanwhile", before=saved), method="PUT")
    receipt = world.write(change("<p>new</p>", "update", page=page.id))
    assert (receipt.error, page.version) == (None, 3)
    assert page.storage == marked("monday", "<p>new</p>")


def test_who_saves_all_the_time_wins_for_this_run(world: World) -> None:
    page = world.site.add("Monday & more", marked("monday", "<p>old</p>"))
    world.server.inject(refused(409), times=9, method="PUT")
    receipt = world.write(change("<p>new</p>", "update", page=page.id))
    assert "409" in str(receipt.error) and page.version == 1


def test_a_page_in_the_bin_is_made_anew_and_ours_goes_there(world: World) -> None:
    first = world.write(change())
    assert world.write(change(action="remove", page=first.remote_id)).error is None
    assert world.site.pages[str(first.remote_id)].status == "trashed"
    assert world.write(change(action="remove", page=first.remote_id)).error is None
    again = world.write(change(action="update", page=first.remote_id))
    assert again.error is None and again.remote_id != first.remote_id


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (change("<p>not closed"), "400"),
        (change("<p>" + "x" * 1_000_001 + "</p>"), "nothing was sent"),
    ],
    ids=["malformed", "too large"],
)
def test_what_confluence_cannot_take_is_told_and_nothing_was_written(world: World, given: Change, why: str) -> None:
    receipt = world.write(given)
    assert receipt.unwritten and why in str(receipt.error)
    assert world.site.pages == {}


def test_a_space_that_is_not_there_is_told(world: World) -> None:
    receipt = world.write(change(), space="NOPE")
    assert (receipt.unwritten and "NOPE" in f"{receipt.error}") or "404" in f"{receipt.error}"
    assert world.site.pages == {}


def test_a_token_that_is_refused_ends_the_sending(world: World) -> None:
    with pytest.raises(SignInError):
        world.write(change(), token="wrong")


def test_a_site_that_is_down_for_a_moment_is_waited_for(world: World) -> None:
    page = world.site.add("Monday & more", marked("monday", "<p>old</p>"))
    world.server.inject(unavailable("1"), method="PUT")
    assert world.write(change("<p>new</p>", "update", page=page.id)).error is None
    assert page.version == 2


def test_reports_whose_names_begin_alike_have_pages_of_their_own(world: World) -> None:
    page = world.site.add("Monday & more", marked("monday-it", "<p/>"))
    receipt = world.write(change(action="update", page=page.id))
    assert receipt.unwritten
    other = change()
    named = replace(other, mark=replace(other.mark, name="monday-it"))
    assert world.write(named).error is None and page.version == 2


def test_the_page_below_which_reports_stand_is_a_number() -> None:
    with pytest.raises(ValidationError):
        ConfluenceDataCenterReceiver(url="https://wiki.example.com", space="PMO", parent="../1", token=SecretStr("x"))
