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


@pytest.mark.parametrize("character", "{}[]*_^~!|")
def test_wiki_escapes_whatever_begins_markup(character: str) -> None:
    assert not unescaped(wiki([Paragraph((Span(HOSTILE),))]), character)


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("-struck- +added+ a -- b", "\\-struck\\- \\+added\\+ a \\-\\- b"),
        ("??cited?? really?", "\\?\\?cited\\?\\? really?"),
        ("see https://evil.example :) ;) (x) (off)", "see https\\://evil.example \\:) \\;) \\(x) \\(off)"),
        ("&lt;b&gt; R&D", "&#38;lt;b&#38;gt; R&D"),
        ("BIL-7 on 2026-11-23: 15 days; limit 14 (of 20 days), 50%", None),
    ],
    ids=["dashes", "citations", "addresses and faces", "entities", "plain text stays"],
)
def test_wiki_leaves_alone_what_is_no_markup(text: str, rendered: str | None) -> None:
    assert wiki_span(Span(text)) == (rendered or text)


def test_wiki_has_no_forced_line_break_and_no_line_that_is_not_ours() -> None:
    text = wiki([Paragraph((Span("a\\\\b\r\n# c\n|d|"),))])
    assert "\\\\" not in text
    assert "\n" not in text
    assert text == "a&#92;&#92;b # c \\|d\\|"


@pytest.mark.parametrize(
    ("start", "rendered"), [("h1. Big", "h1\\. Big"), ("bq. Quoted", "bq\\. Quoted"), ("# one", "\\# one")]
)
def test_wiki_makes_no_heading_quote_or_list_of_a_title(start: str, rendered: str) -> None:
    assert wiki([Paragraph((Span(start),))]) == rendered


def test_wiki_renders_emphasis_code_links_and_lists() -> None:
    text = wiki([Paragraph((Span("Head: ", strong=True), Span("x"))), Bullets(((Span("a", code=True),), (Span("b"),)))])
    assert text == "*Head:* x\n\n* {{a}}\n* b"
    link = wiki_span(Span("see|it]", link="https://x.example/a|b]{c}#d e"))
    assert link == "[see\\|it\\]|https://x.example/a%7Cb%5D%7Bc%7D#d%20e]"


@given(st.text(max_size=40))
def test_no_text_opens_a_macro_a_link_or_a_table(text: str) -> None:
    rendered = wiki([Paragraph((Span("x"), Span(text)))])
    assert not any(unescaped(rendered, character) for character in "{[|!*")
    assert "\n" not in rendered
