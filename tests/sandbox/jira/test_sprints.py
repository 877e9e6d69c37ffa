"""Boards and sprints: what issues tell of them, what the Agile API tells, and who may ask it."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite
from sandbox.jira.store import UnknownName

BEGAN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)


def add_sprints(site):
    board = site.add_board("ALPHA", "Alpha team")
    closed = site.add_sprint(
        board, "Sprint 1", start=BEGAN, end=BEGAN + FORTNIGHT, state="closed", completed=BEGAN + timedelta(days=15),
        goal="First sign-in",
    )  # fmt: skip
    active = site.add_sprint(board, "Sprint 2", start=BEGAN + FORTNIGHT, end=BEGAN + 2 * FORTNIGHT, state="active")
    future = site.add_sprint(board, "Sprint 3")
    return board, closed, active, future


@pytest.fixture
def sprints(site):
    return add_sprints(site)


@pytest.fixture
def agile(server):
    def get(path, **query):
        url = f"{server.url}/rest/agile/1.0{path}"
        return requests.get(url, params=query, auth=("pmo-bot@meridian.example", "sandbox-token"))

    return get


def sprint_field(api, key="ALPHA-2"):
    [number] = [one["id"] for one in api.get("/field").json if one["name"] == "Sprint"]
    return api.get(f"/issue/{key}").json["fields"][number]


def test_an_issue_tells_its_sprints_whole(api, site, sprints):
    _, closed, active, _ = sprints
    site.edit_issue("ALPHA-2", sprints=[closed, active])
    first, second = sprint_field(api)
    assert first == {
        "id": closed, "name": "Sprint 1", "state": "closed", "boardId": 1, "goal": "First sign-in",
        "startDate": "2026-11-02T08:00:00.000Z", "endDate": "2026-11-16T08:00:00.000Z",
        "completeDate": "2026-11-17T08:00:00.000Z",
    }  # fmt: skip
    assert "completeDate" not in second
    assert sprint_field(api, "ALPHA-1") is None
    assert api.keys("sprint = 'Sprint 2'") == api.keys(f"sprint = {active}") == ["ALPHA-2"]
    assert api.search("sprint = 99").status == 400


def test_the_history_tells_sprints_by_ids_and_names(api, site, sprints):
    _, closed, active, _ = sprints
    site.edit_issue("ALPHA-2", sprints=[closed])
    site.edit_issue("ALPHA-2", sprints=[closed, active])
    last = api.get("/issue/ALPHA-2/changelog").json["values"][-1]["items"][0]
    assert (last["field"], last["fieldtype"]) == ("Sprint", "custom")
    assert (last["from"], last["fromString"]) == ("1", "Sprint 1")
    assert (last["to"], last["toString"]) == ("1, 2", "Sprint 1, Sprint 2")


def test_closing_a_sprint_touches_only_what_is_carried_over(api, site, sprints):
    _, _, active, future = sprints
    site.edit_issue("ALPHA-2", sprints=[active])
    site.edit_issue("BETA-1", sprints=[active])
    before = {key: api.get(f"/issue/{key}").json["fields"]["updated"] for key in ("ALPHA-2", "BETA-1")}
    site.wait(days=1)
    site.close_sprint(active, into=future)
    site.start_sprint(future)
    assert [one["state"] for one in sprint_field(api)] == ["closed", "active"]
    assert [one["state"] for one in sprint_field(api, "BETA-1")] == ["closed"]
    assert api.get("/issue/BETA-1").json["fields"]["updated"] == before["BETA-1"]
    assert api.get("/issue/ALPHA-2").json["fields"]["updated"] > before["ALPHA-2"]


def test_boards_tell_their_project_and_what_they_estimate_with(agile, site, sprints):
    site.add_board("BETA", "Beta flow", kind="kanban")
    page = agile("/board").json()
    assert (page["total"], page["isLast"]) == (2, True)
    assert [(one["name"], one["type"], one["location"]["projectKey"]) for one in page["values"]] == [
        ("Alpha team", "scrum", "ALPHA"),
        ("Beta flow", "kanban", "BETA"),
    ]
    assert [one["id"] for one in agile("/board", projectKeyOrId="ALPHA").json()["values"]] == [1]
    assert [one["id"] for one in agile("/board", type="kanban").json()["values"]] == [2]
    told = agile("/board/1/configuration").json()
    points = site.custom_fields["Story Points"].id
    assert told["estimation"] == {"type": "field", "field": {"fieldId": points, "displayName": "Story Points"}}
    assert [one["name"] for one in told["columnConfig"]["columns"]] == ["To Do", "In Progress", "Done"]
    assert "estimation" not in agile("/board/2/configuration").json()


def test_the_sprints_of_a_board_come_in_pages_closed_first(agile, site, sprints):
    board, closed, active, future = sprints
    older = site.add_sprint(board, "Sprint 0", state="closed")
    first = agile(f"/board/{board}/sprint", maxResults=2).json()
    assert ([one["id"] for one in first["values"]], first["isLast"]) == ([closed, older], False)
    rest = agile(f"/board/{board}/sprint", startAt=2).json()
    assert ([one["id"] for one in rest["values"]], rest["isLast"]) == ([active, future], True)
    assert "startDate" not in rest["values"][1]
    assert rest["values"][0]["originBoardId"] == board
    assert [one["id"] for one in agile(f"/board/{board}/sprint", state="active,future").json()["values"]] == [3 - 1, 3]
    assert agile(f"/sprint/{closed}").json()["goal"] == "First sign-in"


def test_a_kanban_board_has_no_sprints_and_says_so_with_400(agile, site):
    board = site.add_board("BETA", "Beta flow", kind="kanban")
    answer = agile(f"/board/{board}/sprint")
    assert (answer.status_code, answer.json()["errorMessages"]) == (400, ["The board does not support sprints"])


def test_boards_of_hidden_projects_are_not_shown(agile, site, sprints):
    site.hidden_projects.add("ALPHA")
    assert agile("/board").json()["values"] == []
    assert agile("/board/1").status_code == 404
    assert agile("/board/99").status_code == agile("/sprint/99").status_code == 404


def test_classic_scopes_do_not_open_the_agile_api_and_granular_ones_do(server, site, sprints):
    base = f"{server.url}/ex/jira/{site.cloud_id}/rest/agile/1.0"

    def statuses(token):
        paths = ("/board", "/board/1/sprint", "/board/1/configuration")
        return [requests.get(base + path, headers={"Authorization": f"Bearer {token}"}).status_code for path in paths]

    email = "robot@serviceaccount.example"
    site.access.add_scoped_token("classic", email=email, scopes=["read:jira-work", "read:jira-user"])
    granular = ["read:board-scope:jira-software", "read:sprint:jira-software"]
    site.access.add_scoped_token("granular", email=email, scopes=granular)
    assert statuses("classic") == [401, 401, 401]
    assert statuses("granular") == [200, 200, 401]


def test_an_unknown_board_field_or_sprint_is_told_when_filling(site):
    with pytest.raises(UnknownName, match="board 9"):
        site.add_sprint(9, "Sprint")
    with pytest.raises(UnknownName, match="Effort"):
        site.add_board("ALPHA", "Team", estimation_field="Effort")
    with pytest.raises(UnknownName, match="sprint 5"):
        site.close_sprint(5)


def test_on_data_center_a_sprint_is_the_text_of_an_object(fill_site):
    site = JiraSite(edition="data_center")
    fill_site(site)
    _, closed, _, future = add_sprints(site)
    site.edit_issue("ALPHA-2", sprints=[closed, future])
    with serve_jira(site) as server:
        auth = ("pmo-bot", "sandbox-token")
        [field] = [
            one for one in requests.get(f"{server.url}/rest/api/2/field", auth=auth).json() if one["name"] == "Sprint"
        ]
        issue = requests.get(f"{server.url}/rest/api/2/issue/ALPHA-2", auth=auth).json()
        boards = requests.get(f"{server.url}/rest/agile/1.0/board", auth=auth).json()["values"]
    assert field["schema"]["items"] == "string"
    first, second = issue["fields"][field["id"]]
    assert first.startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert "[id=1,rapidViewId=1,state=CLOSED,name=Sprint 1,startDate=2026-11-02T08:00:00.000Z," in first
    assert "state=FUTURE,name=Sprint 3,startDate=<null>" in second
    assert [one["name"] for one in boards] == ["Alpha team"]
