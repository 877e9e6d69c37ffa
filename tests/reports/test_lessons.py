"""What earlier projects left behind: the search, who was like whom, and how the answer is written."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.lessons.likeness import earlier, likeness, most_alike
from reports.lessons.searching import matching, words


def record(**columns: Any) -> dict[str, Any]:
    return {"title": "Supplier late", "detail": None, "cause": "Supplier", "project": "INI-1"} | columns


@pytest.mark.parametrize(
    "sought", ["supplier", "LATE sup", '"supplier late"', "ini-1", "Süpplier", "suppl cause-not", ""]
)
def test_every_word_must_occur_whatever_its_case_and_accents(sought: str) -> None:
    found = matching([record()], sought)

    assert bool(found) == ("cause-not" not in sought)


def test_quoted_words_stand_together_and_chinese_is_found_within_text() -> None:
    assert matching([record()], '"late supplier"') == []
    assert matching([record(title="供应商延迟交付")], "延迟") != []
    assert words('"a b" C') == ["a b", "c"]


def test_titles_that_hold_the_words_come_first_and_others_keep_their_order() -> None:
    rows = [record(title="A", detail="late"), record(title="Late"), record(title="B", detail="late")]

    assert [r["title"] for r in matching(rows, "late")] == ["Late", "A", "B"]


def project(key: str, **columns: Any) -> dict[str, Any]:
    return {"project_id": key, "key": key, "name": key, "goal": None, "start_date": None} | columns


def test_what_is_the_same_is_told_and_weighs() -> None:
    one = project(
        "1", programme="Harbour", department="IT", method="agile", size_class="small", goal="Faster unloading"
    )
    same = project("2", programme="harbour", department="IT", method="agile", size_class="small", goal="Safe unloading")

    found = likeness(one, same)

    assert found.reasons == (
        "same programme: Harbour", "same department: IT", "same method: agile", "same size: small",
        "words in common: unloading",
    )  # fmt: skip
    assert found.share == round((6 + 3 / 2) / 9, 3)


def test_what_nobody_stated_is_not_the_same() -> None:
    assert likeness(project("1", method=None), project("2", method=None)).share == 0


def test_only_projects_that_began_before_are_earlier_unless_nobody_knows() -> None:
    one = project("1", start_date=date(2026, 3, 1))
    others = [
        one,
        project("before", start_date=date(2026, 2, 28)),
        project("same day", start_date=date(2026, 3, 1)),
        project("unknown"),
    ]

    assert [o["key"] for o in earlier(one, others)] == ["before", "unknown"]
    assert [o["key"] for o in earlier(project("9"), others)] == ["1", "before", "same day", "unknown"]


def test_the_most_alike_come_first_and_what_has_nothing_in_common_is_left_out() -> None:
    one = project("1", department="IT", programme="P", method="agile")
    others = [project("c", method="agile"), project("b", department="IT"), project("a", department="IT"), project("d")]

    assert [p["key"] for p, _ in most_alike(one, others, 5)] == ["a", "b", "c"]
    assert [p["key"] for p, _ in most_alike(one, others, 1)] == ["a"]


_FEATURES = st.fixed_dictionaries(
    {key: st.sampled_from([None, "a", "b"]) for key in ("programme", "department", "method", "size_class")}
    | {"goal": st.text(max_size=30), "name": st.text(max_size=12)}
)


@given(_FEATURES, _FEATURES)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_all(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = likeness(one, other)

    assert found.share == likeness(other, one).share
    assert 0 <= found.share <= 1
    assert (found.share > 0) == bool(found.reasons)
