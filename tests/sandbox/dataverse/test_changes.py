"""Change tracking: what is told of changes and deletions, when it is refused, and when it grows old."""

from datetime import timedelta

import pytest
from dataverse_client import Dataverse

from sandbox.dataverse import Caller, DataverseSite
from sandbox.dataverse.faults import FAULTS, throttled
from sandbox.http import Server

PROJECTS, TASKS = "msdyn_projects", "msdyn_projecttasks"
BRIDGE, TOWER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TRACK = "odata.track-changes"


def test_the_last_page_of_a_tracked_reading_has_a_delta_link(client: Dataverse) -> None:
    pages = client.pages(TASKS, prefer=f"{TRACK},odata.maxpagesize=10", select="msdyn_subject")
    assert ["@odata.deltaLink" in page for page in pages] == [False, False, True]
    assert "$deltatoken=" in pages[-1]["@odata.deltaLink"]
    assert "@odata.deltaLink" not in client.get(TASKS).json()


def test_a_delta_tells_changed_rows_then_deleted_ones_then_a_new_link(client: Dataverse, site: DataverseSite) -> None:
    link = client.get(PROJECTS, prefer=TRACK, select="msdyn_subject").json()["@odata.deltaLink"]
    site.edit(PROJECTS, BRIDGE, msdyn_subject="Bridge, renamed")
    site.delete_project(TOWER)
    told = client.get(link).json()
    changed, deleted = told["value"]
    assert told["@odata.context"].endswith("#msdyn_projects/$delta")
    assert set(changed) == {"@odata.etag", "msdyn_subject", "msdyn_projectid"}
    assert changed["msdyn_subject"] == "Bridge, renamed"
    assert deleted["@odata.context"].endswith("/$metadata#msdyn_projects/$deletedEntity")
    assert (deleted["id"], deleted["reason"]) == (TOWER, "deleted")
    assert client.get(told["@odata.deltaLink"]).json()["value"] == []


def test_what_changes_while_pages_are_read_is_told_again(client: Dataverse, site: DataverseSite) -> None:
    prefer = f"{TRACK},odata.maxpagesize=20"
    first = client.get(TASKS, prefer=prefer).json()
    site.edit(TASKS, first["value"][0]["msdyn_projecttaskid"], msdyn_subject="Meanwhile")
    last = client.get(first["@odata.nextLink"], prefer=prefer).json()
    assert [row["msdyn_subject"] for row in client.get(last["@odata.deltaLink"]).json()["value"]] == ["Meanwhile"]


def test_a_row_that_came_and_went_is_told_as_deleted(client: Dataverse, site: DataverseSite) -> None:
    link = client.get(PROJECTS, prefer=TRACK).json()["@odata.deltaLink"]
    site.delete(PROJECTS, site.add(PROJECTS, "33333333-3333-4333-8333-333333333333", msdyn_subject="Brief"))
    [told] = client.get(link).json()["value"]
    assert told["reason"] == "deleted"


def test_a_long_delta_has_pages_and_a_count(client: Dataverse, site: DataverseSite) -> None:
    link = client.get(TASKS, prefer=TRACK).json()["@odata.deltaLink"]
    for key in list(site.rows[TASKS]):
        site.edit(TASKS, key, msdyn_progress=1.0)
    pages = client.pages(link, prefer="odata.maxpagesize=10")
    assert [len(page["value"]) for page in pages] == [10, 10, 5]
    assert "@odata.deltaLink" in pages[-1]
    counted = client.get(link.replace(f"/{TASKS}?", f"/{TASKS}/$count?"))
    assert counted.content.decode("utf-8-sig") == "25"


@pytest.mark.parametrize("option", ["filter", "orderby", "expand", "top"])
def test_tracking_stands_alone(client: Dataverse, option: str) -> None:
    value = {"filter": "statecode eq 0", "orderby": "createdon", "top": "5"}
    value["expand"] = "msdyn_msdyn_project_msdyn_projecttask_project"
    refused = client.get(PROJECTS, prefer=TRACK, **{option: value[option]})
    assert refused.status_code == 400
    assert f"${option} is not supported when tracking changes" in refused.json()["error"]["message"]


def test_a_table_without_tracking_refuses_it(client: Dataverse) -> None:
    refused = client.get("msdyn_projecttaskdependencies", prefer=TRACK)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "0x80072491")


def test_a_user_without_organisation_wide_read_gets_no_tracking(client: Dataverse, site: DataverseSite) -> None:
    site.admit("narrow", Caller(user=BRIDGE, depth="user"))
    refused = client.get(PROJECTS, prefer=TRACK, sign_in="Bearer narrow")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "0x80040220")
    assert "missing prvReadmsdyn_project" in refused.json()["error"]["message"]


def test_a_delta_link_lives_seven_days(client: Dataverse, site: DataverseSite) -> None:
    link = client.get(PROJECTS, prefer=TRACK).json()["@odata.deltaLink"]
    site.now += timedelta(days=7)
    assert client.get(link).status_code == 200
    site.now += timedelta(seconds=1)
    expired = client.get(link)
    assert (expired.status_code, expired.json()["error"]["code"]) == (400, "0x80044352")
    assert expired.json()["error"]["message"].endswith("Please perform a full sync.")
    site.expired_status = 410
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["nonsense", "99999999!11/23/2026 06:00:00", "12!yesterday"])
def test_a_token_that_was_never_given_is_refused_as_an_old_one(client: Dataverse, token: str) -> None:
    assert client.get(PROJECTS, deltatoken=token).json()["error"]["code"] == "0x80044352"


@pytest.mark.parametrize(
    ("name", "status", "seen"),
    [
        ("sign-in page", 200, lambda a: a.headers["Content-Type"].startswith("text/html")),
        ("foreign next link", 200, lambda a: a.json()["@odata.nextLink"].startswith("https://elsewhere.example/")),
        ("expired delta", 400, lambda a: a.json()["error"]["code"] == "0x80044352"),
        ("429 storm", 429, lambda a: a.json()["error"]["code"] == "0x80072322" and a.headers["Retry-After"] == "1"),
        ("truncated body", 200, lambda a: a.text.count("{") > a.text.count("}")),
    ],
)
def test_faults_by_name(client: Dataverse, server: Server, name: str, status: int, seen) -> None:
    server.inject(FAULTS[name](), times=2, path=PROJECTS)
    for _ in range(2):
        answer = client.get(PROJECTS)
        assert answer.status_code == status and seen(answer)
    assert client.get(PROJECTS).json()["value"]


def test_the_same_next_link_over_and_over(client: Dataverse, server: Server) -> None:
    server.inject(FAULTS["repeated next link"](), times=3, path=TASKS)
    first = client.get(TASKS, prefer="odata.maxpagesize=10").json()["@odata.nextLink"]
    again = [client.get(first, prefer="odata.maxpagesize=10").json()["@odata.nextLink"] for _ in range(2)]
    assert again == [first, first]


def test_a_429_may_come_without_retry_after_and_with_another_limit(client: Dataverse, server: Server) -> None:
    server.inject(throttled(None, "0x80072326"), path=PROJECTS)
    answer = client.get(PROJECTS)
    assert "Retry-After" not in answer.headers
    assert "concurrent" in answer.json()["error"]["message"]
