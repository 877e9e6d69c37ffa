"""Tempo beside a Jira Data Center server."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import requests

from sandbox.http import Server
from sandbox.jira.access import Credential
from sandbox.jira.site import JiraSite
from sandbox.tempo import Booked, TempoSite, data_center_routes

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
SEARCH = "/rest/tempo-timesheets/4/worklogs/search"


@pytest.fixture
def jira():
    return JiraSite(edition="data_center", now=NOW)


@pytest.fixture
def tempo(jira):
    ada = jira.add_user("Ada Meier", email="ada@meridian.example")
    bo = jira.add_user("Bo Nkemelu", email="bo@meridian.example")
    for key in ("ALPHA", "BETA"):
        jira.add_project(key, key.title(), lead=ada)
        jira.add_issue(key, "Task", f"Work of {key}", created=NOW, reporter=ada)
    site = TempoSite(jira)
    site.add_account("CAPEX", "Capital", lead=ada, monthly_budget=80)
    site.link_account("CAPEX", "ALPHA", default=True)
    site.ada, site.bo = ada, bo
    booked = Booked(Decimal(1), "CAPEX", "Fields")
    site.add_worklog("ALPHA-1", author=ada, day=date(2026, 3, 9), hours=Decimal("1.5"), booked=booked)
    site.add_worklog("BETA-1", author=bo, day=date(2026, 3, 2), hours=8)
    return site


@pytest.fixture
def call(tempo):
    tempo.jira.access.add(Credential("site", "pat"))
    with Server(data_center_routes(tempo)) as server, requests.Session() as session:
        session.headers["Authorization"] = "Bearer pat"
        yield lambda method, path, **more: session.request(method, server.url + path, **more)
        assert server.failures == []


def test_a_search_answers_a_bare_list_with_the_fields_of_real_servers(tempo, call):
    first, second = call("POST", SEARCH, json={"from": "2026-03-01", "to": "2026-03-31"}).json()
    assert (first["issue"]["key"], second["issue"]["key"]) == ("BETA-1", "ALPHA-1")
    assert second["worker"] == tempo.ada
    assert second["tempoWorklogId"] == second["originId"]
    assert second["originTaskId"] == second["issue"]["id"]
    assert (second["timeSpentSeconds"], second["billableSeconds"], second["timeSpent"]) == (5400, 3600, "1h 30m")
    assert second["started"] == "2026-03-09 09:00:00.000"
    assert second["dateUpdated"] == "2026-03-11 13:00:00.000"
    assert second["attributes"]["_Account_"]["value"] == "CAPEX"
    assert second["issue"]["projectKey"] == "ALPHA"


def test_the_copy_in_jira_is_the_persons_own(tempo, jira):
    assert {copy.author for copy in jira.worklogs.values()} == {tempo.ada, tempo.bo}


def test_a_search_filters_by_every_list_of_its_body(tempo, jira, call):
    team = tempo.add_team("Bo alone", [tempo.bo])
    alpha = {
        "worker": [tempo.ada],
        "projectKey": ["ALPHA"],
        "projectId": [jira.need_project("ALPHA").id],
        "taskKey": ["ALPHA-1"],
        "accountKey": ["CAPEX"],
    }
    for name, values in alpha.items():
        found = call("POST", SEARCH, json={"from": "2026-03-01", "to": "2026-03-31", name: values}).json()
        assert [one["issue"]["key"] for one in found] == ["ALPHA-1"], name
    found = call("POST", SEARCH, json={"teamId": [team.id]}).json()
    assert [one["issue"]["key"] for one in found] == ["BETA-1"]
    assert call("POST", SEARCH, json={"from": "2026-03-10"}).json() == []
    assert call("POST", SEARCH, json={"from": "10.3.2026"}).status_code == 400
    assert call("POST", SEARCH, json={"worker": "ada"}).status_code == 400


def test_accounts_are_a_bare_list_too_without_archived_ones_unless_asked(tempo, jira, call):
    (account,) = call("GET", "/rest/tempo-accounts/1/account").json()
    assert (account["key"], account["status"], account["monthlyBudget"]) == ("CAPEX", "OPEN", 80)
    assert account["lead"]["key"] == tempo.ada
    tempo.archive_account("CAPEX")
    assert call("GET", "/rest/tempo-accounts/1/account").json() == []
    assert len(call("GET", "/rest/tempo-accounts/1/account?skipArchived=false").json()) == 1
    project = jira.need_project("ALPHA").id
    (link,) = call("GET", f"/rest/tempo-accounts/1/link/project/{project}").json()
    assert (link["accountId"], link["defaultAccount"]) == (account["id"], True)
    assert call("GET", "/rest/tempo-accounts/1/account/key/CAPEX").json()["id"] == account["id"]
    assert call("GET", "/rest/tempo-accounts/1/account/key/NONE").status_code == 404


def test_one_worklog_and_the_sign_in_of_the_server(tempo, call):
    number = next(iter(tempo.worklogs))
    assert call("GET", f"/rest/tempo-timesheets/4/worklogs/{number}").json()["tempoWorklogId"] == number
    assert call("GET", "/rest/tempo-timesheets/4/worklogs/9").status_code == 404
    stranger = call("POST", SEARCH, json={}, headers={"Authorization": "Bearer other"})
    assert stranger.status_code == 401
