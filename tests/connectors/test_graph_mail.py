"""Mails through Microsoft Graph: what goes out, what is looked up before it is repeated, what is refused."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.graph.settings import GraphMailReceiver
from portfolio.errors import RateLimited, SignInError
from sandbox.faults import Fault, reset, too_many_requests, unavailable
from sandbox.graph.errors import error as graph_error
from sandbox.messages import Response
from tests.connectors.graph_world import (
    BOARD,
    BOOK,
    PAGE,
    PMO,
    TEXT,
    GraphWorld,
    delivery,
    graph_world,
    mail_change,
    only,
)

BIG = replace(BOOK, name="all.xlsx", content=b"PK" + b"x" * 3_500_000)
"""More than goes in one request, and more than one attachment may have at once."""
HUGE = replace(BOOK, name="huge.xlsx", content=bytes(150_000_001))


def after_the_deed(status: int = 500) -> Fault:
    """The call does what it is to do, and an error is answered all the same."""
    refusal = graph_error(status, "InternalServerError", "It broke.").response
    return Fault(f"{status} after the deed", rewrite=lambda _: refusal)


def instead(status: int, code: str, message: str = "It was refused.") -> Fault:
    answer: Response = graph_error(status, code, message).response
    return Fault(code, instead=(answer.status, answer.headers, answer.body))


@pytest.fixture
def world() -> Iterator[GraphWorld]:
    with graph_world() as made:
        yield made


def test_a_mail_goes_out_in_one_request_with_text_page_and_file(world: GraphWorld) -> None:
    receipt = only(world.mail(), mail_change())
    assert receipt.error is None
    [sent] = world.box.sent
    assert (sent.internet_message_id, sent.mail["To"], sent.mail["From"]) == (receipt.remote_id, BOARD, PMO)
    page, text = sent.mail.get_body(("html",)), sent.mail.get_body(("plain",))
    assert page and page.get_content().strip() == "<p>Monday</p>"
    assert text and text.get_content().strip() == "Monday"
    assert [part.get_filename() for part in sent.mail.iter_attachments()] == ["it.xlsx"]
    [asked] = world.server.log
    assert (asked.method, asked.path) == ("POST", f"/v1.0/users/{PMO}/sendMail")
    assert asked.headers["content-type"] == "text/plain"


def test_a_large_mail_goes_out_as_a_draft_with_its_files(world: GraphWorld) -> None:
    receipt = only(world.mail(), mail_change(delivery(PAGE, TEXT, BOOK, BIG)))
    assert receipt.error is None
    [sent] = world.box.sent
    assert sent.attachments == {"it.xlsx": BOOK.content, "all.xlsx": BIG.content}
    assert [part.get_filename() for part in sent.mail.iter_attachments()] == []
    assert sent.internet_message_id == receipt.remote_id
    [small], [session], pieces = (
        world.asked("POST", "/attachments"), world.asked("POST", "/createUploadSession"), world.asked("PUT")
    )  # fmt: skip
    assert base64.b64decode(small.document["contentBytes"]) == BOOK.content
    assert session.document["AttachmentItem"]["size"] == len(BIG.content)
    assert [one.headers["content-range"] for one in pieces] == ["bytes 0-3500001/3500002"]
    assert world.server.log[-1].path.endswith("/send")


def test_a_draft_bears_our_id_also_where_the_mailbox_gave_another(world: GraphWorld) -> None:
    world.box.keeps_ids = False
    receipt = only(world.mail(), mail_change(delivery(PAGE, BIG)))
    assert world.box.sent[0].internet_message_id == receipt.remote_id
    assert len(world.asked("PATCH")) == 1


def test_the_id_is_that_of_the_report_and_its_day(world: GraphWorld) -> None:
    receivers = world.mail()
    first, other = only(receivers, mail_change()), only(receivers, mail_change(name="hr"))
    later = only(receivers, mail_change(delivery(PAGE, BOOK, TEXT)))
    assert first.remote_id == later.remote_id != other.remote_id


# -- nobody knows whether it was sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [after_the_deed(), after_the_deed(503), reset()], ids=str)
@pytest.mark.parametrize("files", [(PAGE,), (PAGE, BIG)], ids=["at once", "draft"])
def test_what_was_done_in_spite_of_its_answer_is_found_and_not_repeated(
    world: GraphWorld, fault: Fault, files: tuple
) -> None:
    world.server.inject(fault, method="POST", path="sendMail" if len(files) == 1 else "/send")
    receipt = only(world.mail(), mail_change(delivery(*files)))
    assert receipt.error is None
    assert len(world.box.sent) == 1
    assert len(world.asked("POST", "sendMail")) + len(world.asked("POST", "/send")) == 1
    assert len(world.asked("GET", "/messages")) >= 1


@pytest.mark.parametrize("files", [(PAGE,), (PAGE, BIG)], ids=["at once", "draft"])
def test_what_was_not_done_is_repeated_once_it_is_certain(world: GraphWorld, files: tuple) -> None:
    world.server.inject(unavailable(), method="POST", path="sendMail" if len(files) == 1 else "/send")
    receipt = only(world.mail(), mail_change(delivery(*files)))
    assert receipt.error is None
    assert len(world.box.sent) == 1
    assert world.clock.clock.monotonic() >= 30, "a message that was accepted needs seconds to be seen"


def test_what_stays_doubtful_is_told_and_looked_up_by_the_next_run(world: GraphWorld) -> None:
    world.server.inject(instead(500, "InternalServerError"), method="POST", path="sendMail", times=2)
    receipt = only(world.mail(), mail_change())
    assert receipt.error is not None and not receipt.unwritten
    assert "not in the mailbox so far" in receipt.error
    assert len(world.asked("POST", "sendMail")) == 2
    again = only(world.mail(), mail_change(action="update"))
    assert again.error is None and len(world.box.sent) == 1


def test_a_later_run_finds_what_the_one_before_sent_without_knowing(world: GraphWorld) -> None:
    only(world.mail(), mail_change())
    receipt = only(world.mail(), mail_change(action="update"))
    assert receipt.error is None
    assert len(world.box.sent) == 1 and len(world.asked("POST", "sendMail")) == 1


@pytest.mark.parametrize("action", ["create", "update"])
def test_without_the_right_to_look_nothing_is_repeated(world: GraphWorld, action: str) -> None:
    token = world.site.hand_out("Mail.Send")
    world.server.inject(reset(), method="POST", path="sendMail")
    receipt = only(world.mail(token), mail_change(action=action))
    assert receipt.error is not None and not receipt.unwritten
    assert "cannot be looked up" in receipt.error and "not sent again" in receipt.error
    assert len(world.asked("POST", "sendMail")) == (1 if action == "create" else 0)


# -- drafts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "path", "method"),
    [
        (instead(400, "ErrorInvalidRequest"), "/attachments", "POST"),
        (instead(500, "InternalServerError"), "createUploadSession", "POST"),
        (instead(404, "itemNotFound"), "/upload/", "PUT"),
        (after_the_deed(), "/attachments", "POST"),
    ],
    ids=["attachment refused", "no session", "session gone", "500 after an attachment"],
)
def test_a_draft_that_cannot_be_completed_goes_again_and_nothing_is_sent(
    world: GraphWorld, fault: Fault, path: str, method: str
) -> None:
    world.server.inject(fault, method=method, path=path)
    receipt = only(world.mail(), mail_change(delivery(PAGE, BOOK, BIG)))
    assert receipt.unwritten and "Nothing was sent" in str(receipt.error)
    assert world.box.messages == {}
    assert only(world.mail(), mail_change(delivery(PAGE, BOOK, BIG))).error is None


def test_a_draft_that_an_earlier_run_left_is_not_sent_twice(world: GraphWorld) -> None:
    world.server.inject(reset(), method="POST", path=f"/users/{PMO}/messages")
    first = only(world.mail(), mail_change(delivery(PAGE, BIG)))
    assert first.unwritten
    assert only(world.mail(), mail_change(delivery(PAGE, BIG))).error is None
    assert (len(world.box.sent), len(world.box.drafts)) == (1, 0)


def test_pieces_that_fail_for_a_moment_go_on(world: GraphWorld) -> None:
    world.server.inject(unavailable(), method="PUT", path="/upload/")
    assert only(world.mail(), mail_change(delivery(PAGE, BIG))).error is None
    assert world.box.sent[0].attachments["all.xlsx"] == BIG.content


def test_an_attachment_that_outlook_never_takes_is_not_tried(world: GraphWorld) -> None:
    receipt = only(world.mail(), mail_change(delivery(PAGE, HUGE)))
    assert receipt.unwritten and "150 MB" in str(receipt.error)
    assert list(world.server.log) == []


# -- refusals and limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"), [(400, "ErrorInvalidRecipients"), (404, "ErrorInvalidUser"), (413, "RequestEntityTooLarge")]
)
def test_a_refusal_is_told_in_exchange_s_own_words_and_is_no_doubt(world: GraphWorld, status: int, code: str) -> None:
    world.server.inject(instead(status, code, "It said so."), path="sendMail")
    receipt = only(world.mail(), mail_change())
    assert f"{code}: It said so." in str(receipt.error)
    assert receipt.unwritten
    assert len(world.server.log) == 1


def test_a_mailbox_that_is_not_there_is_told(world: GraphWorld) -> None:
    receipt = only(world.mail(mailbox="nobody@meridian.example"), mail_change())
    assert receipt.unwritten and "ErrorInvalidUser" in str(receipt.error)


def test_a_missing_permission_ends_the_sending_and_says_what_to_grant(world: GraphWorld) -> None:
    with pytest.raises(SignInError) as refused:
        only(world.mail(world.site.hand_out("Mail.ReadBasic.All")), mail_change())
    assert "ErrorAccessDenied" in refused.value.what and "Mail.Send" in refused.value.remedy
    with pytest.raises(SignInError):
        only(world.mail("nobody-s-token"), mail_change())


def test_a_throttled_mail_waits_as_long_as_it_is_told(world: GraphWorld) -> None:
    world.server.inject(too_many_requests("7", None), path="sendMail")
    began = world.clock.clock.monotonic()
    assert only(world.mail(), mail_change()).error is None
    assert world.clock.clock.monotonic() - began >= 7 and len(world.box.sent) == 1
    world.server.inject(too_many_requests("90000", None), path="sendMail")
    with pytest.raises(RateLimited):
        only(world.mail(), mail_change(name="hr"))


def test_a_mailbox_sends_no_more_than_thirty_a_minute(world: GraphWorld) -> None:
    changes = [mail_change(name=f"report-{n}") for n in range(65)]
    receipts = list(world.mail().apply(changes))
    assert [r.error for r in receipts if r.error] == []
    assert len(world.box.sent) == 65
    assert world.clock.clock.monotonic() >= 120
    assert all(one.status == 202 for one in world.server.log), "none was throttled: we keep the limit ourselves"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"mailbox": "pmo"}, "not a mail address"),
        ({"to": ["a@b.example", "b"]}, "`b` is not a mail address"),
        ({"to": []}, "at least 1"),
        ({"url": "graph"}, "not a web address"),
        ({"auth": {"type": "basic", "user": "x", "password": "y"}}, "basic"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(wrong: dict, why: str) -> None:
    given = {"mailbox": PMO, "to": [BOARD], "auth": {"type": "bearer", "token": "x"}}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(GraphMailReceiver).validate_python(given | wrong)


def test_each_cloud_has_its_own_graph() -> None:
    entra = {"type": "client_secret", "tenant": "t", "client_id": "c", "client_secret": "s"}
    read: Callable[[dict], GraphMailReceiver] = TypeAdapter(GraphMailReceiver).validate_python
    roots = {
        cloud: read({"mailbox": PMO, "to": [BOARD], "auth": entra | {"cloud": cloud}}).root
        for cloud in ("public", "us_gov_high", "china")
    }
    assert roots["public"] == "https://graph.microsoft.com" and len(set(roots.values())) == 3
    own = read({"mailbox": PMO, "to": [BOARD], "auth": entra, "url": "https://dod-graph.microsoft.us/v1.0"})
    assert own.root == "https://dod-graph.microsoft.us"
