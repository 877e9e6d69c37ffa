"""Documents in Jira's two formats: what people wrote is never markup, HTML, a macro or a mention."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.flags.adf import adf, adf_text
from connectors.jira.flags.wiki import wiki, wiki_span
from portfolio.document import Bullets, Paragraph, Span, document_json, read_document

HOSTILE = (
    "{code}rm{code} {html}<script>alert(1)</script>{html} [~admin] [x|https://evil.example] !pic.png! @all "
    "h1. *b* _i_ -d- +u+ ^s^ ~t~ ??c?? ||h|| :) (!) # \\\\ --- [^file.zip] {{m}}"
)


def test_a_document_survives_its_way_through_json() -> None:
    blocks = (
        Paragraph((Span("a", strong=True), Span("b", code=True), Span("c", link="https://x.example"))),
        Bullets(((Span("one"),), (Span("two"), Span("three")))),
    )
    assert read_document(json.loads(json.dumps(document_json(blocks)))) == blocks


def test_adf_holds_text_as_text() -> None:
    [paragraph] = adf([Paragraph((Span(HOSTILE),))])["content"]
    assert paragraph == {"type": "paragraph", "content": [{"type": "text", "text": HOSTILE}]}


def test_adf_marks_emphasis_code_and_links_and_leaves_out_empty_texts() -> None:
    document = adf(
        [Bullets(((Span("a", strong=True), Span(""), Span("b", code=True), Span("c", link="https://x.y")),))]
    )
    [item] = document["content"][0]["content"]
    assert [node.get("marks") for node in item["content"][0]["content"]] == [
        [{"type": "strong"}],
        [{"type": "code"}],
        [{"type": "link", "attrs": {"href": "https://x.y"}}],
    ]
    assert adf_text(document) == "a\nb\nc"


def unescaped(text: str, character: str) -> bool:
    return any(c == character and (n == 0 or text[n - 1] != "\\") for n, c in enumerate(text))


@pytest.mark.parametrize("character", "{}[]*_-+^~?!|#:()")
def test_wiki_escapes_whatever_begins_markup(character: str) -> None:
    text = wiki([Paragraph((Span(HOSTILE),))]).replace("&#92;", "")  # how a backslash is written
    assert not unescaped(text, character)


def test_wiki_has_no_forced_line_break_and_no_line_that_is_not_ours() -> None:
    text = wiki([Paragraph((Span("a\\\\b\r\n# c\n|d|"),))])
    assert "\\\\" not in text
    assert "\n" not in text
    assert text.startswith("a&#92;&#92;b \\# c")


@pytest.mark.parametrize("start", ["h1. Big", "bq. Quoted", "H3. Big"])
def test_wiki_makes_no_heading_or_quote_of_a_title(start: str) -> None:
    assert wiki([Paragraph((Span(start),))]).startswith(f"{start.split('.')[0]}\\.")


def test_wiki_renders_emphasis_code_links_and_lists() -> None:
    text = wiki([Paragraph((Span("Head: ", strong=True), Span("x"))), Bullets(((Span("a", code=True),), (Span("b"),)))])
    assert text == "*Head\\:* x\n\n* {{a}}\n* b"
    link = wiki_span(Span("see|it]", link="https://x.example/a|b]{c}#d e"))
    assert link == "[see\\|it\\]|https://x.example/a%7Cb%5D%7Bc%7D#d%20e]"


@given(st.text(max_size=40))
def test_no_text_opens_a_macro_a_link_or_a_table(text: str) -> None:
    rendered = wiki([Paragraph((Span("x"), Span(text)))])
    assert not any(unescaped(rendered, character) for character in "{[|!*")
    assert "\n" not in rendered
