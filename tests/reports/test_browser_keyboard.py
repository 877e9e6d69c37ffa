"""The page by keyboard alone, in Chromium and Firefox: keys are pressed, nothing is focused by script."""

from pathlib import Path
from typing import Any

from browsers import each_browser, needs_browser, opened, until, window

pytestmark = needs_browser

FOCUSED = "selector => document.activeElement.matches(selector)"
RING = "getComputedStyle(document.activeElement).outlineStyle"


def tab_to(page: Any, selector: str, most: int = 250) -> None:
    """Press Tab until what the selector finds has the focus; each stop on the way shows that it has it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            assert page.evaluate(RING) != "none", selector
            return
    raise AssertionError(f"Tab does not reach {selector}")


@each_browser
def test_from_the_skip_link_to_a_finding_and_back(browsers: Any, pages: Path, name: str) -> None:
    with window(browsers, name) as context:
        found = opened(context, (pages / "en.html").as_uri())
        page = found.page
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED, ".skip") and page.locator(".skip").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUSED, "main")

        tab_to(page, "#projects [data-filter=text]")
        page.keyboard.type("ini-0")
        assert page.locator("#projects tbody tr").count() == 9
        tab_to(page, "#projects [data-filter=computed]")
        page.keyboard.press("ArrowDown")
        assert page.locator("#projects tbody tr").count() == 3, "red ones"

        tab_to(page, "#projects th[data-column='9'] button")
        page.keyboard.press("Enter")
        assert page.locator("#projects th[data-column='9']").get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Space")
        assert page.locator("#projects th[data-column='9']").get_attribute("aria-sort") == "descending"
        assert page.inner_text("#projects tbody tr:first-child th").startswith("INI-01")

        tab_to(page, "#projects a[data-key=INI-01]")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.key") == "INI-05"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("#drill[open]")
        assert page.evaluate("location.hash") == "#INI-02"
        assert page.inner_text("#drill h2").startswith("INI-02")
        tab_to(page, "#drill li:has(.severity) a[href^=https]")

        page.keyboard.press("Escape")
        until(page, "!document.getElementById('drill').open")
        assert page.evaluate("document.activeElement.dataset.key") == "INI-02"
        until(page, "location.hash === '#main'")
        assert page.locator("#projects tbody tr").count() == 3, "filters stay as they were"
        assert found.trouble == []


@each_browser
def test_a_rule_opens_and_leads_to_its_findings(browsers: Any, pages: Path, name: str) -> None:
    with window(browsers, name) as context:
        page = opened(context, (pages / "en.html").as_uri()).page
        tab_to(page, "#rules .rule summary")
        page.keyboard.press("Enter")
        tab_to(page, "#rules .rule[open] a[href^='#rule=']", 3)
        rule = page.evaluate("decodeURIComponent(document.activeElement.hash).split('=')[1]")
        page.keyboard.press("Enter")
        until(page, f"document.querySelector('#findings [data-filter=rule]').value === '{rule}'")
        rules = page.locator("#findings tbody tr td:nth-child(2)").all_inner_texts()
        assert rules and set(rules) == {rule}


@each_browser
def test_back_closes_a_project_and_forward_opens_it_again(browsers: Any, pages: Path, name: str) -> None:
    with window(browsers, name) as context:
        page = opened(context, (pages / "en.html").as_uri()).page
        page.click("#attention a[data-key=INI-05]")
        page.wait_for_selector("#drill[open]")
        page.evaluate("history.back()")
        until(page, "!document.getElementById('drill').open")
        assert page.evaluate("location.hash") == ""
        assert page.evaluate("document.activeElement.dataset.key") == "INI-05"
        page.evaluate("history.forward()")
        page.wait_for_selector("#drill[open]")
        assert page.inner_text("#drill h2").startswith("INI-05")
        page.click("#drill .head button")
        until(page, "!document.getElementById('drill').open && !location.hash")
