"""Whatever people call their projects, it stays text: in every format, in every place that takes their words."""

import html
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from shown_text import AC, Texts, csv_rows, in_json, storage
from small_report import small_report

from reports.model import ReportModel
from reports.render import pdf
from reports.render.csv import defused
from reports.render.digest import Size
from reports.render.formats import FORMATS
from reports.render.markdown import escaped
from reports.render.plain import one_line
from reports.render.slack_blocks import texts_of
from reports.render.summary import make_digest
from reports.spoken import END, ISOLATE

CORPUS = {
    "script": '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "closing": '"]]></ac:plain-text-body></td></table><ac:structured-macro ac:name="html">',
    "quotes": 'O\'Brien "the" `builder` & Söhne',
    "markdown": "[click](javascript:alert(1)) **bold** | cell | `code` # head @everyone #12 <b>",
    "slack": "<!channel> <https://evil.example|click> *bold* &amp;",
    "card": "[click](https://evil.example) **bold** {{DATE(2026-01-01T00:00:00Z)}} ${secret}",
    "jinja": "{{ 7 * 7 }} {% include 'x' %}",
    "typst": '#read("/etc/passwd") $x^2$ \\ *bold* #link("https://evil.example")',
    "equals": '=HYPERLINK("https://evil.example","x")',
    "plus": "+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "wide": "＝1+1",
    "inner": "fine;=1+1\n=2+2",
    "hebrew": "שלום \u202e txt.exe",
    "override": "abc\u202edef\u2066ghi",
    "long": "x" * 10_000,
    "controls": "a\x00b\x01c\x0bd\x1be\x7ff\ufffeg\uffffh\ud800i",
    "mail": "subject\r\nBcc: everybody@evil.example",
    "list": "1. one",
    "rule": "---",
    "template": "%(x)s {n} {0}",
}
FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")


def hostile(text: str) -> ReportModel:
    """The small report with that text in every place where people's words go."""
    model = small_report()

    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: text if k in _WORDS and v is not None else spoilt(v) for k, v in value.items()}
        return [spoilt(one) for one in value] if isinstance(value, list | tuple) else value

    data = spoilt(model.model_dump())
    data["verdict"] = [text]
    for finding in data["findings"]:
        finding["evidence"] = [text]
    return ReportModel.model_validate(data)


_WORDS = {
    "title", "name", "message", "owner", "who", "what", "why", "fix", "reason", "programme", "department", "manager",
    "sponsor", "item_key", "text", "note", "key", "requested_by", "approved_by", "compensating", "waived_by",
    "waiver_id", "term", "tool_name", "subject_name", "subject_id",
}  # fmt: skip


@pytest.fixture(scope="module", params=CORPUS)
def case(request: pytest.FixtureRequest) -> Iterator[tuple[str, ReportModel]]:
    yield request.param, hostile(CORPUS[request.param])


def made(model: ReportModel, name: str) -> dict[str, bytes]:
    return FORMATS[name].files(model)


def test_csv_runs_no_formula_and_loses_nothing(case: tuple[str, ReportModel]) -> None:
    _, model = case
    for content in made(model, "csv").values():
        for row in csv_rows(content):
            assert not [cell for cell in row if FORMULA.search(cell) and not re.fullmatch(r"-?[\d.]+", cell)]
    rows = csv_rows(made(model, "csv")["portfolio.en-csv/projects.csv"])
    told = rows[1][rows[0].index("Name")]
    assert told.replace("'", "") == model.projects[0].ref.name.replace("'", "")


def test_a_formula_is_defused_after_a_break_too() -> None:
    assert defused("fine;=1+1\n=2+2") == "fine;'=1+1\n'=2+2"
    assert defused('a;"=1') == "a;\"'=1"
    assert defused("  =1") == "'  =1"
    assert defused("1 - 2 = -1; x") == "1 - 2 = -1; x"


def test_a_book_holds_text_and_no_formula_or_link_of_theirs(case: tuple[str, ReportModel]) -> None:
    _, model = case
    book = openpyxl.load_workbook(io.BytesIO(made(model, "xlsx")["portfolio.en.xlsx"]))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if cell.hyperlink:
                    assert str(cell.hyperlink.target).startswith("https://tracker.example/")


def test_mail_has_no_element_of_theirs_and_one_line_of_subject(case: tuple[str, ReportModel]) -> None:
    _, model = case
    files = made(model, "mail")
    page = Texts(files["portfolio.en.mail.html"].decode())
    ours = {tag for tag, _ in Texts(FORMATS["mail"].files(small_report())["portfolio.en.mail.html"].decode()).tags}
    assert {tag for tag, _ in page.tags} <= ours
    assert not [a for _, a in page.tags for name in a if name.startswith("on")]
    links = {a["href"] for tag, a in page.tags if tag == "a"}
    assert links <= {"https://tracker.example/INI-01", "https://tracker.example/APP-7"}
    subject, empty, *_ = files["portfolio.en.mail.txt"].decode().split("\n")
    assert subject
    assert empty == ""


def test_confluence_has_no_macro_of_theirs(case: tuple[str, ReportModel]) -> None:
    _, model = case
    root = storage(made(model, "confluence_storage")["portfolio.en.confluence.xml"])
    assert {m.get(f"{AC}name") for m in root.iter(f"{AC}structured-macro")} <= {"status", "expand"}
    assert {a.get("href") for a in root.iter("a")} <= {
        "https://tracker.example/INI-01",
        "https://tracker.example/APP-7",
    }
    assert not list(root.iter("script"))


def test_junit_is_well_formed(case: tuple[str, ReportModel]) -> None:
    _, model = case
    root = ET.fromstring(made(model, "junit")["portfolio.en.junit.xml"])
    assert {e.tag for e in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped"}


@pytest.mark.parametrize("name", ["adaptive_card", "slack_blocks", "adf", "sarif"])
def test_json_formats_follow_no_link_of_theirs(case: tuple[str, ReportModel], name: str) -> None:
    _, model = case
    for content in made(model, name).values():
        addresses = set(in_json(json.loads(content), ("url", "href", "uri")))
        assert addresses <= {"https://tracker.example/INI-01", "https://tracker.example/APP-7"}


def test_a_card_keeps_their_words_out_of_markdown(case: tuple[str, ReportModel]) -> None:
    _, model = case
    card = json.loads(made(model, "adaptive_card")["portfolio.en.card.json"])
    assert "TextBlock" not in set(in_json(card, ("type",)))


def test_slack_reads_no_mrkdwn(case: tuple[str, ReportModel]) -> None:
    _, model = case
    message = json.loads(made(model, "slack_blocks")["portfolio.en.slack.json"])
    assert "mrkdwn" not in set(in_json(message, ("type",)))
    assert not re.search(r"<[!@#h]", message["text"])
    assert max(map(len, texts_of(message))) <= 3000


def test_parquet_keeps_their_words_as_they_are(case: tuple[str, ReportModel]) -> None:
    _, model = case
    table = pq.read_table(io.BytesIO(made(model, "parquet")["portfolio.en-parquet/projects.parquet"]))
    assert table.column("name").to_pylist()[0] == model.projects[0].ref.name


def test_paper_gets_their_words_as_data(case: tuple[str, ReportModel]) -> None:
    """Typst would fail, or read a file, if one of them were markup."""
    _, model = case
    assert made(model, "pdf")["portfolio.en.pdf"].startswith(b"%PDF-")
    data = pdf.template_data(make_digest(model, Size(5), ("attention",)))
    assert data["title"] == one_line(model.title, 150)


@pytest.mark.parametrize(
    "text", [t for n, t in CORPUS.items() if n not in ("controls", "long", "return", "tab", "inner", "mail")]
)
def test_markdown_shows_their_words_as_they_are(text: str) -> None:
    told = escaped(text)
    assert not re.search(r"(?<!\\)[\[\]`*_|<>]", told)
    assert "](" not in told.replace("\\](", "")
    plain = html.unescape(re.sub(r"\\([^\w\s])", r"\1", told)).replace("\u200b", "")
    assert plain == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1. one", "1\\. one"),
        ("2.5 M", "2.5 M"),
        ("- x", "\\- x"),
        ("-2", "-2"),
        ("---", "\\---"),
        ("+41%", "+41%"),
        ("@ann", "@&#8203;ann"),
        ("see #12", "see \\#&#8203;12"),
        ("https://x.example", "https\\://x.example"),
        ("www.x.example", "www\\.x.example"),
        ("10:30", "10:30"),
        ("a|b", "a\\|b"),
    ],
)
def test_markdown_escapes_where_it_must(text: str, told: str) -> None:
    assert escaped(text) == told


def test_no_direction_leaks_out_of_a_line() -> None:
    for text in (CORPUS["hebrew"], CORPUS["override"], f"{ISOLATE}{CORPUS['hebrew']}{END}", "ש" * 500):
        line = one_line(text, 100)
        assert len(line) <= 104
        depth = 0
        for sign in line:
            depth += (sign in "\u2066\u2067\u2068\u202a\u202b\u202d\u202e") - (sign in "\u2069\u202c")
            assert depth >= 0
        assert depth == 0


def test_a_line_is_one_line_and_legal_in_xml() -> None:
    assert one_line("a\n\r\t b\u2028c\x85d", 50) == "a b c d"
    assert one_line("a\ufffeb\ud800c\x00d", 50) == "a\ufffdb\ufffdc\ufffdd"
    assert one_line("x" * 60, 50) == "x" * 49 + "…"


def test_only_web_addresses_are_followed() -> None:
    data = small_report().model_dump()
    for project in data["projects"]:
        project["url"] = "javascript:alert(1)"
    for finding in data["findings"]:
        finding["item_url"] = "data:text/html,x"
    for decision in data["decisions"]:
        decision["url"] = "file:///etc/passwd"
    data["waived"][0]["item_url"] = "javascript:alert(1)"
    model = ReportModel.model_validate(data)
    for name in FORMATS:
        if name not in ("html", "json", "xlsx", "parquet", "pdf"):
            for content in FORMATS[name].files(model, "javascript:alert(2)").values():
                assert b"javascript:" not in content, name
                assert b"file:///" not in content, name


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    told = defused(text)
    assert not FORMULA.search(told)
    assert not re.search(r"[;\t\r\n][=+@＝＋－＠-]", told)
    assert defused(told).count("'") == told.count("'") or told != text


@given(st.text(), st.integers(2, 60))
def test_every_line_is_short_legal_and_closed(text: str, most: int) -> None:
    line = one_line(text, most)
    ET.fromstring(f"<a>{html.escape(line)}</a>")
    assert "\n" not in line
    assert len(line) <= 2 * most + 2
    opened = sum(line.count(sign) for sign in "\u2066\u2067\u2068")
    assert opened == line.count("\u2069")


READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
"""A Markdown reader that comes with rich."""


@given(st.text(alphabet=st.one_of(st.sampled_from("\\\\`*_{}[]()<>#+-.!|~$&^=:@ 1a"), st.characters(codec="utf-8"))))
@example("1) x")
@example("![a](b)")
@example("a\\")
@example("&lt;")
@example("=")
@example("***")
def test_markdown_reads_as_it_was_written(text: str) -> None:
    """As one paragraph of nothing but text, wherever it stands: alone, in a list, in a table's cell."""
    line = one_line(text, 200)
    if not line:
        return
    tokens = READER.parse(escaped(line) + "\n")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text"}
    assert "".join(child.content for child in children).replace("\u200b", "") == line.replace("\u200b", "")
    table = READER.parse(f"| a | b |\n| --- | --- |\n| {escaped(line)} | end |\n")
    assert [token.content for token in table if token.type == "inline"][-1] == "end"
