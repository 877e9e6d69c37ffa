"""What is read in a run, from what was read before and what Jira says of its projects."""

import pytest

from connectors.jira.cloud.issues import absolute, relative
from connectors.jira.cloud.plan import CHANGES, Seen, plan
from connectors.jira.positions import DAY_MS, MINUTE_MS, WEEK_MS, read_position, write_position
from portfolio.ports import Partition

NOW = 1_795_413_600_000
HOUR_MS = 60 * MINUTE_MS
READ = {"updated_ms": NOW - 9 * HOUR_MS, "until_ms": NOW - HOUR_MS, "observed_ms": NOW - HOUR_MS, "issues": 5}


def stamp(moment_ms):
    """As Jira writes instants: text with an offset (any shape that `milliseconds` takes)."""
    return moment_ms


def project(changed_ms=NOW - 8 * HOUR_MS, total=5):
    return {"insight": {"lastIssueUpdateTime": stamp(changed_ms), "totalIssueCount": total}}


def planned(projects, cursors, readings=None, now_ms=NOW):
    seen = Seen(projects, readings or dict.fromkeys(projects, 7), now_ms)
    return plan(seen, {p: write_position(**numbers) for p, numbers in cursors.items()}, overlap_minutes=10)


def issues(native="1", reading=7, **more):
    return {Partition("issues", native): READ | {"reading": reading} | more}


def census(native="1", **numbers):
    return {Partition("census", native): {"observed_ms": NOW - HOUR_MS, "reading": 7, "issues": 5} | numbers}


def covered(until_ms=NOW - HOUR_MS, **projects):
    return {CHANGES: {"until_ms": until_ms, "forced_ms": NOW - HOUR_MS} | projects}


def test_a_project_is_read_whole_the_first_time():
    assert planned({"1": project()}, {}).load == ["1"]


def test_a_project_is_read_whole_again_where_its_rows_would_differ():
    assert planned({"1": project()}, issues(reading=6)).load == ["1"]


def test_a_reading_that_broke_off_goes_on_as_a_whole_reading():
    assert planned({"1": project()}, {Partition("issues", "1"): {"updated_ms": 5, "reading": 7}}).load == ["1"]


@pytest.mark.parametrize(
    ("changed_ms", "asked"),
    [(NOW - 8 * HOUR_MS, False), (NOW - HOUR_MS - 5 * MINUTE_MS, True), (NOW, True), (None, True)],
    ids=["not changed since", "changed while search settled", "changed since", "nobody knows"],
)
def test_changes_are_asked_for_where_there_may_be_some(changed_ms, asked):
    found = planned({"1": project(changed_ms)}, issues() | covered())
    assert (found.load, "1" in found.changes.since_ms) == ([], asked)


def test_changes_count_from_ten_minutes_before_the_last_reading():
    found = planned({"1": project(NOW)}, issues())
    assert found.changes.since_ms == {"1": (NOW - HOUR_MS - 10 * MINUTE_MS) // MINUTE_MS * MINUTE_MS}


def test_once_a_day_all_projects_are_asked_for_from_where_they_all_were_last_time():
    """What Jira's hint kept back has changed before the end of searches that went on without it."""
    yesterday = NOW - DAY_MS - MINUTE_MS
    cursors = issues(until_ms=NOW - WEEK_MS) | {CHANGES: {"until_ms": NOW - HOUR_MS, "forced_ms": yesterday, "1": 7}}
    found = planned({"1": project()}, cursors).changes
    assert found.since_ms == {"1": yesterday - 10 * MINUTE_MS}
    assert read_position(found.position(NOW)) == {"until_ms": NOW, "forced_ms": NOW, "1": 7}


def test_a_search_of_all_projects_that_broke_off_counts_as_far_as_it_came():
    cursors = issues(until_ms=NOW - WEEK_MS) | {CHANGES: {"until_ms": NOW, "forced_ms": NOW - WEEK_MS, "1": 7}}
    reached = read_position(planned({"1": project()}, cursors).changes.position(NOW - 2 * DAY_MS))
    again = planned({"1": project()}, issues(until_ms=NOW - WEEK_MS) | {CHANGES: reached}).changes
    assert again.since_ms == {"1": NOW - 2 * DAY_MS - 10 * MINUTE_MS}


def test_a_search_that_left_projects_out_does_not_count_as_one_of_all():
    found = planned({"1": project()}, issues() | covered(**{"1": 7})).changes
    assert read_position(found.position(NOW))["forced_ms"] == NOW - HOUR_MS


def test_a_project_that_was_out_of_sight_counts_from_where_its_own_reading_ended():
    """Else what changed in it meanwhile would be lost: the search for changes went on without it."""
    cursors = issues("1", until_ms=NOW - WEEK_MS) | issues("2", until_ms=NOW - WEEK_MS)
    cursors[CHANGES] = {"until_ms": NOW - HOUR_MS, "forced_ms": NOW - HOUR_MS, "2": 7}
    since = planned({"1": project(NOW), "2": project(NOW)}, cursors).changes.since_ms
    assert since["2"] - since["1"] == WEEK_MS - HOUR_MS


def test_a_project_without_changes_is_covered_all_the_same():
    cursors = issues("1") | issues("2") | {CHANGES: {"until_ms": NOW - HOUR_MS, "forced_ms": NOW, "1": 7, "2": 7}}
    found = planned({"1": project(NOW), "2": project()}, cursors)
    assert set(found.changes.since_ms) == {"1"}
    assert found.changes.covered == {"1": 7, "2": 7}


@pytest.mark.parametrize(
    ("cursors", "total", "due"),
    [
        ({}, 5, None),
        (issues(), 5, None),
        (issues(), 6, "count"),
        (issues() | census(issues=6), 6, None),
        (issues() | census(issues=6), 5, "count"),
        (issues(observed_ms=NOW - WEEK_MS - 1), 5, "census"),
        (issues() | census(observed_ms=NOW - WEEK_MS - 1), 5, "census"),
        (issues(reading=6), 5, "census"),
        (issues(), None, None),
        ({Partition("issues", "1"): {"updated_ms": 5, "reading": 7}}, 5, "census"),
    ],
    ids=[
        "not before the first pull",
        "not after a whole reading: that was one",
        "when the number of issues differs, and not by what is new",
        "not while the number stays as counted",
        "when the number differs from the last count, and not by what is new",
        "a week after the whole reading",
        "a week after the last one",
        "when issues are read in another way",
        "not where Jira gives no number",
        "after a reading that broke off: what it read may be gone",
    ],
)
def test_a_census_is_taken(cursors, total, due):
    found = planned({"1": project(total=total)}, cursors | covered(**{"1": 7}) if cursors else {})
    assert {"1" in found.census: "census", "1" in found.counts: "count"}.get(True) == due


def test_where_somebody_worked_new_issues_are_counted_though_the_number_is_the_same():
    """One may have been deleted and another created."""
    found = planned({"1": project(NOW)}, issues() | covered(**{"1": 7}))
    assert (found.census, found.counts["1"].issues, found.counts["1"].counted_ms) == ([], 5, NOW - HOUR_MS)


@pytest.mark.parametrize(
    ("changed_ms", "expected"),
    [
        (NOW - 30 * MINUTE_MS, {"1": NOW - 30 * MINUTE_MS}),
        (NOW - 9 * MINUTE_MS, {}),
        (NOW - 2 * DAY_MS, {}),
        (None, {}),
    ],
    ids=["search must know it", "search may not know it yet", "before the bound", "nobody knows"],
)
def test_a_change_that_jira_tells_of_must_show(changed_ms, expected):
    assert planned({"1": project(changed_ms)}, issues() | covered(**{"1": 7})).changes.expected_ms == expected


def test_a_change_that_did_not_show_holds_up_its_own_project_for_a_day():
    missed = NOW - 5 * HOUR_MS
    cursors = issues("1") | issues("2") | covered(**{"1": 7, "2": 7, "held_1": missed})
    since = planned({"1": project(missed), "2": project(NOW)}, cursors).changes.since_ms
    assert since["1"] == (missed - 10 * MINUTE_MS) // MINUTE_MS * MINUTE_MS
    assert since["2"] == (NOW - HOUR_MS - 10 * MINUTE_MS) // MINUTE_MS * MINUTE_MS
    later = NOW + DAY_MS
    found = planned({"1": project(missed), "2": project(NOW)}, cursors, now_ms=later).changes
    assert "1" not in found.expected_ms, "hidden from us, most likely"


def test_a_change_must_show_however_rarely_we_ask():
    """A run a week: the change may be days old when it is missed for the first time."""
    week_ago = NOW - WEEK_MS
    cursors = issues(until_ms=week_ago, observed_ms=week_ago) | covered(until_ms=week_ago, **{"1": 7})
    changed = NOW - 3 * DAY_MS
    assert planned({"1": project(changed)}, cursors).changes.expected_ms == {"1": changed}


def test_the_newest_change_that_was_shown_must_show_again_while_searches_overlap():
    cursors = issues() | {CHANGES: {"until_ms": NOW - HOUR_MS, "newest_ms": NOW - HOUR_MS, "forced_ms": NOW, "1": 7}}
    assert planned({"1": project(None)}, cursors).changes.expected_ms == {"": NOW - HOUR_MS}
    cursors[CHANGES]["newest_ms"] -= 2 * HOUR_MS
    assert planned({"1": project(None)}, cursors).changes.expected_ms == {}


def test_the_bound_is_a_plain_number_and_there_is_no_upper_one():
    assert absolute({"1": None}) == "project = 1 ORDER BY updated ASC, key ASC"
    assert absolute({"1": 5, "2": 5}) == "project in (1, 2) AND updated >= 5 ORDER BY updated ASC, key ASC"
    assert absolute({"1": 5, "2": 6}) == (
        "(project = 1 AND updated >= 5) OR (project = 2 AND updated >= 6) ORDER BY updated ASC, key ASC"
    )


def test_a_relative_bound_reaches_back_a_little_further():
    asked = relative({"1": NOW - HOUR_MS}, NOW + 59_999)
    assert asked == "project = 1 AND updated >= -62m ORDER BY updated ASC, key ASC"
    assert relative({"1": None}, NOW) == absolute({"1": None})
