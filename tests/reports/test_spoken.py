"""Titles and names cannot disturb what stands beside them."""

import unicodedata

import pytest
from fixture_portfolio import MemoryReader, inputs
from hypothesis import given as any_of
from hypothesis import strategies as st
from portfolio_basics import initiative
from portfolio_rows import rows

from reports.build import build
from reports.model import ProjectRef
from reports.render import render_html, render_json
from reports.spoken import END, ISOLATE, printable, spoken

OVERRIDE = "\u202e"


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\r", "\x7f", "\x85", "\x9b", "\ud800"])
def test_a_control_character_becomes_the_replacement_character(control: str) -> None:
    assert printable(f"a{control}b") == "a\ufffdb"
    assert ProjectRef(id="1", key="K", name=f"a{control}b").name == "a\ufffdb"


@pytest.mark.parametrize("text", ["Plain", "Größe\tin\nLinien", "数据平台", "🙂 & <b>"])
def test_text_without_a_direction_of_its_own_stays_as_it_is(text: str) -> None:
    assert spoken(text) == text


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("פרויקט", f"{ISOLATE}פרויקט{END}"),
        (f"a{OVERRIDE}b", f"{ISOLATE}a{OVERRIDE}b\u202c{END}"),
        (f"a{END}b", f"{ISOLATE}ab{END}"),
    ],
    ids=["a right-to-left title", "an override that is not closed", "an end that nothing opened"],
)
def test_what_may_read_the_other_way_is_isolated(text: str, isolated: str) -> None:
    assert spoken(text) == isolated


@any_of(st.text(alphabet="ab\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u05d0\x00", max_size=12))
def test_no_text_ends_its_own_isolation(text: str) -> None:
    made = spoken(text)
    assert not any(unicodedata.category(c) == "Cc" for c in made)
    if made[:1] == ISOLATE:
        depth = 0
        for at, character in enumerate(made):
            depth += (character in "\u2066\u2067\u2068") - (character == END)
            assert depth > 0 or at == len(made) - 1
        assert depth == 0


def test_hostile_titles_reach_neither_page_nor_data() -> None:
    given = rows()
    given["projects"][0]["name"] = f"Billing\x00{OVERRIDE}gnp"
    given["finding"][0]["message"] = f"is \x1b[31m{OVERRIDE}late"
    given["finding"][0]["evidence"] = '[{"title": "x\\u202ey\\u0007"}]'
    model = build(MemoryReader(given), **inputs())
    project = next(p for p in model.projects if p.ref.id == initiative("INI-01"))
    assert project.ref.name == f"{ISOLATE}Billing\ufffd{OVERRIDE}gnp\u202c{END}"
    finding = next(f for f in model.findings if f.id == given["finding"][0]["id"])
    assert finding.message == f"{ISOLATE}is \ufffd[31m{OVERRIDE}late\u202c{END}"
    assert finding.evidence == (f"{ISOLATE}x{OVERRIDE}y\ufffd\u202c{END}",)
    for text in (render_html(model).decode(), render_json(model).decode()):
        assert not set(text) & {"\x00", "\x1b", "\x07"}
        assert "\\u0000" not in text
