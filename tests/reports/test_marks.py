"""What should stand in the trackers."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fixture_portfolio import RULES, MemoryReader, inputs
from portfolio_basics import initiative
from portfolio_rows import rows

from portfolio.ports import Mark
from reports.marks import MarkSettings, OpenFinding, Tracker, desired_marks, open_findings

SETTINGS = MarkSettings(sources=frozenset({"jira"}), report_url="https://pmo.meridian.example/report.html")
TRACKER = Tracker(initiative("INI-01"), "INI-01", "jira", "10000", "Billing")
ITEM = OpenFinding("f1", "HYG-03", initiative("INI-01"), "item", "jira:item:1000", "low", date(2026, 11, 10), "BIL-7")
WHOLE = OpenFinding(
    "f2", "BUD-03", initiative("INI-01"), "project", initiative("INI-01"), "critical", date(2026, 11, 2)
)
TEXTS = inputs()["rule_texts"]


def marks(*findings: OpenFinding, settings: MarkSettings = SETTINGS, **more: Any) -> dict[tuple[str, str], Mark]:
    found = desired_marks(findings, [TRACKER], settings, rules=TEXTS, **more)
    return {(m.channel, m.target_kind): m for m in found}


def test_a_project_with_findings_carries_one_property() -> None:
    found = marks(ITEM, WHOLE, computed={initiative("INI-01"): "red"})[("property", "project")]
    assert (found.source, found.target, found.name) == ("jira", "10000", "plumbrule")
    assert found.body == {
        "format": "plumbrule.mark/1",
        "status": "red",
        "findings": {"critical": 1, "low": 1},
        "rules": ["BUD-03", "HYG-03"],
        "since": "2026-11-02",
        "report": "https://pmo.meridian.example/report.html#INI-01",
    }


def test_a_status_that_nobody_computed_is_unknown() -> None:
    body = marks(WHOLE)[("property", "project")].body
    assert body is not None
    assert body["status"] == "unknown"


def test_an_item_carries_the_rule_and_how_to_mend_it() -> None:
    body = marks(ITEM)[("property", "item")].body
    assert body is not None
    [rule] = body["rules"]
    assert rule["id"] == "HYG-03"
    assert rule["fix"] == TEXTS["HYG-03"].fix


def test_the_remote_link_says_how_many_and_how_grave_and_leads_to_the_item() -> None:
    second = replace(ITEM, id="f3", rule_id="SCH-14", severity="high")
    link = marks(ITEM, second)[("remote_link", "item")]
    assert link.name == "plumbrule:jira:1000"
    assert link.body is not None
    assert link.body["object"]["title"] == "PMO: 2 findings (high)"
    assert link.body["object"]["url"] == "https://pmo.meridian.example/report.html#BIL-7"


def test_the_remote_link_speaks_the_configured_language() -> None:
    link = marks(ITEM, settings=replace(SETTINGS, language="zh-Hans"))[("remote_link", "item")]
    assert link.body is not None
    assert link.body["object"]["title"] == "PMO：1 项检查发现（低）"


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "/srv/report.html"])
def test_without_a_web_address_of_the_report_there_is_no_remote_link(address: str | None) -> None:
    found = marks(ITEM, settings=replace(SETTINGS, report_url=address))
    assert set(found) == {("property", "project"), ("property", "item")}


def test_labels_are_opt_in_and_name_the_family() -> None:
    assert not any(channel == "label" for channel, _ in marks(ITEM))
    found = marks(ITEM, settings=replace(SETTINGS, channels=frozenset({"label"})))
    assert [m.name for m in found.values()] == ["pmo-hyg"]


def test_sources_that_may_not_be_written_to_get_nothing() -> None:
    assert marks(ITEM, WHOLE, settings=replace(SETTINGS, sources=frozenset({"other"}))) == {}


def test_findings_below_the_least_severity_leave_no_mark() -> None:
    assert marks(ITEM, settings=replace(SETTINGS, least_severity="medium")) == {}


def test_a_project_without_findings_carries_nothing() -> None:
    assert marks() == {}


def test_bodies_hold_nothing_that_moves_from_day_to_day() -> None:
    """A message such as "idle for 13 days" would rewrite the mark every morning."""
    text = json.dumps([m.body for m in marks(ITEM, WHOLE).values()])
    assert "message" not in text
    assert "value" not in text


def test_a_property_stays_below_the_limit_of_the_tracker() -> None:
    many = [replace(ITEM, id=f"f{n}", rule_id=f"R-{n:03d}") for n in range(500)]
    texts = {f.rule_id: replace(TEXTS["HYG-03"], fix="x" * 400) for f in many}
    found = desired_marks(many, [TRACKER], SETTINGS, rules=texts)
    assert all(len(json.dumps(m.body)) < 32_768 for m in found)
    assert all(len(json.dumps(m.body)) < 32_768 for m in found)
    body = next(m.body for m in found if m.channel == "property" and m.target_kind == "item")
    assert body is not None
    assert body["findings"] == {"low": 500}


def test_the_order_of_findings_does_not_matter() -> None:
    assert desired_marks([ITEM, WHOLE], [TRACKER], SETTINGS) == desired_marks([WHOLE, ITEM], [TRACKER], SETTINGS)


def test_only_open_enforced_findings_are_read() -> None:
    found = open_findings(MemoryReader(rows()))
    assert len(found) == 41
    assert {f.rule_id for f in found} == {rule for rule, *_ in RULES}
    assert next(f for f in found if f.subject_kind == "item").item_key is not None
