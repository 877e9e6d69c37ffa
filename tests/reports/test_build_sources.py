"""What a report says of its sources: age, failure, waiting, tokens that end."""

import json
from datetime import datetime
from typing import get_args

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import initiative
from portfolio_rows import rows

from plumbrule.settings import SourceSettings
from portfolio.tools import TOOL_NAMES, tool_name
from reports.build import build
from reports.inputs import LANGUAGES
from reports.model import ReportModel, SourceState


@pytest.fixture(scope="module")
def model() -> ReportModel:
    return build(MemoryReader(rows()), **inputs())


def test_sources_are_told_apart_by_freshness_and_failure(model: ReportModel) -> None:
    states = {s.name: (s.state, s.age_hours) for s in model.sources}
    assert states == {"jira": ("fresh", 0), "plans": ("stale", 34), "rates": ("failed", 528)}


@pytest.mark.parametrize(
    ("outcome", "complete", "state"),
    [("partial", "2026-11-23 05:00:00", "partial"), ("complete", None, "never"), (None, None, "never")],
)
def test_a_source_read_in_part_or_never_says_so(outcome: str | None, complete: str | None, state: str) -> None:
    given = rows()
    given["source_state"] = [{"source": "jira", "complete_at": complete, "outcome": outcome}]
    assert build(MemoryReader(given), **inputs()).sources[0].state == state


def slow_source(waited_seconds: int, token: str | None = None) -> SourceState:
    waits = {"jira-burst-based": 170.4, "own limit of requests a second": 400.0, "lost connection": 2.0}
    given = rows()
    given["source_state"] = [
        {
            "source": "jira",
            "outcome": "complete",
            "complete_at": "2026-11-23 05:00:00",
            "waited_seconds": waited_seconds,
            "traffic": json.dumps({"waited_by_reason": waits}),
            "token_expires_on": token,
        }
    ]
    return build(MemoryReader(given), **inputs()).sources[0]


def test_a_source_that_made_us_wait_says_for_what() -> None:
    assert [(w.reason, w.seconds) for w in slow_source(172).waits] == [
        ("jira-burst-based", 170),
        ("lost connection", 2),
    ]


def test_waiting_that_is_a_matter_of_course_is_not_told() -> None:
    assert slow_source(59).waits == ()


@pytest.mark.parametrize(("day", "told"), [("2026-12-23", True), ("2026-12-24", False), ("2026-11-01", True)])
def test_a_token_is_told_about_a_month_before_it_ends(day: str, told: bool) -> None:
    assert (slow_source(0, day).token_expires_on is not None) is told


def test_sources_of_a_project_are_told_with_age_and_state_and_history_is_not_stale(model: ReportModel) -> None:
    told = {p.ref.key: [(s.tool_name, s.age_hours, s.state) for s in p.sources] for p in model.projects}
    assert told["INI-01"] == [("Jira", 0, "fresh"), ("Project Server", 34, "stale")]
    assert told["INI-02"] == [
        ("Jira", 0, "fresh"),
        ("Planner Premium", 2, "fresh"),
        ("Project Online export", 2220, "history"),
    ]
    assert told["INI-05"] == [("Jira", 0, "fresh"), ("Project XML file", 528, "failed")]
    assert told["INI-06"] == [("Jira", 0, "fresh")]


def test_a_source_that_is_declared_as_history_is_no_stale_one_in_header_and_gaps() -> None:
    given = rows()
    read = {"complete_at": datetime(2026, 11, 23, 5), "data_at": datetime(2026, 8, 22), "outcome": "complete"}
    given["source_state"].append({"source": "online", "kind": "odata_dump", **read})
    model = build(MemoryReader(given), **inputs())
    assert {s.name: s.state for s in model.sources}["online"] == "history"
    assert not [gap for gap in model.gaps if any("online" in item for item in gap.items)]
    for row in given["project_sources"]:
        row["source_is_history"] = False
    assert {s.name: s.state for s in build(MemoryReader(given), **inputs()).sources}["online"] == "stale"


def test_two_sources_of_one_kind_are_told_apart_by_their_names() -> None:
    given = rows()
    extra = {"project_id": initiative("INI-01"), "name": "Wave 2", "tool": "jira_data_center", "origin": "tracker"}
    given["project_sources"].append(
        extra
        | {"source": "jira_eu", "source_project_id": "jira_eu:project:1", "role": "current", "source_is_history": False}
    )
    told = {p.ref.key: [s.tool_name for s in p.sources] for p in build(MemoryReader(given), **inputs()).projects}
    assert told["INI-01"] == ["Jira jira", "Jira jira_eu", "Project Server"]
    assert told["INI-02"][0] == "Jira"


def test_every_kind_of_source_has_a_name_in_every_language() -> None:
    kinds = {
        kind for one in get_args(get_args(SourceSettings)[0]) for kind in get_args(one.model_fields["kind"].annotation)
    }
    assert set(TOOL_NAMES) == kinds
    assert all(set(names) == set(LANGUAGES) for names in TOOL_NAMES.values())
    assert tool_name("unheard_of", "mine", "en") == "mine"
