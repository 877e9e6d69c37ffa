"""Booked time as Tempo's REST v4 gives it, and its copies in Jira."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tempo_world import MONDAY

from sandbox.tempo import Booked, RefusedByTempo


def test_a_worklog_names_the_issue_and_the_author_by_id_only(world, tempo):
    status, one = tempo.get(f"/4/worklogs/{world.ada_form}")
    assert status == 200
    assert one["issue"]["id"] == world.issue_id(world.form)
    assert "key" not in one["issue"]
    assert one["author"]["accountId"] == world.ada
    assert "displayName" not in one["author"]
    assert (one["timeSpentSeconds"], one["billableSeconds"]) == (5400, 3600)
    assert (one["startDate"], one["startTime"]) == ("2026-03-09", "09:00:00")
    assert one["startDateTimeUtc"] == "2026-03-09T08:00:00Z"
    assert (one["createdAt"], one["updatedAt"]) == ("2026-03-11T12:00:00Z", "2026-03-11T12:00:00Z")
    assert one["description"] == "Fields"
    assert one["attributes"]["values"] == [{"key": "_Account_", "value": "ALPHA-CAPEX"}]


def test_the_day_is_the_persons_own_day_wherever_they_sit(world, tempo):
    _, one = tempo.get(f"/4/worklogs/{world.bo_form}")
    assert (one["startDate"], one["startDateTimeUtc"]) == ("2026-03-09", "2026-03-08T20:00:00Z")


def test_the_copy_in_jira_belongs_to_the_app_and_has_the_same_hours(world):
    kept = world.tempo.worklogs[world.ada_form]
    copy = world.jira.worklogs[kept.jira_id]
    assert (copy.author, copy.seconds) == (world.tempo.app, 5400)
    assert world.jira.users[copy.author].account_type == "app"
    assert world.jira.need_issue(world.form).updated == world.jira.now


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["ada_form", "bo_form", "bo_move"]),
        ({"from": "2026-03-09"}, ["ada_form", "bo_form"]),
        ({"to": "2026-03-08"}, ["bo_move"]),
        ({"from": "2026-03-02", "to": "2026-03-02"}, ["bo_move"]),
        ({"updatedFrom": "2026-03-12"}, ["bo_form", "bo_move"]),
        ({"updatedFrom": "2026-03-11T12:00:01Z"}, ["bo_form", "bo_move"]),
        ({"updatedFrom": "2026-03-13"}, []),
        ({"orderBy": "START_DATE_TIME"}, ["bo_move", "ada_form", "bo_form"]),
        ({"orderBy": "UPDATED"}, ["ada_form", "bo_form", "bo_move"]),
        ({"offset": 1, "limit": 1}, ["bo_form"]),
    ],
)
def test_lists_hold_what_was_asked_for(world, tempo, query, expected):
    assert tempo.ids(**query) == [getattr(world, name) for name in expected]


def test_lists_can_be_of_one_project_issue_person_team_or_account(world, tempo):
    alpha = world.project_id("ALPHA")
    both = [world.ada_form, world.bo_form]
    assert tempo.ids(projectId=alpha) == both
    assert tempo.ids(projectId=[alpha, world.project_id("BETA")]) == [*both, world.bo_move]
    assert tempo.ids(issueId=world.issue_id(world.move)) == [world.bo_move]
    assert tempo.ids(f"/4/worklogs/project/{alpha}", **{"from": "2026-03-01"}) == both
    assert tempo.ids(f"/4/worklogs/issue/{world.issue_id(world.form)}") == both
    assert tempo.ids(f"/4/worklogs/user/{world.bo}") == [world.bo_form, world.bo_move]
    assert tempo.ids("/4/worklogs/account/ALPHA-CAPEX") == [world.ada_form]
    team = world.tempo.add_team("Alphas", [world.ada])
    assert tempo.ids(f"/4/worklogs/team/{team.id}") == [world.ada_form]


def test_a_moved_issue_takes_its_time_along_and_keeps_its_id(world, tempo):
    world.jira.move_issue(world.form, "BETA")
    assert tempo.ids(projectId=world.project_id("ALPHA")) == []
    assert tempo.ids(projectId=world.project_id("BETA")) == [world.ada_form, world.bo_form, world.bo_move]


def test_pages_hold_50_unless_asked_5000_at_most_and_tell_the_next_as_a_whole_address(world, tempo):
    for offset in range(120):
        day = MONDAY - timedelta(days=7 * (offset % 4))
        world.tempo.add_worklog(world.sums, author=world.ada, day=day, hours=Decimal("0.25"))
    alpha = world.project_id("ALPHA")
    _, first = tempo.get("/4/worklogs", projectId=alpha, updatedFrom="2026-03-12")
    assert first["metadata"] == {
        "count": 50,
        "offset": 0,
        "limit": 50,
        "next": f"{tempo.url}/4/worklogs?projectId={alpha}&updatedFrom=2026-03-12&offset=50&limit=50",
    }
    everything = tempo.follow("/4/worklogs", projectId=alpha, limit=7)
    assert len({one["tempoWorklogId"] for one in everything}) == len(everything) == 122
    _, last = tempo.get("/4/worklogs", offset=120, limit=50)
    assert "next" not in last["metadata"]
    assert last["metadata"]["previous"] == f"{tempo.url}/4/worklogs?offset=70&limit=50"
    _, most = tempo.get("/4/worklogs", limit=9000)
    assert most["metadata"]["limit"] == 5000


def test_the_order_can_be_turned_because_it_is_not_documented(world, tempo):
    world.tempo.descending = True
    assert tempo.ids(orderBy="UPDATED") == [world.bo_move, world.bo_form, world.ada_form]


def test_a_search_by_body_filters_by_authors_too(world, tempo):
    status, found = tempo.post("/4/worklogs/search", {"authorIds": [world.bo], "from": "2026-03-05"}, limit=10)
    assert status == 200
    assert [one["tempoWorklogId"] for one in found["results"]] == [world.bo_form]
    _, found = tempo.post("/4/worklogs/search", {"issueIds": [world.issue_id(world.move)]})
    assert [one["tempoWorklogId"] for one in found["results"]] == [world.bo_move]


def test_ids_are_told_both_ways_and_gone_ones_are_left_out(world, tempo):
    jira_id = world.tempo.worklogs[world.bo_move].jira_id
    pair = {"tempoWorklogId": world.bo_move, "jiraWorklogId": jira_id}
    assert tempo.post("/4/worklogs/tempo-to-jira", {"tempoWorklogIds": [world.bo_move, 999]})[1]["results"] == [pair]
    assert tempo.post("/4/worklogs/jira-to-tempo", {"jiraWorklogIds": [jira_id]})[1]["results"] == [pair]


def test_a_correction_is_seen_in_both_and_billable_hours_follow_the_hours(world, tempo):
    world.jira.wait(hours=1)
    world.tempo.edit_worklog(world.bo_form, hours=3, day=date(2026, 3, 10))
    world.tempo.edit_worklog(world.ada_form, hours=3, account="INTERNAL")
    _, bo = tempo.get(f"/4/worklogs/{world.bo_form}")
    assert (bo["timeSpentSeconds"], bo["billableSeconds"], bo["startDate"]) == (10800, 10800, "2026-03-10")
    _, ada = tempo.get(f"/4/worklogs/{world.ada_form}")
    assert (ada["timeSpentSeconds"], ada["billableSeconds"]) == (10800, 3600)
    assert ada["updatedAt"] == "2026-03-12T13:00:00Z"
    copy = world.jira.worklogs[world.tempo.worklogs[world.bo_form].jira_id]
    assert (copy.seconds, copy.started.isoformat()) == (10800, "2026-03-09T20:00:00+00:00")


def test_what_is_deleted_or_corrected_in_jira_is_so_in_tempo(world, tempo):
    form = world.tempo.worklogs[world.bo_form].jira_id
    world.jira.wait(hours=1)
    world.jira.edit_worklog(form, hours=Decimal("0.5"))
    world.jira.delete_issue(world.move)
    assert tempo.ids(orderBy="ID") == [world.ada_form, world.bo_form]
    _, one = tempo.get(f"/4/worklogs/{world.bo_form}")
    assert (one["timeSpentSeconds"], one["billableSeconds"]) == (1800, 1800)
    assert one["updatedAt"] == "2026-03-12T13:00:00Z"
    assert [gone.worklog_id for gone in world.tempo.deletions] == [world.bo_move]


def test_time_that_jira_had_already_can_become_tempos(world, tempo):
    started = world.jira.now
    number = world.jira.add_worklog(world.sums, author=world.ada, started=started, hours=Decimal(1) / 3)
    adopted = world.tempo.adopt(number, Booked(0, "INTERNAL"))
    _, one = tempo.get(f"/4/worklogs/{adopted}")
    assert (one["timeSpentSeconds"], one["billableSeconds"]) == (world.jira.worklogs[number].seconds, 0)
    assert (one["author"]["accountId"], one["startTime"]) == (world.ada, "13:00:00")
    assert world.jira.worklogs[number].author == world.tempo.app


def test_nothing_is_booked_on_closed_accounts_unless_the_site_allows_it(world):
    world.tempo.close_account("INTERNAL")
    with pytest.raises(RefusedByTempo, match="INTERNAL is CLOSED"):
        world.tempo.add_worklog(world.sums, author=world.ada, day=MONDAY, hours=1, booked=Booked(account="INTERNAL"))
    world.tempo.books_on_closed_accounts = True
    world.tempo.add_worklog(world.sums, author=world.ada, day=MONDAY, hours=1, booked=Booked(account="INTERNAL"))
    world.tempo.archive_account("INTERNAL")
    with pytest.raises(RefusedByTempo, match="ARCHIVED"):
        world.tempo.edit_worklog(world.ada_form, account="INTERNAL")


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/4/worklogs", {"from": "11.03.2026"}, "'from' must be valid on the format: 'yyyy-MM-dd'"),
        ("/4/worklogs", {"updatedFrom": "yesterday"}, "'updatedFrom' must be valid"),
        ("/4/worklogs", {"updatedFrom": "2026-03-11T12:00:00"}, "'updatedFrom' must be valid"),
        ("/4/worklogs", {"limit": "many"}, "'limit' must be a positive number"),
        ("/4/worklogs", {"orderBy": "NAME"}, "'orderBy' must be one of"),
        ("/4/worklogs", {"projectId": "ALPHA"}, "'projectId' must hold numbers"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(tempo, path, query, words):
    status, document = tempo.get(path, **query)
    assert status == 400
    assert words in document["errors"][0]["message"]


@pytest.mark.parametrize(
    "path", ["/4/worklogs/9", "/4/worklogs/x", "/4/worklogs/project/9", "/4/worklogs/issue/9", "/4/worklogs/team/9"]
)
def test_what_is_not_there_is_404_with_words(tempo, path):
    status, document = tempo.get(path)
    assert status == 404
    assert "not found" in document["errors"][0]["message"]


def test_a_token_whose_owner_may_not_see_others_sees_nothing_instead_of_an_error(world, tempo):
    world.tempo.sees_everyone = False
    assert tempo.ids() == []
    assert tempo.get(f"/4/worklogs/{world.bo_form}")[0] == 404
