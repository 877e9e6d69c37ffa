"""The page as a folder: a first page, a page a project, relative links only."""

import base64
import json
import re
import zlib
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from fixture_portfolio import MemoryReader, inputs
from page_reading import Page, data_of
from portfolio_rows import rows

from reports.build import build
from reports.inputs import LANGUAGES
from reports.model import ReportModel
from reports.render import render_html
from reports.render.formats import FORMATS
from reports.render.html_split import project_places, render_html_split


def made(language: str = "en", **changes: Any) -> ReportModel:
    return build(MemoryReader(rows()), **{**inputs(), "language": language, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_folder_leads_to_a_file_of_it_or_to_a_tool(language: str) -> None:
    files = render_html_split(made(language))
    assert set(files) == {"index.html", *(f"projects/INI-{n:02d}.html" for n in range(1, 13))}
    for path, content in files.items():
        page = Page(content)
        for link in page.all("a"):
            target = str(link["href"])
            if target.startswith("#"):
                assert target[1:] in page.ids, (path, target)
            elif not target.startswith("https://"):
                assert normpath(join(dirname(path), target)) in files, (path, target)


def test_each_finding_is_on_the_page_of_its_project_without_a_script() -> None:
    model = made()
    files = render_html_split(model)
    for project in model.projects:
        page = files[project_places(model)[project.ref.key]].decode()
        mine = [f for f in model.findings if f.project_id == project.ref.id]
        assert page.count('<span class="severity') >= len(mine)
        assert f"{len(mine)} finding" in page
        assert "<script" not in page
        assert "script-src &#39;none&#39;" in page


def test_the_first_page_holds_no_details_and_no_findings_in_its_data() -> None:
    data = data_of_first(made())
    assert data["findings"] is None
    assert data["pages"][0] == "projects/INI-01.html"
    assert {"facts", "charts", "milestones", "reasons"}.isdisjoint(data["projects"])
    assert len(data["projects"]["names"]) == 12


def data_of_first(model: ReportModel) -> dict[str, Any]:
    raw = render_html_split(model)["index.html"]
    packed = re.search(rb'id="data">([^<]*)<', raw)
    assert packed

    found: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(packed[1].replace(b",", b"<"))))
    return found


def test_every_page_allows_its_own_style_by_hash_and_nothing_else() -> None:
    for content in render_html_split(made()).values():
        text = content.decode()
        assert "default-src &#39;none&#39;; style-src &#39;sha256-" in text
        assert not re.search(r'\bstyle="|\bon[a-z]+="|<link (?!rel="icon" href="data:)|<img|<iframe', text)
        assert "http-equiv" in text and 'lang="en"' in text


def test_keys_that_no_file_can_be_called_by_get_names_of_their_own() -> None:
    model = made()
    keys = ["a/b", "A-B", "a b", "..", "项目"]
    renamed = tuple(
        p.model_copy(update={"ref": p.ref.model_copy(update={"key": key})})
        for p, key in zip(model.projects, keys, strict=False)
    )
    places = project_places(model.model_copy(update={"projects": renamed}))
    assert list(places.values()) == [
        "projects/a-b.html", "projects/A-B-2.html", "projects/a-b-3.html", "projects/project.html",
        "projects/project-2.html",
    ]  # fmt: skip


def test_names_are_escaped() -> None:
    model = made()
    first = model.projects[0]
    named = first.model_copy(update={"ref": first.ref.model_copy(update={"name": "<script>alert(1)</script>"})})
    page = render_html_split(model.model_copy(update={"projects": (named,)}))["projects/INI-01.html"].decode()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_it_is_a_folder_with_the_same_bytes_each_time() -> None:
    model = made()
    first = FORMATS["html_split"].files(model)
    assert first == FORMATS["html_split"].files(model)
    assert "portfolio.en-pages/index.html" in first


def test_the_single_page_still_holds_everything() -> None:

    data = data_of(Page(render_html(made())))
    assert data["pages"] is None and data["findings"]["rule"]
