"""What the page tells: plans, evidence, money, sources of a line, what is under waiver."""

import html
import json
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from fixture_portfolio import inputs
from page_reading import HOSTILE, Page, data_of, made
from portfolio_basics import initiative
from portfolio_rows import rows

from reports.inputs import LANGUAGES, Reason, WaivedFinding


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(made(request.param)[1])


def test_a_single_plan_s_numbers_stand_on_the_page_itself() -> None:
    given = rows()
    given["projects"] = [
        given["projects"][0]
        | {"plan_items": 87, "planned_cost": 149_000, "baseline_cost": 139_600, "currency": "USD", "key": "Software"}
    ]
    page = Page(made(given=given)[1])
    told = dict(zip(page.inside("dt"), page.inside("dd"), strict=False))
    assert (told["Tasks in the plan"], told["Planned cost"], told["Baseline cost"]) == ("87", "$149,000", "$139,600")
    assert not [a for a in page.all("a") if a.get("data-key") and a.get("title")], "lines do not repeat the one key"


def test_evidence_and_what_could_not_be_evaluated_reach_the_drill_down() -> None:
    given = rows()
    given["finding"][0]["evidence"] = json.dumps([{"key": "X-1", "title": HOSTILE}])
    number = given["finding"][0]["id"]
    assert given["finding"][0]["subject_kind"] == "project"
    health = inputs()["health"]
    lean = health[initiative("INI-01")]
    lacking = Reason("COST-9", "critical", "cannot be evaluated", "cost", "unknown")
    changed = health | {initiative("INI-01"): replace(lean, reasons=(*lean.reasons, lacking))}
    model, raw = made(given=given, health=changed)
    data = data_of(Page(raw))
    at = next(n for n, f in enumerate(model.findings) if f.id == number)
    assert data["findings"]["evidence"][str(at)] == [f"X-1 · {HOSTILE}"]
    first = data["projects"]["text"][0].index("INI-01")
    assert data["projects"]["unjudged"][first] == [["COST-9", "cannot be evaluated"]]
    assert "COST-9" not in {reason[0] for reason in data["projects"]["reasons"][first]}
    assert b"<script>alert" not in raw


def test_groups_of_numbers_of_which_none_is_known_are_not_spelled_out() -> None:
    data = data_of(Page(made()[1]))["projects"]
    at = data["text"][0].index("INI-06")
    named = [title for title, _ in data["factNames"]]
    assert data["facts"][at][named.index("Earned value")] is None
    assert data["facts"][at][named.index("The project")] is not None


def test_the_page_says_what_it_was_compared_with_only_where_something_was() -> None:
    given = rows()
    given["finding"] = [r | {"opened_on": date(2026, 11, 23)} for r in given["finding"]]
    compared, not_compared = made(given=given)[1].decode(), made(given=given, previous={})[1].decode()
    assert "compared with 16 Nov 2026" in compared
    assert "No earlier state" not in compared
    assert "compared with 16 Nov 2026" not in not_compared
    assert "No earlier state is kept from 16 Nov 2026 or before" in not_compared


def test_the_budget_is_told_beside_the_cost_of_the_projects_that_have_one() -> None:
    model, raw = made()
    main = model.tiles.eac.main
    assert main is not None
    assert main.budgeted_projects == 8
    assert "of 8 budgeted projects against their budget €" in raw.decode()
    given = rows()
    given["projects"] = [p | {"budget_cost": 1_000_000} for p in given["projects"]]
    assert "against budget €9M" in made(given=given)[1].decode()


def test_a_page_about_one_project_does_not_shorten_its_money() -> None:
    given = rows()
    given["projects"] = [p for p in given["projects"] if p["key"] == "INI-04"]
    given["evm"] = [
        r | {"bac": 139_600, "eac": 149_000} for r in given["evm"] if r["project_id"] == "initiative:INI-04"
    ]
    assert "€149,000 expected, €139,600 approved" in made(given=given)[1].decode()


def test_milestones_of_another_year_show_their_year() -> None:
    given = rows()
    plan = next(r for r in given["work_items"] if r["title"] == "Pilot accepted")
    plan |= {"baseline_finish_date": date(2013, 1, 5), "due_date": date(2013, 1, 5)}
    text = made(given=given)[1].decode()
    assert '<span class="dates">5 Jan 2013' in text
    assert '<span class="dates">4 Dec</span>' in text


def row_of(raw: bytes, key: str) -> str:
    text = raw.decode()
    return text[text.index(f'<tr id="{key}"') :].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("language", "key", "state", "words"),
    [
        ("en", "INI-01", "fresh", "Jira &lt;1 h"),
        ("en", "INI-01", "stale", "Project Server 34 h (stale)"),
        ("en", "INI-02", "fresh", "Planner Premium 2 h"),
        ("en", "INI-02", "history", "Project Online export 92 d (history)"),
        ("en", "INI-05", "failed", "Project XML file 22 d (failed)"),
        ("zh-Hans", "INI-01", "stale", "Project Server 34 小时（过期）"),
        ("zh-Hans", "INI-02", "history", "Project Online 导出数据 92 天（历史）"),
        ("zh-Hans", "INI-05", "failed", "Project XML 文件 22 天（失败）"),
    ],
)
def test_a_line_tells_its_sources_and_their_age_with_shape_and_word(
    language: str, key: str, state: str, words: str
) -> None:
    raw = made(language)[1]
    mark = f'<span class="{state}"><i aria-hidden="true"></i>{words}</span>'
    assert mark in row_of(raw, key)
    attention = raw.decode().partition('id="attention"')[2].partition('id="decisions"')[0]
    assert mark in attention
    page = Page(raw)
    at = data_of(page)["projects"]["text"][0].index(key)
    assert [state, html.unescape(words)] in data_of(page)["projects"]["from"][at]


def test_each_state_but_fresh_has_a_shape_of_its_own_beside_its_colour() -> None:
    css = (files("reports.render") / "templates" / "report.css").read_text(encoding="utf-8")
    shown = {
        s
        for rule in re.findall(r"([^{}]+)\{[^{}]*display:inline-block", css)
        for s in re.findall(r"\.from \.(\w+) i", rule)
    }
    assert shown == {"stale", "partial", "failed", "never", "history"}


def test_a_row_s_heading_stays_short_for_those_who_listen(page: Page) -> None:
    headings = [a for a in page.all("th") if a.get("scope") == "row" and a.get("abbr")]
    assert [a["abbr"] for a in headings] == [f"INI-{n:02d}" for n in range(1, 13)]


def test_a_page_about_one_project_tells_its_sources_in_full_without_a_script() -> None:
    given = rows()
    given["projects"] = [p for p in given["projects"] if p["key"] == "INI-02"]
    given["project_sources"][3]["name"] = HOSTILE
    raw = made(given=given)[1]
    text = raw.decode()
    listed = text[text.index('<ul class="origins">') :].partition("</ul>")[0]
    assert "<b>Project Online export (online)</b>" in listed
    assert "history: another plan took over · by the key that the tools hold" in listed
    assert "a copy that shows 22 Aug 2026, 18:00 UTC · last read completely 23 Nov 2026, 05:48 UTC" in listed
    assert "<script>alert" not in text


def test_a_source_that_was_never_read_completely_says_so_once() -> None:
    given = rows()
    given["project_sources"][0] |= {"complete_at": None, "age_hours": None, "outcome": "partial"}
    raw = made(given=given)[1]
    assert '<span class="never"><i aria-hidden="true"></i>Jira never read completely</span>' in row_of(raw, "INI-01")


WAIVED = WaivedFinding(
    "W-2026-001", f"Accepted {HOSTILE}", "pm.lee", "pmo.chen", "PMO-88", date(2026, 12, 1), "Weekly review"
)


def test_work_under_waiver_has_a_list_of_its_own_and_stays_among_the_findings() -> None:
    known = made()[0].findings[0]
    model, html_page = made(waived={known.id: WAIVED})
    [row] = model.waived
    assert (row.waiver_id, row.requested_by, row.approved_by, row.ticket) == (
        "W-2026-001",
        "pm.lee",
        "pmo.chen",
        "PMO-88",
    )
    assert row.days_left == (date(2026, 12, 1) - model.as_of.date()).days
    assert {f.id: f.waived_by for f in model.findings}[known.id] == "W-2026-001"
    assert len(model.findings) == len(made()[0].findings)
    page = Page(html_page)
    assert HOSTILE not in html_page.decode()
    marks = [a for a in page.all("span") if a.get("class") == "waived"]
    assert len(marks) >= 2  # in its list and among the findings: a shape, and words beside it
    assert data_of(page)["findings"]["waived"]["0"][0] == "W-2026-001"


@pytest.mark.parametrize(("language", "words"), [("en", "under waiver W-2026-001"), ("zh-Hans", "豁免 W-2026-001")])
def test_a_waived_finding_is_marked_in_words(language: str, words: str) -> None:
    known = made()[0].findings[0]
    assert words in made(language, waived={known.id: WAIVED})[1].decode()


def test_days_under_waiver_are_no_age() -> None:
    given = rows()
    number = next(n for n, row in enumerate(given["finding"]) if row["state"] == "open" and row["opened_on"])
    before = {f.id: f.age_days for f in made(given=given)[0].findings}
    given["finding"][number]["waived_days"] = 2
    after = {f.id: f.age_days for f in made(given=given)[0].findings}
    name = given["finding"][number]["id"]
    assert after[name] == max(0, before[name] - 2)
