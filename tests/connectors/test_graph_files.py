"""Reports in a library of SharePoint: two copies, nothing of anybody else's touched, refusals told."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from connectors.graph.names import fault_of, usable
from connectors.graph.quick_xor import quick_xor_hash
from connectors.graph.settings import SharepointReceiver
from connectors.graph.uploading import Upload
from portfolio.errors import RateLimited, SignInError
from sandbox.faults import Fault, reset, too_many_requests, unavailable
from sandbox.graph import APP
from sandbox.graph.errors import error as graph_error
from sandbox.graph.library import Library
from sandbox.graph.library import _hash as pretend_hash
from sandbox.messages import Response
from tests.connectors.graph_world import (
    BOOK,
    HOST,
    PAGE,
    GraphWorld,
    delivery,
    graph_world,
    only,
    page_change,
)

NEW_PAGE = replace(PAGE, content=b"<p>Tuesday</p>")
BIG = replace(BOOK, name="all.xlsx", content=b"PK" + bytes(range(256)) * 16_000)
"""More than goes up in one request; two pieces."""
ANN = ("Ann Example", None)
HOME = "Reports/it"


def instead(status: int, code: str) -> Fault:
    answer: Response = graph_error(status, code, "It was refused.").response
    return Fault(code, instead=(answer.status, answer.headers, answer.body))


def after_the_deed(status: int = 500) -> Fault:
    refusal = graph_error(status, "generalException", "It broke.").response
    return Fault(f"{status} after the deed", rewrite=lambda _: refusal)


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    with graph_world() as made:
        yield made


def writes(world: GraphWorld) -> int:
    return sum(one.method in ("PUT", "POST", "DELETE") for one in world.server.log)


def test_a_report_stands_in_a_dated_and_a_latest_copy(world: GraphWorld) -> None:
    receipt = only(world.files(), page_change(delivery()))
    assert receipt.error is None
    assert world.library.files() == {
        f"{HOME}/{folder}/{document.name}": document.content
        for folder in ("2026-11-23", "latest")
        for document in (PAGE, BOOK)
    }
    put = world.asked("PUT")[0]
    assert put.query["@microsoft.graph.conflictBehavior"] == ["fail"]
    assert "if-match" not in put.headers


def test_only_files_that_changed_are_sent_again_and_only_over_what_we_wrote(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    world.server.log.clear()
    second = only(world.files(), page_change(delivery(NEW_PAGE, BOOK), first))
    assert second.error is None
    puts = world.asked("PUT")
    assert [one.path.rsplit("/", 3)[1:3] for one in puts] == [["2026-11-23", "it.en.html:"], ["latest", "it.en.html:"]]
    assert all(
        one.headers["if-match"] and one.query["@microsoft.graph.conflictBehavior"] == ["replace"] for one in puts
    )
    assert world.library.files()[f"{HOME}/latest/it.en.html"] == NEW_PAGE.content


def test_where_all_stands_already_nothing_is_written(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    world.server.log.clear()
    again = only(world.files(), page_change(delivery(), first))
    assert (again.error, again.remote_id) == (None, first.remote_id)
    assert writes(world) == 0


def test_a_large_file_goes_up_in_pieces_of_320_kib(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery(PAGE, BIG)))
    assert first.error is None
    assert world.library.files()[f"{HOME}/latest/all.xlsx"] == BIG.content
    ranges = [one.headers["content-range"] for one in world.server.log if one.path.startswith("/upload/")]
    assert ranges[:2] == ["bytes 0-3932159/4096002", "bytes 3932160-4096001/4096002"]
    changed = replace(BIG, content=b"PK" + BIG.content)
    assert only(world.files(), page_change(delivery(PAGE, changed), first)).error is None
    started = world.asked("POST", ":/createUploadSession")[-1]
    assert started.headers["if-match"]
    assert started.document["item"] == {
        "@microsoft.graph.conflictBehavior": "replace", "name": "all.xlsx", "fileSize": len(changed.content),
    }  # fmt: skip
    with pytest.raises(ValueError, match="multiples"):
        Upload(world.files()._link.http, resumable=True, piece_bytes=1000)


# -- what somebody else wrote -----------------------------------------------------------------------------------------


def test_a_file_that_somebody_changed_is_told_and_left(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    world.library.write(f"{HOME}/latest/it.xlsx", b"PK with remarks", ANN)
    other = replace(BOOK, content=b"PK new")
    receipt = only(world.files(), page_change(delivery(PAGE, other, day=date(2026, 11, 24)), first))
    assert "latest/it.xlsx was changed by Ann Example on 2026-11-23" in str(receipt.error)
    assert not receipt.unwritten, "the dated copy was written"
    assert world.library.files()[f"{HOME}/latest/it.xlsx"] == b"PK with remarks"
    gone = world.library.at(f"{HOME}/latest/it.xlsx")
    assert gone is not None
    world.library.remove(gone, None)
    assert only(world.files(), page_change(delivery(PAGE, other, day=date(2026, 11, 24)), first)).error is None


def test_a_file_that_is_there_and_not_ours_is_never_taken_over(world: GraphWorld) -> None:
    world.library.write(f"{HOME}/2026-11-23/it.en.html", b"<p>Ann's</p>", ANN)
    receipt = only(world.files(), page_change(delivery()))
    assert receipt.unwritten and "is there already and not ours" in str(receipt.error)
    assert world.library.files() == {f"{HOME}/2026-11-23/it.en.html": b"<p>Ann's</p>"}


def test_a_file_that_is_changed_in_the_same_moment_is_looked_at_again(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    quick = Fault("meanwhile", before=lambda: world.library.write(f"{HOME}/latest/it.en.html", b"Ann's", ANN))
    world.server.inject(quick, method="PUT", path="latest/it.en.html")
    receipt = only(world.files(), page_change(delivery(NEW_PAGE, BOOK), first))
    assert "changed by Ann Example" in str(receipt.error)
    assert world.library.files()[f"{HOME}/latest/it.en.html"] == b"Ann's"


def test_workbooks_that_sharepoint_itself_touches_stay_ours(world: GraphWorld) -> None:
    world.library.touches_workbooks = True
    first = only(world.files(), page_change(delivery()))
    other = replace(BOOK, content=b"PK new")
    assert only(world.files(), page_change(delivery(PAGE, other), first)).error is None
    assert world.library.files()[f"{HOME}/latest/it.xlsx"].startswith(b"PK new")


def test_without_an_app_of_its_own_the_etag_tells_what_is_ours(world: GraphWorld) -> None:
    opaque = "not-a-web-token"
    world.site.tokens[opaque] = next(iter(world.site.tokens.values()))
    first = only(world.files(opaque), page_change(delivery()))
    assert only(world.files(opaque), page_change(delivery(NEW_PAGE, BOOK), first)).error is None
    lost = only(world.files(opaque), page_change(delivery(PAGE, BOOK)))
    assert "not ours" in str(lost.error), "neither the ledger nor the token says that it is"


# -- taken back -------------------------------------------------------------------------------------------------------


def test_a_report_that_is_taken_out_takes_its_latest_copy_along(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    world.library.write(f"{HOME}/latest/notes.txt", b"Ann's", ANN)
    assert only(world.files(), page_change(None, first)).error is None
    left = set(world.library.files())
    assert left == {f"{HOME}/2026-11-23/it.en.html", f"{HOME}/2026-11-23/it.xlsx", f"{HOME}/latest/notes.txt"}
    notes = world.library.at(f"{HOME}/latest/notes.txt")
    assert notes is not None
    world.library.remove(notes, None)
    assert only(world.files(), page_change(None, first)).error is None
    assert world.library.at(f"{HOME}/latest") is None
    assert only(world.files(), page_change(None, first)).error is None, "once more, with nothing there"


def test_a_file_that_the_report_has_no_more_goes_from_the_latest_copy(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    assert only(world.files(), page_change(delivery(PAGE), first)).error is None
    assert f"{HOME}/latest/it.xlsx" not in world.library.files()
    assert f"{HOME}/2026-11-23/it.xlsx" in world.library.files()


def test_dated_copies_are_kept_as_many_as_configured_and_only_ours_go(world: GraphWorld) -> None:
    world.library.page_size = 2
    receiver, before = world.files(keep=2), None
    for day in (20, 21, 22, 23):
        before = only(receiver, page_change(delivery(day=date(2026, 11, day)), before))
        assert before.error is None
        if day == 20:
            world.library.write(f"{HOME}/2026-11-20/minutes.docx", b"Ann's", ANN)
    found = world.library.at(HOME)
    assert found is not None
    assert [n.name for n in world.library.children(found)] == ["2026-11-20", "2026-11-22", "2026-11-23", "latest"]


# -- refusals, and answers that are lost ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [after_the_deed(), after_the_deed(503), reset()], ids=str)
def test_what_was_written_in_spite_of_its_answer_is_found_by_the_next_look(world: GraphWorld, fault: Fault) -> None:
    world.library.write(f"{HOME}/2026-11-23/notes.txt", b"Ann's", ANN)
    world.server.inject(fault, method="PUT", path="2026-11-23/it.en.html")
    receipt = only(world.files(), page_change(delivery()))
    if receipt.error is not None:  # a plain 500 is not repeated in the same run
        assert not receipt.unwritten
        receipt = only(world.files(), page_change(delivery()))
    assert receipt.error is None
    assert len([one for one in world.asked("PUT") if "2026-11-23/it.en.html" in one.path]) <= 2
    assert len(world.library.files()) == 5


def test_an_update_whose_answer_is_lost_is_no_conflict(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    world.server.inject(after_the_deed(503), method="PUT", path="latest/it.en.html")
    receipt = only(world.files(), page_change(delivery(NEW_PAGE, BOOK), first))
    assert receipt.error is None
    assert world.library.files()[f"{HOME}/latest/it.en.html"] == NEW_PAGE.content


@pytest.mark.parametrize(
    ("fault", "after"),
    [(unavailable(), 0), (unavailable(), 1), (reset(), 0), (instead(500, "generalException"), 1), (reset(), 1)],
    ids=["503 first", "503 last", "reset first", "500 last", "reset last"],
)
def test_a_broken_upload_goes_on_where_it_stopped(world: GraphWorld, fault: Fault, after: int) -> None:
    world.server.inject(fault, method="PUT", path="/upload/", after=after)
    receipt = only(world.files(), page_change(delivery(PAGE, BIG)))
    if receipt.error is not None:  # the last answer was lost: the session is over, the next look finds the file
        assert not receipt.unwritten
        receipt = only(world.files(), page_change(delivery(PAGE, BIG)))
    assert receipt.error is None
    assert world.library.files()[f"{HOME}/latest/all.xlsx"] == BIG.content


def test_an_upload_that_is_given_up_is_cancelled(world: GraphWorld) -> None:
    world.server.inject(instead(507, "quotaLimitReached"), method="PUT", path="/upload/")
    receipt = only(world.files(), page_change(delivery(BIG)))
    assert receipt.unwritten and "no room left" in str(receipt.error)
    assert world.uploads.cancelled == 1 and world.uploads.open == {}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (instead(423, "notAllowed"), "has the file locked (423: notAllowed"),
        (instead(507, "quotaLimitReached"), "has no room left (507"),
        (instead(400, "invalidRequest"), "invalidRequest"),
        (instead(413, "invalidRequest"), "takes no request of that size"),
    ],
    ids=["locked", "full", "refused", "too large"],
)
def test_a_refusal_is_told_and_nothing_is_in_doubt(world: GraphWorld, fault: Fault, words: str) -> None:
    world.server.inject(fault, method="PUT")
    receipt = only(world.files(), page_change(delivery()))
    assert receipt.unwritten and words in str(receipt.error)
    assert world.library.files() == {}


def test_a_file_that_somebody_has_open_is_written_by_the_next_run(world: GraphWorld) -> None:
    first = only(world.files(), page_change(delivery()))
    book = world.library.at(f"{HOME}/latest/it.xlsx")
    assert book is not None
    book.locked = True
    other = replace(BOOK, content=b"PK new")
    receipt = only(world.files(), page_change(delivery(PAGE, other), first))
    assert "resourceLocked" not in str(receipt.error) and "has it open or checked out" in str(receipt.error)
    assert "Files written before: 1" in str(receipt.error) and not receipt.unwritten
    book.locked = False
    assert only(world.files(), page_change(delivery(PAGE, other), first)).error is None


def test_a_library_without_room_takes_nothing(world: GraphWorld) -> None:
    world.library.room = 5
    receipt = only(world.files(), page_change(delivery(BOOK)))
    assert receipt.unwritten and "quotaLimitReached" in str(receipt.error)
    world.library.room = 4_050_000
    assert "no room left" in str(only(world.files(), page_change(delivery(BIG))).error)


def test_throttling_is_waited_out_and_a_long_one_ends_the_writing(world: GraphWorld) -> None:
    world.server.inject(too_many_requests("3", None), method="PUT")
    assert only(world.files(), page_change(delivery())).error is None
    assert world.clock.seconds >= 3
    world.server.inject(too_many_requests("90000", None), method="GET")
    with pytest.raises(RateLimited):
        only(world.files(), page_change(delivery(NEW_PAGE)))


def test_a_site_that_was_not_granted_is_a_missing_permission(world: GraphWorld) -> None:
    world.site.granted.clear()
    with pytest.raises(SignInError) as refused:
        only(world.files(), page_change(delivery()))
    assert "accessDenied" in refused.value.what and "Sites.Selected" in refused.value.remedy


# -- which library ----------------------------------------------------------------------------------------------------


def test_a_library_is_found_by_its_name_by_its_id_and_by_whose_it_is(world: GraphWorld) -> None:
    named = world.site.add_library(HOST, name="PMO Reports")
    own = world.site.add_library("meridian-my.sharepoint.com", "/personal/ann", user="ann@meridian.example")
    ways: list[tuple[Library, dict[str, object]]] = [
        (named, {"library": "pmo reports"}),
        (own, {"user": "ann@meridian.example", "folder": ""}),
        (world.library, {"drive": world.library.id}),
    ]
    for library, place in ways:
        assert only(world.files(**place), page_change(delivery(PAGE))).error is None
        assert len(library.files()) == 2
    assert "it/latest/it.en.html" in own.files()
    receipt = only(world.files(library="Nowhere"), page_change(delivery(PAGE)))
    assert receipt.unwritten and "Documents, PMO Reports" in str(receipt.error)
    gone = only(world.files(site=f"https://{HOST}/sites/gone"), page_change(delivery(PAGE)))
    assert gone.unwritten and "nothing there" in str(gone.error)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"user": "ann@meridian.example"}, "exactly one of"),
        ({"site": None, "drive": "b!1", "library": "x"}, "one of a `site`"),
        ({"site": f"https://{HOST}/sites/pmo/Forms/AllItems.aspx"}, "the site alone"),
        ({"folder": "Reports/a:b"}, "takes no ':'"),
        ({"folder": "Forms"}, "keeps the folder"),
        ({"folder": "a//b"}, "a name in SharePoint"),
        ({"site": None, "user": "ann"}, "not the address of a person"),
        ({"keep": 0}, "greater than or equal"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(wrong: dict, why: str) -> None:
    base = {"site": f"https://{HOST}/sites/pmo", "auth": {"type": "bearer", "token": "x"}}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(SharepointReceiver).validate_python(base | wrong)


# -- names, and the hash ----------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_every_name_becomes_one_that_sharepoint_takes(name: str) -> None:
    made = usable(name)
    assert fault_of(made) == ""
    Library.check_name(made)
    assert usable(made) == made
    assert made == name or fault_of(name)


@pytest.mark.parametrize(
    ("name", "made"),
    [("a:b?.html", "a_b_.html"), ("con", "_con"), ("~$a.xlsx", "_a.xlsx"), ("a_vti_b", "a_vti-b"), (" a. ", "a")],
)
def test_forbidden_names_are_made_as_like_as_can_be(name: str, made: str) -> None:
    assert usable(name) == made


def test_names_that_become_one_and_reports_that_cannot_be_a_folder_are_refused(world: GraphWorld) -> None:
    two = (replace(PAGE, name="a:b.html"), replace(PAGE, name="A?b.html"))
    assert "two files of the report" in str(only(world.files(), page_change(delivery(*two))).error)
    assert "keeps the name 'con'" in str(only(world.files(), page_change(delivery(), name="con")).error)
    deep = world.files(folder="/".join(["x" * 100] * 4))
    assert "characters, SharePoint takes 400" in str(only(deep, page_change(delivery())).error)
    assert writes(world) == 0


VECTORS = {
    "": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "Sg==": "SgAAAAAAAAAAAAAAAQAAAAAAAAA=",
    "tbQ=": "taAFAAAAAAAAAAAAAgAAAAAAAAA=",
    "0pZP": "0rDEEwAAAAAAAAAAAwAAAAAAAAA=",
    "jRRDVA==": "jaDAEKgAAAAAAAAABAAAAAAAAAA=",
    "luBZlaT6": "lgBHFipBCn0AAAAABgAAAAAAAAA=",
    "qaApEj66lw==": "qQBFCiTgA11cAgAABwAAAAAAAAA=",
    "/aNzzCFPS/A=": "/RjFHJgRgicsAR4ACAAAAAAAAAA=",
}
"""Contents and their hashes, in base64, as Microsoft's own code makes them (published with rclone's tests)."""


@pytest.mark.parametrize("content", VECTORS)
def test_the_hash_is_that_of_published_examples(content: str) -> None:
    raw = base64.b64decode(content)
    assert quick_xor_hash(raw) == pretend_hash(raw) == VECTORS[content]


@given(st.binary(max_size=2000))
def test_both_readings_of_the_hash_agree(content: bytes) -> None:
    assert quick_xor_hash(content) == pretend_hash(content)


def test_what_we_wrote_is_marked_by_our_app(world: GraphWorld) -> None:
    only(world.files(), page_change(delivery(PAGE)))
    node = world.library.at(f"{HOME}/latest/it.en.html")
    assert node is not None and node.by == (None, APP)
