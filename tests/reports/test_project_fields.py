"""State and score for fields of projects: what is planned for which source, and what is not known."""

from decimal import Decimal

import pytest

from reports.marks import ProjectFields, Tracker, project_field_marks

PLANS = [
    Tracker("INI-1", "P1", "plans", "guid-1", "One"),
    Tracker("INI-2", "P2", "plans", "guid-2", "Two"),
    Tracker("INI-1", "X", "other", "guid-3", "Elsewhere"),
]
BOTH = {"plans": ProjectFields("PMO state", "PMO score")}


def made(fields=BOTH, computed=None, scores=None, language="en"):
    marks = project_field_marks(PLANS, fields, computed or {}, scores or {}, language)
    return {(m.target, m.name): m for m in marks}


def test_each_project_of_the_source_gets_its_state_and_its_score():
    found = made(computed={"INI-1": "red", "INI-2": "green"}, scores={"INI-1": Decimal("0.425"), "INI-2": Decimal(1)})
    assert {key: mark.body["text"] for key, mark in found.items()} == {
        ("guid-1", "PMO state"): "Red",
        ("guid-1", "PMO score"): "42",
        ("guid-2", "PMO state"): "Green",
        ("guid-2", "PMO score"): "100",
    }
    assert {(m.channel, m.source, m.target_kind) for m in found.values()} == {("field", "plans", "project")}


def test_a_score_that_is_not_known_is_not_written_and_a_state_says_so():
    found = made(scores={"INI-1": None})
    assert set(found) == {("guid-1", "PMO state"), ("guid-2", "PMO state")}
    assert found["guid-1", "PMO state"].body["text"] == "n/a"


def test_the_state_offers_the_names_of_its_colour_in_every_language():
    mark = made(computed={"INI-1": "amber"}, language="zh-Hans")["guid-1", "PMO state"]
    assert mark.body["text"] == "黄"
    assert mark.body["options"] == ["黄", "Amber", "amber"]


@pytest.mark.parametrize(
    ("fields", "names"),
    [({"plans": ProjectFields(score="S")}, {"S"}), ({"plans": ProjectFields(state="S")}, {"S"}), ({}, set())],
    ids=["score only", "state only", "none"],
)
def test_only_what_is_configured_is_written(fields, names):
    found = made(fields, scores={"INI-1": Decimal("0.5"), "INI-2": Decimal("0.5")})
    assert {name for _, name in found} == names


def test_the_worst_are_written_first():
    found = made(computed={"INI-1": "green", "INI-2": "red"})
    assert found["guid-2", "PMO state"].order < found["guid-1", "PMO state"].order
