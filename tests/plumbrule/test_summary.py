"""What a command says at its end: numbers with the word that goes with them, and joins that are likely."""

import json
from decimal import Decimal

import pytest

from plumbrule.summary import Summary
from portfolio.counted import counted
from portfolio.errors import ExitCode
from portfolio.ports import Traffic
from sync.outcome import Failure, PartitionReport, PullReport, SourceReport, braked

AS_OF = "2026-11-23T06:00:00Z"
LIKELY = {
    "kind": "projects",
    "left_id": "online:project:1",
    "right_id": "planner:project:2",
    "left_name": "Harbour",
    "right_name": "Harbour",
    "confidence_ratio": Decimal("1.000000"),
    "method": "by name",
    "settings_lines": '[initiatives."Harbour"]\nprojects = ["planner:Harbour"]\nsupersedes = ["online:Harbour"]',
}


@pytest.mark.parametrize(
    ("number", "words", "told"),
    [
        (0, ("project",), "0 projects"),
        (1, ("project",), "1 project"),
        (2, ("project",), "2 projects"),
        (1, ("person", "people"), "1 person"),
        (0, ("person", "people"), "0 people"),
    ],
)
def test_a_number_and_its_word(number: int, words: tuple[str, ...], told: str) -> None:
    assert counted(number, *words) == told


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_count_of_a_portfolio_is_said_in_the_form_of_its_number(number: int) -> None:
    names = ("projects", "items", "time entries", "people", "unreadable records")
    text = Summary(AS_OF, counts=dict.fromkeys(names, number)).as_text()
    many = "projects, {n} items, {n} time entries, {n} people, {n} unreadable records"
    one = "project, {n} item, {n} time entry, {n} person, {n} unreadable record"
    assert text == f"portfolio  {number} " + (one if number == 1 else many).format(n=number)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "jira       complete: 1 request, 1 row new or changed, 1 record could not be read"),
        (2, "jira       complete: 2 requests, 2 rows new or changed, 2 records could not be read"),
    ],
)
def test_what_a_source_did_is_said_in_the_form_of_its_number(number: int, told: str) -> None:
    part = PartitionReport("jira", "issues", "1", "A", outcome="complete", rows_changed=number, rejections=number)
    source = SourceReport("jira", "jira_cloud", "complete", "bot", None, (part,), traffic=Traffic(requests=number))
    assert Summary(AS_OF, pulled=PullReport("complete", (source,))).as_text() == told


def test_where_more_is_told_of_errors_is_said_once_and_last() -> None:
    gone, cut = (Failure(f"remote.{w}", w, "Wait.", ExitCode.REMOTE) for w in ("unreachable", "unavailable"))
    sources = tuple(
        SourceReport(f"s{n}", "pwa", "failed", None, error, (), traffic=Traffic())
        for n, error in enumerate((gone, gone, cut))
    )
    for kept, told in ((2, "remote.unreachable`"), (3, "CODE` of each code, such as remote.unreachable")):
        lines = Summary(AS_OF, pulled=PullReport("failed", sources[:kept])).as_text().splitlines()
        assert lines[-1] == f"  = more: `plumbrule explain {told}"
        assert sum("= more" in line for line in lines) == 1


def test_records_that_are_held_back() -> None:
    assert braked(1).what.startswith("1 record is no longer listed")
    assert braked(30).what.startswith("30 records are no longer listed")


def test_a_likely_join_is_told_with_its_likeness_and_the_lines_to_paste_and_is_no_failure() -> None:
    logins = {**LIKELY, "kind": "people", "settings_lines": "[[people]]\nsame = []"}
    found = Summary(AS_OF, likely=[LIKELY, logins])
    assert found.as_text().splitlines() == [
        "likely     1 pair of projects and 1 pair of logins may be one; none was joined. Next: plumbrule match suggest",
        "  Harbour (online) and Harbour (planner), 100% alike. To join them:",
        '    [initiatives."Harbour"]',
        '    projects = ["planner:Harbour"]',
        '    supersedes = ["online:Harbour"]',
    ]
    assert found.exit_code("low") == ExitCode.DONE
    told = json.loads(found.as_json())["likely_joins"]
    assert [(one["kind"], one["confidence_ratio"]) for one in told] == [
        ("projects", "1.000000"),
        ("people", "1.000000"),
    ]
    assert told[0]["settings_lines"] == LIKELY["settings_lines"]


def test_a_circle_of_units_is_told() -> None:
    found = Summary(AS_OF, circles=["hr: org.csv: unit `A` lies in itself"])
    assert found.as_text().splitlines() == [
        "tables     1 circle of units; rules look up to five levels round it",
        "  hr: org.csv: unit `A` lies in itself",
    ]
    assert json.loads(found.as_json())["unit_circles"] == ["hr: org.csv: unit `A` lies in itself"]
