"""Receivers of reports: each takes what is sent, tells what it refused, and never sends blindly twice."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fake_clock import FakeClock
from pydantic import SecretStr, ValidationError

from connectors import folder, mail, slack, teams, webhook
from connectors.folder.settings import FolderReceiver
from connectors.mail.message import message
from connectors.mail.settings import MailReceiver
from connectors.pacing import Clock
from connectors.slack.settings import SlackReceiver
from connectors.teams.settings import TeamsReceiver
from connectors.webhook.settings import WebhookReceiver
from portfolio.delivery import Delivery, Document, body_of, read_delivery
from portfolio.errors import RateLimited, RemoteError, SignInError
from portfolio.ports import Change, Mark, Publisher, Receipt
from sandbox.faults import Fault, refused, too_many_requests, unavailable
from sandbox.http import Server
from sandbox.receivers import HookSite, MailSite
from sandbox.receivers.hooks import EVENTS_PATH, SLACK_PATH, TEAMS_PATH

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
SECRET = "whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="


def card(**more: str) -> Document:
    content = {"type": "AdaptiveCard", "version": "1.4"} | more
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    message = json.dumps({"type": "message", "attachments": [attachment]})
    return Document("card.json", "application/json", message.encode())


CARD = card()
BLOCKS = Document("blocks.json", "application/json", json.dumps({"text": "Monday", "blocks": []}).encode())
PAGE = Document("portfolio.en.html", "text/html; charset=utf-8", "<p>Über=3D</p>".encode())
TEXT = Document("mail.txt", "text/plain; charset=utf-8", ".\nÜber the line\n".encode())
SHEET = Document("portfolio.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04")


def delivery(*documents: Document, day: date = DAY) -> Delivery:
    return Delivery("Monday\r\nBcc: everybody@example.com", day, "en", documents or (PAGE,))


def change(channel: str, sent: Delivery | None, name: str = "monday", source: str = "them") -> Change:
    mark = Mark(channel, source, "receiver", "", name, body_of(sent) if sent else None)  # type: ignore[arg-type]
    return Change("create" if sent else "remove", mark, "0" * 64)


def only(publisher: Publisher, given: Change) -> Receipt:
    [receipt] = publisher.apply([given])
    return receipt


@pytest.fixture
def hooks() -> Iterator[tuple[Server, HookSite]]:
    site = HookSite(now=NOW.timestamp())
    with Server(site.routes()) as server:
        yield server, site
        assert server.failures == []


@pytest.fixture
def clock() -> Clock:
    return FakeClock().clock


def test_a_report_on_its_way_is_the_same_on_the_other_side() -> None:
    sent = delivery(PAGE, SHEET)
    assert read_delivery(json.loads(json.dumps(body_of(sent)))) == sent
    for broken in ({}, body_of(sent) | {"documents": []}, body_of(sent) | {"documents": [{"name": "x"}]}):
        with pytest.raises(ValueError, match="not a report"):
            read_delivery(broken)


# -- folder -----------------------------------------------------------------------------------------------------------


def test_a_folder_holds_the_dated_copy_the_latest_and_a_list(tmp_path: Path) -> None:
    receiver = folder.receiver("them", FolderReceiver(path=tmp_path / "reports", keep=2))
    for day in (9, 16, 23):
        receipt = only(receiver, change("page", delivery(PAGE, SHEET, day=date(2026, 11, day))))
        assert (receipt.error, receipt.remote_id) == (None, f"monday/2026-11-{day:02}")
    home = tmp_path / "reports" / "monday"
    assert sorted(p.name for p in home.iterdir()) == ["2026-11-16", "2026-11-23", "latest"]
    assert (home / "latest" / "portfolio.en.html").read_bytes() == PAGE.content
    index = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert index.index("monday/2026-11-23/portfolio.en.html") < index.index("monday/2026-11-16/portfolio.en.html")


def test_a_folder_takes_back_the_latest_and_keeps_the_record(tmp_path: Path) -> None:
    receiver = folder.receiver("them", FolderReceiver(path=tmp_path))
    only(receiver, change("page", delivery()))
    assert only(receiver, change("page", None)).error is None
    assert sorted(p.name for p in (tmp_path / "monday").iterdir()) == ["2026-11-23"]
    assert only(receiver, change("page", None)).error is None


def test_a_folder_of_somebody_elses_is_left(tmp_path: Path) -> None:
    (tmp_path / "monday" / "latest").mkdir(parents=True)
    (tmp_path / "monday" / "latest" / "theirs.txt").write_text("keep me")
    receiver = folder.receiver("them", FolderReceiver(path=tmp_path))
    receipt = only(receiver, change("page", delivery()))
    assert receipt.unwritten and "not ours" in str(receipt.error)
    assert only(receiver, change("page", None)).error is None
    assert (tmp_path / "monday" / "latest" / "theirs.txt").read_text() == "keep me"


@pytest.mark.parametrize(
    ("name", "document", "why"),
    [
        ("../up", PAGE, "`../up` is no name"),
        (".hidden", PAGE, "no name"),
        ("monday", replace(PAGE, name="../../etc"), "no name for a file"),
        ("monday", replace(PAGE, name=".plumbrule"), "no name for a file"),
    ],
)
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str, document: Document, why: str) -> None:
    receiver = folder.receiver("them", FolderReceiver(path=tmp_path / "in"))
    assert why in str(only(receiver, change("page", delivery(document), name)).error)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    receipt = only(folder.receiver("them", FolderReceiver(path=tmp_path / "file")), change("page", delivery()))
    assert receipt.unwritten and "Not a directory" in str(receipt.error)


# -- addresses that are posted to -------------------------------------------------------------------------------------


def test_teams_gets_one_card(hooks: tuple[Server, HookSite]) -> None:
    server, site = hooks
    receiver = teams.receiver("them", TeamsReceiver(url=SecretStr(f"{server.url}{TEAMS_PATH}?sig=s3same")))
    assert only(receiver, change("message", delivery(CARD))) == Receipt(change("message", delivery(CARD)))
    assert site.cards == [{"type": "AdaptiveCard", "version": "1.4"}]


def test_a_card_that_is_too_large_is_not_sent(hooks: tuple[Server, HookSite]) -> None:
    server, site = hooks
    receiver = teams.receiver("them", TeamsReceiver(url=SecretStr(f"{server.url}{TEAMS_PATH}")))
    receipt = only(receiver, change("message", delivery(card(x="y" * 28_000))))
    assert receipt.unwritten and "nothing was sent" in str(receipt.error)
    assert not server.log and not site.cards


def test_slack_gets_one_message_and_its_word_of_refusal_is_told(hooks: tuple[Server, HookSite]) -> None:
    server, site = hooks
    receiver = slack.receiver("them", SlackReceiver(url=SecretStr(f"{server.url}{SLACK_PATH}")))
    assert only(receiver, change("message", delivery(BLOCKS))).error is None
    assert site.posts == [{"text": "Monday", "blocks": []}]
    empty = Document("blocks.json", "application/json", b"{}")
    receipt = only(receiver, change("message", delivery(empty)))
    assert receipt.unwritten and "no_text" in str(receipt.error)
    many = Document("blocks.json", "application/json", json.dumps({"blocks": [{}] * 51}).encode())
    assert "51 blocks" in str(only(receiver, change("message", delivery(many))).error)


def test_an_event_is_signed_and_told_apart_from_its_repetition(hooks: tuple[Server, HookSite], clock: Clock) -> None:
    server, site = hooks
    settings = WebhookReceiver(url=SecretStr(f"{server.url}{EVENTS_PATH}"), secret=SecretStr(SECRET))
    receiver = webhook.receiver("them", settings, clock)
    document = Document("portfolio.json", "application/json", b'{"title":"x"}')
    server.inject(unavailable())
    first = only(receiver, change("message", delivery(document)))
    again = only(receiver, change("message", delivery(document)))
    assert first.error is None and first.remote_id == again.remote_id
    [event] = site.events.values()
    assert (event["type"], event["subject"], event["data"]) == ("io.plumbrule.report.v1", "monday", {"title": "x"})
    html = only(receiver, change("message", delivery(PAGE), "other"))
    assert site.events[str(html.remote_id)]["data_base64"]


def test_a_wrong_signing_secret_is_a_refused_sign_in(hooks: tuple[Server, HookSite], clock: Clock) -> None:
    server, _ = hooks
    other = SecretStr("whsec_" + "b2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    receiver = webhook.receiver(
        "them", WebhookReceiver(url=SecretStr(f"{server.url}{EVENTS_PATH}"), secret=other), clock
    )
    with pytest.raises(SignInError):
        only(receiver, change("message", delivery()))


@pytest.mark.parametrize("kind", ["teams", "slack"])
@pytest.mark.parametrize(
    ("fault", "unwritten"),
    [
        (refused(400), True),
        (refused(404), True),
        (refused(413), True),
        (unavailable(), False),
        (refused(500), False),
        (Fault("reset", reset=True), False),
    ],
    ids=["400", "404", "413", "503", "500", "reset"],
)
def test_a_message_is_never_sent_blindly_again_and_its_address_is_told_to_nobody(
    hooks: tuple[Server, HookSite], clock: Clock, kind: str, fault: Fault, unwritten: bool
) -> None:
    server, _ = hooks
    server.inject(fault)
    if kind == "teams":
        publisher: Publisher = teams.receiver("them", TeamsReceiver(url=SecretStr(f"{server.url}{TEAMS_PATH}")), clock)
    else:
        publisher = slack.receiver("them", SlackReceiver(url=SecretStr(f"{server.url}{SLACK_PATH}")), clock)
    receipt = only(publisher, change("message", delivery(CARD if kind == "teams" else BLOCKS)))
    assert receipt.error is not None and receipt.unwritten is unwritten
    assert len(server.log) <= 1
    told = f"{receipt.error} {publisher.traffic.by_endpoint}"
    assert "sesame" not in told and "workflows" not in told


def test_a_receiver_that_wants_to_be_left_stops_the_sending(hooks: tuple[Server, HookSite], clock: Clock) -> None:
    server, site = hooks
    receiver = teams.receiver("them", TeamsReceiver(url=SecretStr(f"{server.url}{TEAMS_PATH}")), clock)
    server.inject(too_many_requests("2", None))
    assert only(receiver, change("message", delivery(CARD))).error is None
    assert len(site.cards) == 1
    server.inject(too_many_requests("90000", None))
    with pytest.raises(RateLimited):
        only(receiver, change("message", delivery(CARD)))


def test_what_is_not_for_this_receiver_is_left(tmp_path: Path) -> None:
    receiver = folder.receiver("them", FolderReceiver(path=tmp_path))
    assert "belongs to others" in str(only(receiver, change("page", delivery(), source="others")).error)
    assert "takes reports" in str(only(receiver, change("message", delivery())).error)
    assert "takes nothing back" in str(only(mail.receiver("them", mail_settings(25)), change("message", None)).error)


def test_a_signing_secret_must_be_a_key() -> None:
    for wrong in ("whsec_###", "whsec_YWJj"):
        with pytest.raises(ValidationError):
            WebhookReceiver(url=SecretStr("https://example.com"), secret=SecretStr(wrong))


# -- mail -------------------------------------------------------------------------------------------------------------


def mail_settings(port: int, **more: object) -> MailReceiver:
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "pmo@meridian.example"}
    return MailReceiver.model_validate(given | {"to": ["a@meridian.example", "b@meridian.example"]} | more)


def test_a_mail_has_page_text_and_files_and_no_header_can_be_smuggled_in() -> None:
    with MailSite() as site:
        receipt = only(mail.receiver("them", mail_settings(site.port)), change("message", delivery(PAGE, TEXT, SHEET)))
    assert receipt.error is None
    [(to, found)] = site.mails
    assert to == ["a@meridian.example", "b@meridian.example"]
    assert found["Message-ID"] == receipt.remote_id
    assert found["Subject"] == "Monday Bcc: everybody@example.com"
    assert found["Bcc"] is None
    page, text = found.get_body(("html",)), found.get_body(("plain",))
    assert page and page.get_content().strip() == "<p>Über=3D</p>"
    assert text and text.get_content().splitlines() == [".", "Über the line"]
    [sheet] = found.iter_attachments()
    assert (sheet.get_filename(), sheet.get_content()) == ("portfolio.xlsx", b"PK\x03\x04")


def test_a_mail_has_the_subject_that_the_report_has_for_it_on_one_line() -> None:
    sent = replace(delivery(PAGE, TEXT), subject="Monday: 1 Red\nBcc: everybody@example.com")
    assert read_delivery(json.loads(json.dumps(body_of(sent)))) == sent
    assert "subject" not in body_of(delivery(PAGE))
    found = message(mail_settings(25), "<x@y.example>", sent)
    assert (found["Subject"], found["Bcc"]) == ("Monday: 1 Red Bcc: everybody@example.com", None)


def test_the_same_report_makes_the_same_mail() -> None:
    made = [message(mail_settings(25), "<x@y.example>", delivery(PAGE, TEXT, SHEET)).as_bytes() for _ in range(2)]
    assert made[0] == made[1]
    assert max(len(line) for line in made[0].splitlines()) <= 998


@pytest.mark.parametrize(
    ("site", "unwritten", "why"),
    [
        (MailSite(unknown={"a@meridian.example", "b@meridian.example"}), True, "nobody was accepted: 550"),
        (MailSite(after_data="552 5.3.4 too large"), True, "552 5.3.4 too large"),
        (MailSite(unknown={"b@meridian.example"}), False, "not to b@meridian.example"),
        (MailSite(hang_up=True), False, "look whether it came"),
    ],
    ids=["nobody known", "too large", "one unknown", "line broke"],
)
def test_what_became_of_a_mail_is_told(site: MailSite, unwritten: bool, why: str) -> None:
    with site:
        receipt = only(mail.receiver("them", mail_settings(site.port)), change("message", delivery(PAGE, TEXT)))
    assert receipt.unwritten is unwritten and why in str(receipt.error)


def test_a_password_that_smtp_does_not_carry_is_told_without_it() -> None:
    """Found by canaries: smtplib's own error came through, with what it could not encode."""
    with MailSite(login=("pmo", "gehéim")) as site:
        odd = mail_settings(site.port, user="pmo", password="gehéim")
        with pytest.raises(SignInError, match="does not carry") as caught:
            only(mail.receiver("them", odd), change("message", delivery()))
    assert "gehéim" not in f"{caught.value.what} {caught.value.remedy}"


def test_a_mail_account_that_is_refused_ends_the_sending() -> None:
    with MailSite(login=("pmo", "right")) as site:
        wrong = mail_settings(site.port, user="pmo", password="wrong")
        with pytest.raises(SignInError, match="535"):
            only(mail.receiver("them", wrong), change("message", delivery()))
        right = mail_settings(site.port, user="pmo", password="right")
        assert only(mail.receiver("them", right), change("message", delivery())).error is None


def test_a_mail_server_that_is_not_there_is_told() -> None:
    with MailSite() as site:
        port = site.port
    receipt = only(mail.receiver("them", mail_settings(port)), change("message", delivery()))
    assert "cannot be used" in str(receipt.error)
    assert issubclass(RemoteError, Exception)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.example.com"},
        {"user": "pmo"},
        {"sender": "nobody"},
        {"to": ["a@b.example, c@d.example"]},
        {"to": ["a@b.example\r\nBcc: x@y.example"]},
        {"to": []},
    ],
)
def test_settings_of_mail_that_cannot_work_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        mail_settings(25, **wrong)
