"""What axe-core says of the page in Chromium and Firefox: nothing, in each language, scheme and width."""

from pathlib import Path
from typing import Any

import pytest
from browsers import (
    LANGUAGES_SHOWN,
    SCHEMES,
    SHORT,
    WIDTHS,
    each_browser,
    faults,
    needs_browser,
    opened,
    overhang,
    window,
)

pytestmark = needs_browser

EVERY = [(language, scheme, width) for language in LANGUAGES_SHOWN for scheme in SCHEMES for width in WIDTHS]
SHOWN = [("en", "light", 1280), ("zh-Hans", "dark", 390)] if SHORT else EVERY


@each_browser
@pytest.mark.parametrize(("language", "scheme", "width"), SHOWN)
def test_the_page_and_its_drill_down_have_no_fault(
    browsers: Any, pages: Path, name: str, language: str, scheme: str, width: int
) -> None:
    with window(browsers, name, scheme, width) as context:
        found = opened(context, (pages / f"{language}.html").as_uri())
        found.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert faults(found.page) == []
        found.page.click("#projects a[data-key=INI-01]")
        found.page.evaluate("document.querySelectorAll('#drill details').forEach(part => part.open = true)")
        assert faults(found.page, "#drill") == []
        assert found.trouble == []


@each_browser
@pytest.mark.parametrize("scheme", SCHEMES[: 1 if SHORT else 2])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", LANGUAGES_SHOWN)
def test_a_folder_of_pages_has_no_fault(
    browsers: Any, pages: Path, name: str, language: str, scheme: str, width: int
) -> None:
    with window(browsers, name, scheme, width) as context:
        for path, scripted in (("index.html", True), ("projects/INI-01.html", False), ("projects/INI-06.html", False)):
            found = opened(context, (pages / language / path).as_uri(), scripted=scripted)
            assert (path, faults(found.page), found.trouble) == (path, [], [])
            assert overhang(found.page) == 0


@each_browser
def test_the_page_that_can_not_run_its_script_has_no_fault(browsers: Any, pages: Path, name: str) -> None:
    """As where a mail program or a wiki shows it. axe itself runs all the same: the browser's driver brings it."""
    policy = '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'">'
    page = (pages / "en.html").read_text(encoding="utf-8")
    without = pages / "without.html"
    without.write_text(page.replace("<head>", f"<head>{policy}"), encoding="utf-8")
    with window(browsers, name) as context:
        found = opened(context, without.as_uri(), scripted=False)
        assert faults(found.page) == []
        assert any("script-src" in one for one in found.trouble)


@each_browser
def test_a_fault_a_request_and_a_breach_of_the_policy_would_be_noticed(browsers: Any, pages: Path, name: str) -> None:
    wrong = pages / "wrong.html"
    page = (pages / "en.html").read_text(encoding="utf-8")
    foreign = (
        "<input><p style='color:#777;background:#888'>Hardly to be read</p><img src='http://127.0.0.1:59999/x.png'>"
    )
    wrong.write_text(page.replace("</main>", f"{foreign}</main>"), encoding="utf-8")
    with window(browsers, name) as context:
        found = opened(context, wrong.as_uri())
        told = " ".join(faults(found.page))
        assert "image-alt at img" in told and "label at" in told
        assert any("img-src" in one for one in found.trouble)
        assert any("style-src" in one for one in found.trouble)
    open_to_all = pages / "open.html"
    open_to_all.write_text(
        "<html data-ready=yes><img alt='' src='http://127.0.0.1:59999/x.png'></html>", encoding="utf-8"
    )
    with window(browsers, name) as context:
        assert "http://127.0.0.1:59999/x.png" in opened(context, open_to_all.as_uri()).trouble
