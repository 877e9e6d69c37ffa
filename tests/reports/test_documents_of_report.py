"""Mail, cards, Slack, Confluence, ADF and paper: structure and limits by what each tool documents."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from page_reading import made
from shown_text import AC, Texts, storage
from small_report import small_report

from portfolio.errors import ConfigurationError
from reports.inputs import LANGUAGES
from reports.model import SECTIONS, ReportModel
from reports.render import pdf
from reports.render.adaptive_card import render_adaptive_card
from reports.render.adf import render_adf
from reports.render.confluence_storage import render_confluence_storage
from reports.render.digest import Size, TooLarge, fitted
from reports.render.mail import Mail, compose, render_mail, subject_and_text
from reports.render.palette import contrast
from reports.render.pdf import render_pdf
from reports.render.slack_blocks import render_slack_blocks, texts_of
from reports.render.summary import make_digest

PAGE = "https://reports.example/portfolio.html"


@pytest.fixture(params=["small", "twelve"])
def model(request: pytest.FixtureRequest) -> ReportModel:
    return small_report() if request.param == "small" else made()[0]


# -- mail ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mail(model: ReportModel) -> Mail:
    return compose(model, PAGE)


def test_a_mail_needs_nothing_that_mail_programs_lack(mail: Mail) -> None:
    page = Texts(mail.html)
    assert not {"script", "link", "img", "svg", "div", "form"} & {tag for tag, _ in page.tags}
    styles = " ".join(str(a.get("style")) for _, a in page.tags)
    assert not re.search(r"var\(|flex|grid|position|url\(|@media", styles)
    assert not [a for _, a in page.tags if "id" in a]


def test_the_style_sheet_of_a_mail_is_for_narrow_screens_alone(mail: Mail) -> None:
    """Programs that drop it show the tables, without the names that narrow screens put before each value."""
    [sheet] = re.findall(r"<style>\s*(.*?)\s*</style>", mail.html, re.DOTALL)
    assert re.fullmatch(r"@media only screen and \(max-width:600px\)\{\n(?:[^{}]+\{[^{}]*\}\s*)+\}", sheet)
    hidden = [a for _, a in Texts(mail.html).tags if a.get("class") == "l"]
    assert hidden and all("display:none" in (a["style"] or "") for a in hidden)
    assert {a["class"] for _, a in Texts(mail.html).tags if "class" in a} == {"edge", "inside", "t", "l"}


def test_every_coloured_text_of_a_mail_has_its_own_readable_ground(mail: Mail) -> None:
    for tag, attributes in Texts(mail.html).tags:
        style = attributes.get("style") or ""
        ink = re.search(r"(?<!-)\bcolor:(#\w{6})", style)
        if ink:
            ground = re.search(r"background-color:(#\w{6})", style)
            assert ground, (tag, style)
            assert contrast(ink[1], ground[1]) >= 4.5, (tag, style)


def test_a_status_in_a_mail_is_a_shape_and_a_word(mail: Mail) -> None:
    assert "■ Red" in "".join(Texts(mail.html).texts)
    assert "■ Red" in mail.text


def test_the_text_part_tells_what_the_html_part_tells(mail: Mail) -> None:
    for heading in ("Projects that lean, and why", "Decisions needed", "Work under waiver"):
        assert heading in mail.html
        assert heading.upper() in mail.text
    assert PAGE in mail.text


def test_tables_of_a_mail_that_only_place_things_are_told_so(mail: Mail) -> None:
    tags = Texts(mail.html).tags
    heads = [a for tag, a in tags if tag == "th"]
    assert all(a["scope"] == "col" for a in heads)
    placing = [a for tag, a in tags if tag == "table" and a.get("role") == "presentation"]
    assert len(placing) >= 3


def test_the_subject_counts_what_is_red_and_amber() -> None:
    assert compose(small_report()).subject == "Portfolio of the north: 1 Red, 0 Amber"
    assert compose(small_report("zh-Hans")).subject == "北区项目组合：1 红，0 黄"


@pytest.mark.parametrize("language", LANGUAGES)
def test_subject_and_text_come_apart_as_they_were(language: str) -> None:
    whole = compose(small_report(language), PAGE)
    assert subject_and_text(render_mail(small_report(language), PAGE)["txt"]) == (whole.subject, whole.text.encode())


# -- Teams and Slack -------------------------------------------------------------------------------------------------


def elements(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield value
        for one in value.values():
            yield from elements(one, kind)
    elif isinstance(value, list):
        for one in value:
            yield from elements(one, kind)


def test_a_card_is_the_message_of_a_workflows_webhook(model: ReportModel) -> None:
    message = json.loads(render_adaptive_card(model, PAGE))
    assert message["type"] == "message"
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the full report", "url": PAGE}]


def test_tables_of_a_card_have_cells_for_their_columns(model: ReportModel) -> None:
    card = json.loads(render_adaptive_card(model))
    found = list(elements(card, "Table"))
    assert len(found) >= 2
    for table in found:
        assert {len(row["cells"]) for row in table["rows"]} == {len(table["columns"])}
        assert len(table["columns"]) <= 5


def test_no_text_run_of_a_card_is_empty(model: ReportModel) -> None:
    card = json.loads(render_adaptive_card(model))
    assert all(run["text"] for run in elements(card, "TextRun"))
    assert all(block["inlines"] for block in elements(card, "RichTextBlock"))


def test_slack_blocks_keep_to_slacks_limits(model: ReportModel) -> None:
    message = json.loads(render_slack_blocks(model, PAGE))
    assert 1 <= len(message["blocks"]) <= 50
    assert all(len(block["text"]["text"]) <= 150 for block in elements(message, "header"))
    assert all(1 <= len(text) <= 3000 for text in texts_of(message))
    assert sum(map(len, texts_of(message))) <= 12_000
    assert {block["type"] for block in message["blocks"]} <= {"header", "rich_text", "divider", "context"}
    assert all(section["elements"] for section in elements(message, "rich_text_section"))


# -- Atlassian -------------------------------------------------------------------------------------------------------


def test_a_storage_page_has_status_macros_with_a_word_and_a_colour(model: ReportModel) -> None:
    root = storage(render_confluence_storage(model, PAGE))
    macros = [m for m in root.iter(f"{AC}structured-macro") if m.get(f"{AC}name") == "status"]
    assert macros
    for macro in macros:
        told = {p.get(f"{AC}name"): p.text for p in macro}
        assert told["colour"] in {"Red", "Yellow", "Green", "Grey"}
        assert told["title"]


def test_long_lists_of_a_storage_page_are_folded(model: ReportModel) -> None:
    root = storage(render_confluence_storage(model))
    folds = [m for m in root.iter(f"{AC}structured-macro") if m.get(f"{AC}name") == "expand"]
    titles = [p.text for fold in folds for p in fold.findall(f"{AC}parameter")]
    assert titles == ["All projects", "Open findings"]
    assert all(fold.find(f"{AC}rich-text-body/table") is not None for fold in folds)


def test_an_atlassian_document_has_the_nodes_that_its_reference_allows(model: ReportModel) -> None:
    document = json.loads(render_adf(model, PAGE))
    assert (document["version"], document["type"]) == (1, "doc")
    blocks = {"heading", "paragraph", "bulletList", "table"}
    assert {node["type"] for node in document["content"]} <= blocks
    assert all(node["text"] for node in elements(document, "text"))
    assert all(1 <= node["attrs"]["level"] <= 6 for node in elements(document, "heading"))
    statuses = list(elements(document, "status"))
    assert statuses
    assert {node["attrs"]["color"] for node in statuses} <= {"red", "yellow", "green", "neutral"}
    assert all(node["attrs"]["text"] for node in statuses)
    for table in elements(document, "table"):
        assert len({len(row["content"]) for row in table["content"]}) == 1


def test_an_atlassian_document_fits_a_text_field_of_jira(model: ReportModel) -> None:
    assert len(render_adf(model, PAGE).decode()) <= 32_767


# -- paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_a_tagged_pdf_of_the_reports_moment(language: str) -> None:
    content = render_pdf(small_report(language), PAGE)
    assert content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in content
    assert b"20261123060000" in content
    assert PAGE.encode() in content


def test_chinese_paper_has_no_english() -> None:
    data = pdf.template_data(make_digest(small_report("zh-Hans"), Size(50), SECTIONS, PAGE))
    told = " ".join(texts({name: value for name, value in data.items() if name not in _CODES}))
    short = {"EAC", "BAC", "UTC", "PMO", "Plumbrule", "INI", "BUD", "HYG", "RSK", "RES", "APP", "OLD"}
    assert set(re.findall(r"[A-Za-z]{2,}", told)) <= short


_CODES = {"language", "shapes", "ink", "fonts", "page", "health"}


def texts(value: Any) -> Iterator[str]:
    """Every text but ids, codes of colours and addresses."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in ("id", "colour", "link"):
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def test_a_chinese_report_without_a_chinese_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"dejavu sans"}))
    assert render_pdf(small_report())
    with pytest.raises(ConfigurationError) as caught:
        render_pdf(small_report("zh-Hans"))
    assert caught.value.code == "pdf.no_font"
    assert "fonts-noto-cjk" in caught.value.remedy


# -- fitting ---------------------------------------------------------------------------------------------------------


def test_the_largest_form_that_fits_is_taken() -> None:
    sizes = (Size(9), Size(5), Size(1))
    assert fitted(lambda size: size.rows, sizes, lambda rows: rows <= 5) == 5
    with pytest.raises(TooLarge):
        fitted(lambda size: size.rows, sizes, lambda rows: rows < 1)
