"""What is said of a source that was slow, of a token that ends, and of clocks that differ."""

import json
from datetime import date, timedelta

import pytest

from plumbrule.summary import Summary
from plumbrule.summary_lines import Written
from plumbrule.told_traffic import duration, expiry, skew, waiting
from portfolio.errors import ExitCode
from portfolio.ports import OWN_PACE, Traffic
from sync.outcome import Failure, PartitionReport, PullReport, SourceReport

TODAY = date(2026, 11, 23)


def test_waiting_is_told_with_its_reasons_the_longest_first():
    traffic = Traffic(waited_by_reason={"not available (503)": 30.4, "jira-burst-based": 170.0, OWN_PACE: 59.0})
    assert waiting(traffic) == (
        "its requests waited 3 min 20 s in all: 2 min 50 s jira-burst-based, 30 s not available (503)"
    )


def test_our_own_limit_is_told_when_it_costs_a_minute():
    told = waiting(Traffic(waited_by_reason={OWN_PACE: 61.0}))
    assert told == f"its requests waited 1 min 1 s in all: 1 min 1 s {OWN_PACE}"


def test_a_run_without_waiting_says_nothing():
    assert waiting(Traffic(waited_by_reason={"lost connection": 2.0})) == ""


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (31, ""),
        (30, "expires in 30 days (2026-12-23)"),
        (1, "expires tomorrow (2026-11-24)"),
        (0, "expires today (2026-11-23)"),
        (-1, "expired on 2026-11-22"),
    ],
)
def test_a_token_that_ends_is_told_about_in_time(days, words):
    told = expiry(TODAY + timedelta(days=days), TODAY)
    assert bool(told) == bool(words)
    assert words in told


@pytest.mark.parametrize(
    ("what", "days", "words"),
    [
        ("certificate", 3, "its certificate expires in 3 days (2026-11-26); make a new one, add it to the app reg"),
        ("certificate", -1, "warning: its certificate expired on 2026-11-22; a new one is needed now"),
        ("client secret", 3, "its client secret expires in 3 days (2026-11-26); make a new one for the app reg"),
        ("client secret", -1, "by the configuration its client secret expired on 2026-11-22; it still works"),
        ("sign-in", 3, "its sign-in expires in 3 days (2026-11-26); every run renews it"),
        ("sign-in", -1, "its sign-in expired on 2026-11-22; sign in again"),
    ],
)
def test_what_ends_is_named_with_what_helps_against_it(what, days, words):
    assert words in expiry(TODAY + timedelta(days=days), TODAY, what)


def test_a_token_whose_end_is_not_known_is_not_guessed_at():
    assert expiry(None, TODAY) == ""


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(None, ""), (119.0, ""), (-119.0, ""), (300.0, "5 min ahead of"), (-7200.0, "2 h 0 min behind")],
)
def test_clocks_that_differ_are_told(ahead, words):
    told = skew(Traffic(clock_ahead_seconds=ahead))
    assert bool(told) == bool(words)
    assert words in told


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.6, "1 min"), (61, "1 min 1 s"), (3661, "1 h 1 min")])
def test_durations_are_told_as_people_say_them(seconds, said):
    assert duration(seconds) == said


@pytest.mark.parametrize(("other", "code"), [("complete", ExitCode.PARTIAL), ("failed", ExitCode.REMOTE)])
def test_a_source_that_sent_us_away_ends_the_run_with_5_unless_another_was_read(other, code):
    away = Failure("remote.rate_limited", "later", exit_code=ExitCode.REMOTE)
    read = PartitionReport("jira", "issues", "1", "", "complete", pages=1)
    parts = (read, PartitionReport("jira", "issues", "2", "", "failed", failure=away))
    failure = None if other == "complete" else Failure("remote.unavailable", "away", exit_code=ExitCode.REMOTE)
    sources = (
        SourceReport("jira", "jira_cloud", "partial", "Bot", None, parts),
        SourceReport("plans", "pwa", other, "Bot", failure, ()),
    )
    assert Summary("2026-11-23T06:00:00Z", pulled=PullReport("partial", sources)).exit_code("never") == code


def test_what_failed_alike_is_told_once_with_its_remedy():
    away = Failure("remote.rate_limited", "later", "Run again after 07:00.", ExitCode.REMOTE)
    other = Failure("remote.bad_json", "broken", "Run again.", ExitCode.REMOTE)
    parts = [PartitionReport("jira", "issues", str(n), f"P{n}", "failed", failure=away) for n in range(8)]
    parts.append(PartitionReport("jira", "versions", "1", "P1", "failed", failure=other))
    source = SourceReport("jira", "jira_cloud", "failed", "Bot", None, tuple(parts))
    told = Summary("2026-11-23T06:00:00Z", pulled=PullReport("failed", (source,))).as_text().splitlines()
    assert told[1:] == [
        "  issues of P0: later",
        "  issues of P1: later",
        "  issues of P2: later",
        "  and 5 more like these: issues of P3, issues of P4, issues of P5, …",
        "  = help: Run again after 07:00.",
        "  versions of P1: broken",
        "  = help: Run again.",
    ]


def test_waiting_while_writing_is_told_with_the_writes():
    traffic = {"jira": Traffic(requests=3, waited_by_reason={"jira-per-issue-on-write": 30.0})}
    summary = Summary("2026-11-23T06:00:00Z", written=Written(3, traffic=traffic))
    assert summary.as_text().splitlines() == [
        "writes     3 planned, 0 applied",
        "  jira: its requests waited 30 s in all: 30 s jira-per-issue-on-write",
    ]
    assert json.loads(summary.as_json())["writes"]["traffic"]["jira"]["requests"] == 3


def test_a_summary_tells_it_below_the_source_and_in_full_to_machines():
    traffic = Traffic(requests=7, throttled=2, waited_by_reason={"jira-burst-based": 90.0}, by_endpoint={"GET /x": 7})
    source = SourceReport("jira", "jira_cloud", "complete", "Bot", None, (), traffic, TODAY + timedelta(days=3))
    summary = Summary("2026-11-23T06:00:00Z", pulled=PullReport("complete", (source,)))
    assert summary.as_text().splitlines()[:3] == [
        "jira       complete: 7 requests, 0 rows new or changed, throttled 2 times",
        "  its requests waited 1 min 30 s in all: 1 min 30 s jira-burst-based",
        "  warning: its token expires in 3 days (2026-11-26);"
        " make a new one in time, and state its day in `token_expires_on`",
    ]
    for told in (
        '"by_endpoint": {\n          "GET /x": 7',
        '"token_expires_on": "2026-11-26"',
        '"waited_seconds": 90.0',
    ):
        assert told in summary.as_json()
