"""Both languages say everything that the report says."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir

import reports
from portfolio.model.checks import FINDING_EVENTS, FINDING_STATES, OUTCOMES, SEVERITIES, WAIVER_STATES
from portfolio.model.ledger import JOINED_BY
from portfolio.model.organisation import PMO_LEVELS
from reports.diff.standing import KINDS
from reports.inputs import DIMENSIONS, LANGUAGES
from reports.words import Words, catalogue

ROOT = Path(reports.__file__).parent
KEYWORDS = {"words": None, "_words": None, "count": (1, 2)}
TERMS = {
    "colour": ("red", "amber", "green", "unknown"),
    "colour letter": ("red", "amber", "green", "unknown"),
    "dimension": DIMENSIONS,
    "severity": SEVERITIES,
    "milestone": ("missed", "late", "due", "later", "done", "unknown"),
    "matched by": JOINED_BY,
    "source state": ("fresh", "stale", "partial", "failed", "never", "history"),
    "level": ("organisation", "department", "programme", "person", "project", "item"),
    "pmo level": PMO_LEVELS,
    "grade": ("A", "B", "C", "D", "E", "insufficient data"),
    "basis": ("cost", "hours"),
    "outcome": OUTCOMES,
    "finding change": KINDS,
    "measure": ("bac", "eac", "cpi", "spi", "slip_days", "scope_growth_ratio", "score", "coverage"),
    "finding state": FINDING_STATES,
    "finding event": FINDING_EVENTS,
    "waiver state": WAIVER_STATES,
    "run outcome": ("complete", "partial", "failed", "interrupted", "unfinished"),
    "mode": ("enforce", "observe", "off"),
    "change": ("reported", "computed", "finish"),
    "phase": ("propose", "initiate", "plan", "execute", "close", "closed"),
}


def used() -> set[str | tuple[str, ...]]:
    methods = [("**.py", "python"), ("**/templates/**.j2", "jinja2.ext:babel_extract")]
    places = (ROOT, ROOT.parent / "plumbrule" / "web")
    return {found[2] for place in places for found in extract_from_dir(place, method_map=methods, keywords=KEYWORDS)}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def forms(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, tuple | list) else [str(value)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_code_is_in_the_catalogue(language: str) -> None:
    known = catalogue(language)
    missing = [m for m in used() if known.get(m if isinstance(m, str) else m[0]) is None]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_catalogue_is_untranslated_or_doubtful(language: str) -> None:
    empty = [m.id for m in catalogue(language) if m.id and (m.fuzzy or not all(forms(m.string)))]
    assert empty == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_nothing_that_the_code_does_not_say(language: str) -> None:
    said = {m if isinstance(m, str) else m[0] for m in used()}
    extra = [m.id for m in catalogue(language) if m.id and not m.context and forms(m.id)[0] not in said]
    assert extra == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_values_of_their_sentence(language: str) -> None:
    for message in catalogue(language):
        if message.id and not message.context:
            wanted = fields(forms(message.id)[-1])
            assert all(fields(text) == wanted for text in forms(message.string)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_named_value_has_a_name(language: str) -> None:
    known = catalogue(language)
    missing = [(c, v) for c, values in TERMS.items() for v in values if known.get(v, c) is None]
    assert missing == []


def test_chinese_is_chinese() -> None:
    words = Words("zh-Hans")
    same = [m.id for m in catalogue("zh-Hans") if m.id and not m.context and m.id == m.string]
    assert set(same) == {"CPI", "SPI", "TCPI", "EAC"}
    assert words.term("colour", "red") == "红"


def test_counts_choose_their_form() -> None:
    words = Words("en")
    assert words.count("{n} finding", "{n} findings", 1) == "1 finding"
    assert words.count("{n} finding", "{n} findings", 0) == "0 findings"
    assert Words("zh-Hans").count("{n} finding", "{n} findings", 1) == "1 项检查发现"


def test_a_sentence_that_the_catalogue_lacks_is_shown_in_english() -> None:
    words = Words("zh-Hans")
    assert words("Not in any {what}", what="catalogue") == "Not in any catalogue"
    assert words.count("{n} elk", "{n} elks", 2) == "2 elks"
    assert words.term("severity", "made up") == "made up"
