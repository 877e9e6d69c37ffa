"""The documentation as pages: built without a warning, whole, and asking no other host. Needs the `site` extra."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
ZENSICAL = Path(sys.executable).with_name("zensical")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("use", "href")}
"""Attributes that a browser follows by itself; of `link` those that are no mere statements."""
STATED = {"canonical", "prev", "next"}
pytestmark = pytest.mark.skipif(not ZENSICAL.exists(), reason="install plumbrule[site] to build the pages (make site)")


class Followed(HTMLParser):
    """What a page loads, where it leads, and the anchors that it has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[key] for key in ("id", "name") if key in given}
        for name, value in given.items():
            if (tag, name) in LOADED or ((tag, name) == ("link", "href") and given.get("rel") not in STATED):
                self.loads.append(value)
        if tag == "a" and "href" in given:
            self.leads.append(given["href"])


@pytest.fixture(scope="module")
def pages() -> dict[Path, Followed]:
    built = subprocess.run([ZENSICAL, "build", "--strict"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    return {path: Followed(path) for path in sorted((ROOT / "site").rglob("*.html"))}


def test_every_document_became_a_page(pages: dict[Path, Followed]) -> None:
    made = {path.relative_to(ROOT / "site").with_suffix(".md") for path in pages}
    assert {path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")} <= made


def test_pages_load_nothing_from_another_host(pages: dict[Path, Followed]) -> None:
    for path, page in pages.items():
        assert [one for one in page.loads if urlsplit(one).netloc or urlsplit(one).scheme not in ("", "data")] == [], (
            path
        )
    for sheet in (ROOT / "site").rglob("*.css"):
        assert "url(http" not in sheet.read_text(encoding="utf-8").replace('"', "").replace("'", ""), sheet


def test_every_link_within_the_pages_leads_to_a_page_and_an_anchor(pages: dict[Path, Followed]) -> None:
    dead = []
    for path, page in pages.items():
        for link in (*page.leads, *page.loads):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or parts.path.startswith("/") or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (
                parts.fragment and target in pages and unquote(parts.fragment) not in anchors(pages[target])
            ):
                dead.append(f"{path.name}: {link}")
    assert dead == []


def anchors(page: Followed) -> set[str]:
    return page.anchors | {"__skip", "__top"}


@pytest.fixture
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="install plumbrule[browser] to open the pages")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
        yield started
        started.close()


@pytest.mark.parametrize("name", ["index.html", "tutorial.html", "rules.html", "decisions/0001-toml-positions.html"])
def test_a_browser_asks_no_other_host_for_a_page(pages: dict[Path, Followed], browser: Any, name: str) -> None:
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((ROOT / "site" / name).as_uri())
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
