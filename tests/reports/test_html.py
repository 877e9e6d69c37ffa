"""The page: self-contained, escaped, in both languages, the same bytes every time."""

import base64
import hashlib
import html
import json
import re
from datetime import date
from typing import Any

import pytest
from fixture_portfolio import inputs
from page_reading import HOSTILE, Page, data_of, made
from portfolio_basics import initiative
from portfolio_rows import rows

from reports.inputs import LANGUAGES, PortfolioScore
from reports.model import SECTIONS, Finding
from reports.render import render_html
from reports.render.links import web_link


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(made(request.param)[1])


@pytest.fixture(scope="module")
def english() -> bytes:
    return made()[1]


def test_the_page_loads_nothing_from_outside(page: Page) -> None:
    loading = [a for tag, a in page.tags for name in ("src", "srcset", "data", "poster") if a.get(name)]
    assert loading == []
    [icon] = page.all("link")
    assert icon["rel"] == "icon" and (icon["href"] or "").startswith("data:image/svg+xml,%3Csvg")
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
    assert set(SECTIONS) - {"tiles.own"} <= set(page.ids)
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
        assert set(SECTIONS) - set(page.ids) == {"levels", "portfolio", "tiles.own"}
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
    groups = [a for a in page.all("div") if a.get("role") == "group"]
    assert groups
    assert all(a["tabindex"] == "0" and (a.get("aria-labelledby") in page.ids or a["aria-label"]) for a in groups)
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
    assert len(raw) < 1_000_000


def test_long_lists_stand_in_the_page_up_to_a_bound_and_wholly_in_its_data() -> None:
    _, raw = made(given=big(103, 152))
    page = Page(raw)
    assert "P0099" in page.ids
    assert "P0100" not in page.ids
    assert len(data_of(page)["projects"]["text"][0]) == 103
    assert len(data_of(page)["findings"]["rule"]) == 152
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
