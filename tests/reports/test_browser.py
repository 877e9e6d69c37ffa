"""The page in real browsers: policy, requests, deep links, narrow windows, paper. Needs the `browser` extra."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from browsers import LANGUAGES_SHOWN, SCHEMES, each_browser, needs_browser, opened, overhang, window
from fixture_portfolio import MemoryReader, inputs
from portfolio_rows import rows

from benchmarks.report_model import large_report
from reports.build import build
from reports.render import render_html
from reports.render.mail import compose

pytestmark = needs_browser
each_language = pytest.mark.parametrize("language", LANGUAGES_SHOWN)
READY_SECONDS = 1.5
"""The target for a page of 50,000 findings; told, since a busy machine may miss it."""


def address(pages: Path, language: str = "en") -> str:
    return (pages / f"{language}.html").as_uri()


@each_browser
@each_language
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_opens_without_a_complaint_or_a_request(
    browsers: Any, pages: Path, name: str, language: str, scheme: str
) -> None:
    with window(browsers, name, scheme) as context:
        found = opened(context, address(pages, language))
        assert found.page.locator("#projects tbody tr").count() == 12
        assert found.trouble == []


@each_browser
@pytest.mark.parametrize("language", [*LANGUAGES_SHOWN, "long"])
def test_nothing_sticks_out_sideways(browsers: Any, pages: Path, name: str, language: str) -> None:
    for width in (1440, 1280, 1024, 768, 390, 320):
        with window(browsers, name, width=width) as context:
            page = opened(context, address(pages, language)).page
            assert (width, overhang(page)) == (width, 0)
            page.goto(address(pages, language) + "#INI-01")
            page.wait_for_selector("#drill[open]")
            beyond = "document.getElementById('drill').scrollWidth - document.getElementById('drill').clientWidth"
            assert (width, page.evaluate(beyond)) == (width, 0)


@each_browser
def test_deep_links_open_a_project_an_item_or_a_filter(browsers: Any, pages: Path, name: str) -> None:
    with window(browsers, name) as context:
        page = opened(context, address(pages) + "#INI-05").page
        assert page.inner_text("#drill h2").startswith("INI-05")
        page = opened(context, address(pages) + "#INI04-103").page
        assert page.locator("#findings tbody tr").count() == 1
        page = opened(context, address(pages) + "#rule=SCH-06&severity=high").page
        assert page.locator("#findings tbody tr").count() == 2


@each_browser
@each_language
def test_filters_and_sorting_work_over_all_rows(browsers: Any, pages: Path, name: str, language: str) -> None:
    with window(browsers, name) as context:
        page = opened(context, address(pages, language)).page
        page.select_option("#projects [data-filter=computed]", "red")
        assert page.locator("#projects tbody tr").count() == 3
        page.select_option("#projects [data-filter=computed]", "")
        page.fill("#projects [data-filter=text]", "no such project")
        assert page.locator("#projects tbody .empty").count() == 1
        page.fill("#projects [data-filter=text]", "")
        slip = "#projects th[data-column='9'] button"
        page.click(slip)
        page.click(slip)
        assert page.locator("#projects th[data-column='9']").get_attribute("aria-sort") == "descending"
        assert page.inner_text("#projects tbody tr:first-child th").startswith("INI-01")
        assert page.inner_text("#projects tbody tr:last-child th").startswith("INI-06"), "unknown comes last either way"


@each_browser
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_theme_button_overrules_the_system(browsers: Any, pages: Path, name: str, scheme: str) -> None:
    with window(browsers, name, scheme) as context:
        page = opened(context, address(pages)).page
        ground = "getComputedStyle(document.body).backgroundColor"
        before = page.evaluate(ground)
        page.click("#theme")
        assert page.evaluate(ground) != before
        page.click("#theme")
        assert page.evaluate(ground) == before


@each_language
def test_without_scripts_the_first_page_is_complete(browsers: Any, pages: Path, language: str) -> None:
    """In Chromium; Firefox can not be told so by its driver, and opens the page with its script forbidden instead."""
    with window(browsers, "chromium", java_script_enabled=False) as context:
        page = opened(context, address(pages, language), scripted=False).page
        assert page.locator("#projects tbody tr").count() == 12
        assert page.locator("#attention tbody").count() == 7
        assert not page.locator(".filters").first.is_visible()


@each_browser
def test_a_page_of_fifty_thousand_findings_opens(browsers: Any, tmp_path: Path, name: str) -> None:
    """Prints how long it takes (`pytest -s`)."""
    path = tmp_path / "large.html"
    path.write_bytes(render_html(large_report(1_000, 50_000)))
    with window(browsers, name) as context:
        began = time.perf_counter()
        found = opened(context, path.as_uri())
        taken, page = time.perf_counter() - began, found.page
        told = f"50,000 findings, {path.stat().st_size:,} bytes: ready after {taken:.2f} s (target {READY_SECONDS} s)"
        print(f"\n{name}: {told}")
        assert found.trouble == []
        assert "50,000" in page.inner_text("#findings .count")
        page.fill("#findings [data-filter=text]", "P0007-")
        assert page.locator("#findings tbody tr").count() > 10
        page.goto(path.as_uri() + "#P0007")
        page.wait_for_selector("#drill[open] figure.chart")
        assert page.locator("#drill figure.chart").count() == 4


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@each_language
def test_the_summary_prints_on_one_page(browsers: Any, pages: Path, tmp_path: Path, language: str, paper: str) -> None:
    """In Chromium, which makes paper without a person; from the dark page, which prints light."""
    (tmp_path / "large.html").write_bytes(render_html(large_report(200, 2_000)))
    printed = {}
    with window(browsers, "chromium", "dark") as context:
        for one in (
            pages / f"{language}.html",
            pages / f"own-{language}.html",
            pages / "long.html",
            tmp_path / "large.html",
        ):
            page = opened(context, one.as_uri()).page
            printed[one.name] = sheets(page.pdf(format=paper, landscape=True, print_background=True))
    assert set(printed.values()) == {1}, printed


def sheets(printed: bytes) -> int:
    """How many pages a PDF of Chromium has."""
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@each_browser
@each_language
def test_a_mail_fits_narrow_and_wide_windows(browsers: Any, tmp_path: Path, name: str, language: str) -> None:
    mail = tmp_path / "mail.html"
    mail.write_text(compose(build(MemoryReader(rows()), **inputs() | {"language": language})).html, encoding="utf-8")
    for width, head in ((700, True), (380, False)):
        with window(browsers, name, width=width) as context:
            page = opened(context, mail.as_uri(), scripted=False).page
            assert (width, overhang(page)) == (width, 0)
            assert page.locator("th").first.is_visible() == head
            assert page.locator(".l").first.is_visible() != head
