"""Time that is booked while both run: what Tempo is told shows in Jira at once, and the other way round."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests

from sandbox.jira.fields import spent_seconds
from sandbox.jira.serving import serve_jira


def booking(world, **more):
    told = {"issueId": world.issue_id(world.sums), "authorAccountId": world.ada, "timeSpentSeconds": 5000}
    return told | {"startDate": "2026-03-10", "startTime": "14:30:00", "description": "Sums"} | more


def test_time_booked_in_tempo_is_a_worklog_of_the_app_in_jira(world, tempo):
    account = [{"key": "_Account_", "value": "ALPHA-CAPEX"}]
    status, made = tempo.post("/4/worklogs", booking(world, billableSeconds=1800, attributes=account))
    assert status == 200
    assert (made["author"]["accountId"], made["timeSpentSeconds"], made["billableSeconds"]) == (world.ada, 5000, 1800)
    assert (made["startDate"], made["startTime"]) == ("2026-03-10", "14:30:00")
    assert made["attributes"]["values"] == account
    issue = world.jira.need_issue(world.sums)
    [copy] = issue.worklogs
    assert (copy.author, copy.seconds, copy.started) == (
        world.tempo.app,
        5000,
        datetime(2026, 3, 10, 13, 30, tzinfo=UTC),
    )
    assert (spent_seconds(issue), issue.updated) == (5000, world.jira.now)
    assert tempo.get(f"/4/worklogs/{made['tempoWorklogId']}")[1] == made


def test_jira_serves_what_was_booked_in_tempo(world, tempo):
    tempo.post("/4/worklogs", booking(world))
    with serve_jira(world.jira) as jira:
        site, sign_in = f"{jira.url}/rest/api/3/issue/{world.sums}", (world.jira.email, world.jira.token)
        [worklog] = requests.get(f"{site}/worklog", auth=sign_in, timeout=10).json()["worklogs"]
        shown = requests.get(f"{site}?fields=timespent", auth=sign_in, timeout=10).json()
    assert worklog["author"]["displayName"] == "Timesheets by Tempo"
    assert shown["fields"]["timespent"] == worklog["timeSpentSeconds"] == 5000


def test_corrections_and_deletions_reach_jira(world, tempo):
    _, made = tempo.post("/4/worklogs", booking(world))
    address = f"{tempo.url}/4/worklogs/{made['tempoWorklogId']}"
    changed = tempo.session.put(address, json=booking(world, timeSpentSeconds=3600, startDate="2026-03-09")).json()
    assert (changed["timeSpentSeconds"], changed["startDate"]) == (3600, "2026-03-09")
    issue = world.jira.need_issue(world.sums)
    assert spent_seconds(issue) == 3600
    assert tempo.session.delete(address).status_code == 204
    assert (issue.worklogs, tempo.session.delete(address).status_code) == ([], 404)


def test_time_booked_in_jira_shows_in_tempo_and_stays_the_persons(world, tempo):
    before = tempo.ids()
    started = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    number = world.jira.add_worklog(world.sums, author=world.ada, started=started, hours=Decimal(2))
    [fresh] = set(tempo.ids()) - set(before)
    kept = world.tempo.worklogs[fresh]
    assert (kept.jira_id, kept.author, kept.seconds) == (number, world.ada, 7200)
    assert world.jira.worklogs[number].author == world.ada
    assert set(tempo.ids()) == {*before, fresh}, "and once only"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issueId": 99999}, "Issue not found"),
        ({"issueId": None}, "'issueId' is required"),
        ({"timeSpentSeconds": 0}, "must be a positive number"),
        ({"startDate": "10.03.2026"}, "yyyy-MM-dd"),
        ({"startTime": "noon"}, "HH:mm:ss"),
        ({"authorAccountId": "nobody"}, "nobody"),
        ({"attributes": [{"key": "_Account_", "value": "NONE"}]}, "NONE"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(world, tempo, wrong, words):
    status, answer = tempo.post("/4/worklogs", booking(world, **wrong))
    assert status == 400
    assert words in answer["errors"][0]["message"]
    assert world.jira.need_issue(world.sums).worklogs == []


def test_a_token_that_may_only_read_books_nothing(world, tempo):
    world.tempo.scopes.discard("worklogs:manage")
    assert tempo.post("/4/worklogs", booking(world))[0] == 403
