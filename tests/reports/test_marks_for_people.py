"""What a person reads on the issue: the rule, the value, the limit, how to mend it, how to ask for a waiver."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from fixture_portfolio import MemoryReader, inputs
from page_reading import Page, data_of
from portfolio_basics import initiative
from portfolio_rows import rows

from portfolio.document import Bullets, read_document
from portfolio.ports import Mark
from reports.build import build
from reports.marks import FindingIssues, MarkSettings, OpenFinding, Tracker, desired_marks, open_findings
from reports.publications import content_hash
from reports.render.html import render_html

TEXTS = inputs()["rule_texts"]
REPORT = "https://pmo.meridian.example/report.html"
SETTINGS = MarkSettings(
    sources=frozenset({"jira"}),
    report_url=REPORT,
    channels=frozenset({"comment"}),
    field="PMO findings",
    finding_issues=FindingIssues("jira", "PMO"),
    waiver_request="https://pmo.meridian.example/waivers",
)
ITEM = OpenFinding(
    "f1",
    "HYG-03",
    initiative("INI-01"),
    "item",
    "jira:item:1000",
    "low",
    date(2026, 11, 10),
    item_key="BIL-7",
    item_title="Cable <b>&",
    item_url="https://jira.example/browse/BIL-7",
    project_key="INI-01",
    project_name="Billing",
    message="BIL-7 Cable has not moved for 15 days; limit 14.",
)
WHOLE = replace(
    ITEM,
    id="f2",
    rule_id="BUD-03",
    subject_kind="project",
    subject_id=initiative("INI-01"),
    severity="critical",
    item_key=None,
    item_title=None,
    item_url=None,
    message="No approved budget.",
)
TODAY = date(2026, 11, 23)


def marks(*findings: OpenFinding, settings: MarkSettings = SETTINGS, today: date | None = TODAY) -> dict[str, Mark]:
    return {m.channel: m for m in desired_marks(findings, [], settings, rules=TEXTS, today=today)}


def text_of(document: Any) -> str:
    blocks = read_document(document)
    lines = [entry for b in blocks for entry in (b.entries if isinstance(b, Bullets) else (b.spans,))]
    return "\n".join("".join(span.text for span in line) for line in lines)


def links_of(document: Any) -> list[str]:
    blocks = read_document(document)
    spans = [s for b in blocks for line in (b.entries if isinstance(b, Bullets) else (b.spans,)) for s in line]
    return [span.link for span in spans if span.link]


def test_a_comment_says_which_rule_how_to_mend_it_and_how_to_ask() -> None:
    mark = marks(ITEM)["comment"]
    assert mark.body is not None
    text = text_of(mark.body["document"])
    assert "PMO: 1 finding (low)" in text
    assert f"{TEXTS['HYG-03'].title} (HYG-03, Low, since 2026-11-10)" in text
    assert TEXTS["HYG-03"].why in text
    assert f"How to mend it: {TEXTS['HYG-03'].fix}" in text
    assert "Ask for a waiver and quote HYG-03, BIL-7." in text
    assert links_of(mark.body["document"]) == [f"{REPORT}#BIL-7", "https://pmo.meridian.example/waivers"]


def test_a_comment_dates_its_values_and_is_not_rewritten_when_only_they_move() -> None:
    mark = marks(ITEM)["comment"]
    assert mark.dated is not None
    assert text_of(mark.dated["document"]) == f"As of 2026-11-23:\nHYG-03: {ITEM.message}"
    later = replace(ITEM, message="BIL-7 Cable has not moved for 16 days; limit 14.")
    tomorrow = marks(later, today=date(2026, 11, 24))["comment"]
    assert tomorrow.dated != mark.dated
    assert content_hash(tomorrow) == content_hash(mark)


def test_a_comment_speaks_the_configured_language() -> None:
    mark = marks(ITEM, settings=replace(SETTINGS, language="zh-Hans"))["comment"]
    assert mark.body is not None
    assert "请申请豁免，并注明 HYG-03, BIL-7。" in text_of(mark.body["document"])


def test_a_waiver_may_be_asked_for_in_a_sentence_instead_of_a_form() -> None:
    settings = replace(SETTINGS, waiver_request="Write to the PMO office.")
    mark = marks(ITEM, settings=settings)["comment"]
    assert mark.body is not None
    assert "quote HYG-03, BIL-7. Write to the PMO office." in text_of(mark.body["document"])


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x"])
def test_only_web_addresses_become_links(address: str) -> None:
    mark = marks(replace(ITEM, item_url=address, severity="critical"), settings=replace(SETTINGS, report_url=address))
    assert mark["comment"].body is not None
    assert mark["finding_issue"].body is not None
    assert links_of(mark["comment"].body["document"]) == ["https://pmo.meridian.example/waivers"]
    assert address not in links_of(mark["finding_issue"].body["document"])


def test_a_comment_with_many_findings_stays_below_the_limit_of_the_tracker() -> None:
    many = [replace(ITEM, id=f"f{n}", rule_id=f"R-{n:03d}", message="m" * 5000) for n in range(200)]
    texts = {f.rule_id: replace(TEXTS["HYG-03"], why="w" * 5000, fix="f" * 5000) for f in many}
    [mark] = [m for m in desired_marks(many, [], SETTINGS, rules=texts, today=TODAY) if m.channel == "comment"]
    assert mark.body is not None
    assert mark.dated is not None
    text = text_of(mark.body["document"]) + text_of(mark.dated["document"])
    assert len(text) < 32_767 * 1.25
    assert "180 more are in the report." in text


def test_a_field_holds_the_severity_and_a_line_of_text() -> None:
    mark = marks(ITEM)["field"]
    assert mark.name == "PMO findings"
    assert mark.body == {
        "options": ["low", "Low", "低"],
        "text": f"PMO: 1 finding (low): {TEXTS['HYG-03'].title}",
    }


def test_only_severe_findings_become_issues_and_a_project_may_be_what_leans() -> None:
    assert "finding_issue" not in marks(ITEM)
    mark = marks(ITEM, WHOLE)["finding_issue"]
    assert (mark.target, mark.name) == ("PMO", "pmo-fp-f2")
    assert mark.body is not None
    assert mark.body["summary"] == f"[Critical] {TEXTS['BUD-03'].title}: INI-01 Billing"
    text = text_of(mark.body["document"])
    assert text.startswith("As of 2026-11-23: No approved budget.")
    assert "Where: INI-01 Billing" in text
    assert "quote BUD-03, INI-01." in text
    assert links_of(mark.body["document"])[0] == f"{REPORT}#INI-01"


def test_an_issue_lists_what_its_fix_speaks_of() -> None:
    evidence = json.dumps(
        [{"key": f"BIL-{n}", "title": "Cable\x07", "days": n, "project": "INI-01"} for n in range(30)]
    )
    mark = marks(replace(WHOLE, evidence=evidence))["finding_issue"]
    assert mark.body is not None
    lines = text_of(mark.body["document"]).splitlines()
    assert lines[1] == "BIL-0 · Cable\ufffd · days 0"
    assert sum(line.startswith("BIL-") for line in lines) == 10


def test_an_issue_about_an_item_leads_to_the_item() -> None:
    mark = marks(replace(ITEM, severity="critical"))["finding_issue"]
    assert mark.body is not None
    assert "https://jira.example/browse/BIL-7" in links_of(mark.body["document"])


def test_a_summary_is_one_line_of_at_most_255_characters() -> None:
    mark = marks(replace(WHOLE, project_name="Rather\nlong\x07 " * 50))["finding_issue"]
    assert mark.body is not None
    assert len(mark.body["summary"]) <= 255
    assert "\n" not in mark.body["summary"]
    assert "\x07" not in mark.body["summary"]


def test_issues_that_we_made_carry_no_flags_themselves() -> None:
    own = replace(SETTINGS, ours=frozenset({"jira:item:1000"}))
    assert marks(replace(ITEM, severity="critical"), settings=own) == {}


def test_the_most_severe_and_oldest_come_first() -> None:
    old = replace(ITEM, severity="critical", opened_on=date(2026, 1, 1))
    new = replace(ITEM, severity="critical", opened_on=date(2026, 11, 1))
    orders = [marks(f)["comment"].order for f in (old, new, ITEM)]
    assert orders == sorted(orders)


def page_anchors(html: str) -> set[str]:
    """What the page finds by its own data: keys of projects and of items with findings."""
    data = data_of(Page(html.encode()))
    return set(data["projects"]["text"][0]) | set(data["findings"]["item"])


def test_every_link_leads_to_something_that_the_page_has() -> None:
    reader = MemoryReader(rows())
    trackers = [Tracker(initiative("INI-01"), "BIL", "jira", "10000", "Billing")]
    settings = replace(SETTINGS, channels=frozenset({"property", "remote_link", "comment"}))
    found = desired_marks(open_findings(reader), trackers, settings, rules=TEXTS, today=TODAY)
    bodies = [json.dumps(m.body) for m in found]
    targets = {part.split('"')[0] for body in bodies for part in body.split(f"{REPORT}#")[1:]}
    assert len(targets) > 5
    anchors = page_anchors(render_html(build(MemoryReader(rows()), **inputs())).decode())
    assert {unquote(target) for target in targets} - anchors == set()


def test_a_record_without_a_key_leads_to_its_project() -> None:
    settings = replace(SETTINGS, channels=frozenset({"remote_link"}))
    mark = marks(replace(ITEM, item_key=None), settings=settings)["remote_link"]
    assert mark.body is not None
    assert mark.body["object"]["url"] == f"{REPORT}#INI-01"
