"""The sprints of the agile teams: fortnights without gaps, and stories that were in those that they were worked on."""

from itertools import pairwise

import pytest

from sandbox.company import PROFILES
from sandbox.company.fill import fill_jira
from sandbox.company.sprints import FORTNIGHT
from sandbox.jira.site import JiraSite


@pytest.fixture
def agile(company):
    methods = {profile.jira: profile.method for profile in PROFILES}
    return [e.tracker for e in company.endeavours if methods.get(e.tracker.key) == "agile"]


def stories(tracker):
    return [issue for issue in tracker.issues if issue.sprints]


def test_agile_teams_have_sprints_and_others_have_none(company, agile):
    assert {e.tracker.key for e in company.endeavours if e.tracker.sprints} == {tracker.key for tracker in agile}
    assert len(agile) >= 3
    for tracker in company.endeavours:
        assert bool(stories(tracker.tracker)) == bool(tracker.tracker.sprints)


def test_sprints_are_fortnights_without_gaps_and_their_states_follow_from_the_day(company, agile):
    for tracker in agile:
        starts = [sprint.start.replace(tzinfo=None) for sprint in tracker.sprints]
        assert all(after - before == FORTNIGHT for before, after in pairwise(starts))
        states = [sprint.state for sprint in tracker.sprints]
        assert states == sorted(states, key=("closed", "active", "future").index)
        assert states.count("future") == 2
        assert states.count("active") <= 1
        for sprint in tracker.sprints:
            assert (sprint.completed is not None) == (sprint.state == "closed")
            assert (sprint.end.date() < company.today) == (sprint.state == "closed")


def test_a_story_was_in_the_sprints_from_its_begin_to_its_end(agile):
    for tracker in agile:
        for issue in stories(tracker):
            assert list(issue.sprints) == list(range(issue.sprints[0], issue.sprints[-1] + 1))
            last = tracker.sprints[issue.sprints[-1] - 1]
            if issue.resolved is not None:
                assert last.start <= issue.resolved < last.start + FORTNIGHT


def test_the_history_leads_to_the_sprints_of_today_and_touches_nothing_later(agile):
    carried = 0
    for tracker in agile:
        for issue in stories(tracker):
            moves = [change for change in issue.history if change.field == "Sprint"]
            carried += len(moves) > 1
            assert all(issue.created < move.at <= issue.updated for move in moves)
            assert list(issue.history) == sorted(issue.history, key=lambda change: change.at)
            for before, after in pairwise(moves):
                assert after.before == before.after
            if moves:
                assert moves[-1].after == ", ".join(map(str, issue.sprints))
    assert carried > 10


def test_the_tracker_shows_them_by_its_own_ids(company, agile):
    site = JiraSite()
    fill_jira(company, site)
    assert [board.type for board in site.boards.values()] == ["scrum"] * len(agile)
    tracker = agile[-1]
    board = next(one for one in site.boards.values() if site.projects[one.project_id].key == tracker.key)
    numbers = {one.name: one.id for one in site.sprints.values() if one.board_id == board.id}
    assert list(numbers) == [sprint.name for sprint in tracker.sprints]
    for issue in stories(tracker):
        expected = [numbers[tracker.sprints[number - 1].name] for number in issue.sprints]
        filled = site.need_issue(issue.key)
        assert filled.sprints == expected
        entries = [item for entry in filled.histories for item in entry.items if item.field == "Sprint"]
        if entries:
            assert entries[-1].after_id == ", ".join(map(str, expected))
