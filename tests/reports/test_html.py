"""The page: self-contained, escaped, in both languages, the same bytes every time."""

import base64
import hashlib
import html
import json
import re
import zlib
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, initiative, inputs, rows

from reports.build import build
from reports.inputs import LANGUAGES, PortfolioScore, Reason, WaivedFinding
from reports.model import SECTIONS, Finding, ReportModel
from reports.render import render_html
from reports.render.links import web_link

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HIDDEN = {"header"}


class Page(HTMLParser):
    """Reads a page into its elements."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[int, str] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", {}))

    def handle_data(self, data: str) -> None:
        at = len(self.tags) - 1
        self.text[at] = self.text.get(at, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def inside(self, tag: str) -> list[str]:
        return [self.text.get(n, "") for n, (name, _) in enumerate(self.tags) if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.tags if a.get("id")]


def made(language: str = "en", given: dict[str, Any] | None = None, **changed: Any) -> tuple[ReportModel, bytes]:
    model = build(MemoryReader(rows() if given is None else given), **inputs() | {"language": language} | changed)
    return model, render_html(model)


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(made(request.param)[1])


@pytest.fixture(scope="module")
def english() -> bytes:
    return made()[1]


def data_of(page: Page) -> dict[str, Any]:
    [packed] = [t for t, a in zip(page.inside("script"), page.all("script"), strict=True) if a.get("id") == "data"]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_the_page_loads_nothing_from_outside(page: Page) -> None:
    loading = [a for tag, a in page.tags for name in ("src", "srcset", "data", "poster") if a.get(name)]
    assert loading == []
    assert page.all("link") == []
    assert page.all("iframe") == []
    assert "url(" not in "".join(page.inside("style"))
    assert "@import" not in "".join(page.inside("style"))


def test_the_content_policy_allows_exactly_this_style_and_this_script(page: Page) -> None:
    [policy] = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    scripts = [t for t, a in zip(page.inside("script"), page.all("script"), strict=True) if not a.get("type")]
    for directive, texts in (("style-src", page.inside("style")), ("script-src", scripts)):
        [text] = texts
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_no_element_carries_inline_style_or_handlers(page: Page) -> None:
    assert [a for _, a in page.tags if "style" in a or any(name.startswith("on") for name in a)] == []


def test_every_section_has_its_fixed_id_once_and_a_heading(page: Page) -> None:
    assert set(SECTIONS) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    labelled = [a["aria-labelledby"] for a in page.all("section")]
    assert set(labelled) <= set(page.ids)


def test_links_inside_the_page_lead_somewhere(page: Page) -> None:
    inner = {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")}
    filters = {i for i in inner if i.startswith("rule=")}
    assert inner - filters <= set(page.ids)
    assert {i.removeprefix("rule=") for i in filters} == set(data_of(page)["rules"])


def test_the_language_is_stated_and_used() -> None:
    chinese = Page(made("zh-Hans")[1])
    assert chinese.all("html")[0]["lang"] == "zh-Hans"
    text = " ".join(chinese.text.values())
    assert "偏离的项目及原因" in text
    assert re.search(r"€\d+(\.\d+)?万", text)
    for english_word in ("Projects that lean", "Decisions", "n/a", "Show more", "Reported"):
        assert english_word not in text, english_word


def test_titles_with_markup_are_shown_as_text() -> None:
    given = rows()
    given["projects"][0]["name"] = HOSTILE
    given["projects"][0]["programme"] = HOSTILE
    given["finding"][0]["message"] = HOSTILE
    given["risks"][0]["title"] = HOSTILE
    given["work_items"][0]["title"] = HOSTILE
    given["source_state"][0]["source"] = HOSTILE
    rules = inputs()["rule_texts"]
    hostile_rules = {i: type(r)(i, HOSTILE, HOSTILE, HOSTILE, r.dimension, r.severity) for i, r in rules.items()}
    _, raw = made(given=given, rule_texts=hostile_rules, title=HOSTILE)
    page = Page(raw)
    assert b"<script>alert" not in raw
    assert page.all("img") == []
    assert len(page.all("script")) == 2
    assert html.escape(HOSTILE, quote=True).replace("&quot;", "&#34;").encode() in raw


@pytest.mark.parametrize(
    ("language", "waited", "expires"),
    [
        ("en", "made us wait: odd & slow 3 min, lost connection 2 s", "token expires on 5 Dec 2026"),
        ("zh-Hans", "请求曾等待：odd & slow 3 分钟、lost connection 2 秒", "令牌将于2026年12月5日到期"),
    ],
)
def test_a_slow_source_and_a_token_that_ends_are_told_in_the_header(language: str, waited: str, expires: str) -> None:
    given = rows()
    traffic = {"waited_by_reason": {"odd & slow": 170, "lost connection": 2}}
    given["source_state"][0] |= {"waited_seconds": 172, "traffic": json.dumps(traffic)}
    given["source_state"][0] |= {"token_expires_on": date(2026, 12, 5)}
    _, raw = made(language, given=given)
    told = " ".join(" ".join(Page(raw).text.values()).split())
    assert waited in told
    assert expires in told


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "https:", "ht tp://x", "", None, "https://[x"],
)
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert web_link(address) is None


def test_an_address_that_is_not_of_the_web_stays_out_of_page_and_data() -> None:
    given = rows()
    for table in ("projects", "work_items"):
        for row in given[table]:
            row["url"] = "javascript:alert(1)"
    page = Page(made(given=given)[1])
    assert not [a for a in page.all("a") if "javascript" in str(a["href"])]
    data = data_of(page)
    assert set(data["projects"]["url"]) == {None}
    assert set(data["findings"]["link"]) == {None}


def test_the_same_portfolio_gives_the_same_bytes(english: bytes) -> None:
    assert made()[1] == english


def test_status_is_told_by_word_beside_the_colour(page: Page) -> None:
    names = set(data_of(page)["colours"].values())
    badges = [
        n for n, (tag, a) in enumerate(page.tags) if tag == "span" and str(a.get("class", "")).startswith("badge ")
    ]
    for n in badges:
        told = "".join(page.text.get(at, "") for at in range(n, n + 9))
        assert any(name in told for name in names), told


def test_unknown_is_never_painted_green(english: bytes) -> None:
    page = Page(made(health={})[1])
    assert not [
        a for tag, a in page.tags if a.get("class") == "badge green" and tag == "span" and "attention" in str(a)
    ]
    data = data_of(page)
    computed = data["projects"]["text"][data["projects"]["at"]["computed"]]
    assert set(computed) == {"unknown"}
    assert data["colours"]["unknown"] == "n/a"


def test_projects_without_numbers_show_not_available_instead_of_nought(page: Page) -> None:
    data = data_of(page)["projects"]
    at = data["text"][0].index("INI-06")
    numbers = {data["text"][n][at] for n, kind in enumerate(data["kinds"]) if kind == "number"}
    assert numbers - {"3"} in ({"n/a"}, {"暂无"})


def test_an_empty_portfolio_makes_a_whole_page() -> None:
    empty = {"health": {}, "scores": {}, "portfolio_score": PortfolioScore(), "previous": {}, "rule_texts": {}}
    empty["levels"] = ()
    for language in LANGUAGES:
        page = Page(made(language, {}, **empty)[1])
        assert set(SECTIONS) - set(page.ids) == {"levels"}
        assert data_of(page)["projects"]["text"][0] == []


def test_a_key_with_spaces_makes_a_working_anchor() -> None:
    given = rows()
    given["projects"][0]["key"] = "Energy Monitoring Plants"
    page = Page(made(given=given)[1])
    assert "Energy%20Monitoring%20Plants" in page.ids
    assert not [i for i in page.ids if " " in i]
    assert {"#Energy%20Monitoring%20Plants"} <= {a["href"] for a in page.all("a")}


def test_left_out_sections_are_not_on_the_page() -> None:
    page = Page(made(without={"risks", "tiles.scope", "findings"})[1])
    assert not {"risks", "tiles.scope", "findings"} & set(page.ids)
    assert not [a for a in page.all("a") if a["href"] == "#risks"]


def test_each_chart_has_a_size_a_name_and_literal_fills(page: Page) -> None:
    charts = [a for a in page.all("svg") if a.get("class") != "mark"]
    assert charts
    assert all(a["width"] and a["height"] and a["role"] == "img" and a["aria-label"] for a in charts)
    assert all(str(a["fill"]).startswith("#") for a in page.all("rect"))


def test_tables_scroll_by_keyboard_and_name_their_columns(page: Page) -> None:
    regions = [a for a in page.all("div") if a.get("role") == "region"]
    assert regions
    assert all(a["tabindex"] == "0" and a["aria-labelledby"] in page.ids for a in regions)
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))


def test_an_item_s_address_is_packed_once_and_can_be_put_together_again(english: bytes) -> None:
    found = data_of(Page(english))["findings"]
    at = next(n for n, item in enumerate(found["item"]) if item)
    assert found["bases"] == ["https://tracker.meridian.example/browse/"]
    assert (
        found["bases"][found["link"][at]] + found["item"][at]
        == f"https://tracker.meridian.example/browse/{found['item'][at]}"
    )


def big(projects: int, findings: int) -> dict[str, list[dict[str, Any]]]:
    given = rows()
    numbers = [f"P{n:04d}" for n in range(projects)]
    base = given["projects"][0]
    given["projects"] = [
        base | {"project_id": initiative(k), "key": k, "name": f"{k} programme of work number {n}"}
        for n, k in enumerate(numbers)
    ]
    evm = given["evm"][0]
    given["evm"] = [evm | {"project_id": initiative(k), "bac": 100_000 + 37 * n} for n, k in enumerate(numbers)]
    given["finding"] = [
        {
            "id": f"{n:06x}",
            "rule_id": f"SCH-{n % 37:02d}",
            "project_id": initiative(numbers[n * 7919 % projects]),
            "subject_kind": "project",
            "subject_id": f"jira:item:{n}",
            "state": "open",
            "severity": ("critical", "high", "medium", "low")[n * 31 % 4],
            "mode": "enforce",
            "message": f"Finished {n * 17 % 90} days after its approved date (limit {n % 10})",
            "opened_on": "2026-10-01",
            "verified": True,
        }
        for n in range(findings)
    ]
    return given


def test_a_thousand_projects_and_fifty_thousand_findings_fit_into_a_megabyte_and_a_half() -> None:
    model, _ = made(given=big(1_000, 37))
    severities = ("critical", "high", "medium", "low")
    findings = tuple(
        Finding(
            id=f"{n:06x}",
            rule_id=f"SCH-{n % 37:02d}",
            severity=severities[n * 31 % 4],
            observed_only=False,
            project_id=model.projects[n * 7919 % 1_000].ref.id,
            item_key=f"P{n * 7919 % 1_000:04d}-{n % 997}",
            item_url=f"https://tracker.meridian.example/browse/P{n * 7919 % 1_000:04d}-{n % 997}",
            message=f"Finished {n * 17 % 90} days after its approved date (limit {n % 10})",
            opened_on=date(2026, 10, 1),
            age_days=n * 13 % 120,
            verified=True,
        )
        for n in range(50_000)
    )
    rules = tuple(model.rules[0].model_copy(update={"id": f"SCH-{n:02d}"}) for n in range(37))
    raw = render_html(model.model_copy(update={"findings": findings, "rules": rules}))
    assert len(data_of(Page(raw))["findings"]["rule"]) == 50_000
    assert len(raw) < 1_500_000


def test_long_lists_stand_in_the_page_up_to_a_bound_and_wholly_in_its_data() -> None:
    _, raw = made(given=big(203, 502))
    page = Page(raw)
    assert "P0199" in page.ids
    assert "P0200" not in page.ids
    assert len(data_of(page)["projects"]["text"][0]) == 203
    assert len(data_of(page)["findings"]["rule"]) == 502
    told = [note.strip() for note in re.findall(r"<noscript><p class=.note.>([^<]*)", raw.decode())]
    assert [note.partition(" are shown")[0] for note in told] == ["3 more", "2 more"]


def test_every_finding_is_read_without_a_script() -> None:
    model, raw = made(given=big(3, 109))
    static = raw.decode().partition('<script type="application/octet-stream"')[0]
    assert static.count("days after its approved date (limit") >= len(model.findings) == 109
    assert "<noscript>" not in static


def test_the_script_builds_no_markup_from_text(english: bytes) -> None:
    script = Page(english).inside("script")[1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", script)


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


def test_each_finding_tells_who_mends_it_and_by_when() -> None:
    model = made()[0]
    first, second = model.findings[:2]
    told = first.model_copy(update={"owner": "Ada Lovelace", "fix_by": date(2026, 11, 30), "overdue_days": 3})
    quiet = second.model_copy(update={"owner": None, "fix_by": None, "overdue_days": None})
    raw = render_html(model.model_copy(update={"findings": (told, quiet)}))
    found = data_of(Page(raw))["findings"]
    assert [found["owners"][n] for n in found["owner"]] == ["Ada Lovelace", ""]
    assert [found["dues"][n] if n >= 0 else None for n in found["due"]] == ["30 Nov 2026", None]
    assert [flag & 4 for flag in found["flag"]] == [4, 0]
    static = raw.decode()
    assert '<td>Ada Lovelace</td>\n<td class="num">30 Nov 2026 <b class="bad">overdue</b></td>' in static
    assert '<td>–</td>\n<td class="num">–</td>' in static
