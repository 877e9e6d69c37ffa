"""Reports in a plan: pages are kept up to date, messages are sent once for their day, and both are told in words."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from portfolio.delivery import Delivery, Document, read_delivery
from portfolio.ports import Mark, Receipt
from reports.deliveries import Sending, delivery_marks
from reports.plan import Plan, make_plan
from reports.plan_file import load_plan, save_plan
from reports.plan_text import plan_text
from reports.publications import publications_after, publications_before

AS_OF = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
Ledger = list[dict[str, Any]]


def sending(channel: Literal["page", "message"], content: bytes = b"<p>", day: date = MONDAY) -> Sending:
    document = Document("portfolio.en.html", "text/html", content)
    return Sending("monday", "team" if channel == "message" else "wiki", channel, Delivery("x", day, "en", (document,)))


def plan(ledger: Ledger, *sendings: Sending) -> Plan:
    return make_plan(delivery_marks(sendings), ledger, as_of=AS_OF)


def after(made: Plan, ledger: Ledger, error: str | None = None, *, unwritten: bool = False) -> Ledger:
    before = publications_before(ledger, made.changes, AS_OF)
    return publications_after(before, [Receipt(c, None, error, unwritten) for c in made.changes], AS_OF)


def actions(made: Plan) -> list[tuple[str, str]]:
    return [(change.action, change.mark.name) for change in made.changes]


def test_a_page_is_written_when_its_content_changed_and_taken_back_with_its_report() -> None:
    first = plan([], sending("page"))
    ledger = after(first, [])
    assert actions(first) == [("create", "monday")]
    assert actions(plan(ledger, sending("page"))) == []
    assert actions(plan(ledger, sending("page", b"<p>new"))) == [("update", "monday")]
    assert actions(plan(ledger)) == [("remove", "monday")]


def test_a_message_is_sent_once_a_day_whatever_changed_since() -> None:
    ledger = after(plan([], sending("message")), [])
    assert actions(plan(ledger, sending("message", b"<p>new"))) == []
    assert actions(plan(ledger, sending("message", day=TUESDAY))) == [("create", "monday/2026-11-24")]
    assert actions(plan(ledger)) == []


def test_a_message_that_may_have_arrived_is_not_sent_again_and_one_that_did_not_is() -> None:
    made = plan([], sending("message"))
    assert actions(plan(publications_before([], made.changes, AS_OF), sending("message"))) == []
    assert actions(plan(after(made, [], "line broke"), sending("message"))) == []
    assert actions(plan(after(made, [], "refused", unwritten=True), sending("message"))) == [
        ("create", "monday/2026-11-23")
    ]


def test_a_plan_tells_what_is_sent_and_its_file_keeps_it_byte_for_byte(tmp_path: Path) -> None:
    made = plan([], sending("message", bytes(range(256)) * 8), sending("page"))
    assert plan_text(made).splitlines()[:4] == [
        "team: messages (1)",
        "  + monday, 2026-11-23: portfolio.en.html (2 kB)",
        "wiki: pages (1)",
        "  + monday, 2026-11-23: portfolio.en.html (1 kB)",
    ]
    save_plan(made, tmp_path / "plan.json")
    read = load_plan(tmp_path / "plan.json")
    assert read == made
    [message] = [c.mark for c in read.changes if c.mark.channel == "message"]
    assert message.body is not None
    assert read_delivery(message.body).main.content == bytes(range(256)) * 8


def test_reports_come_after_everything_else_and_in_a_fixed_order() -> None:
    marks = delivery_marks([sending("page"), sending("message")])
    assert [(mark.source, mark.channel) for mark in marks] == [("team", "message"), ("wiki", "page")]
    flag = Mark("label", "jira", "item", "1", "pmo-sch", None, order="1")
    most = make_plan([*marks, flag], [], as_of=AS_OF, most=1)
    assert [change.mark.channel for change in most.changes] == ["label"]
