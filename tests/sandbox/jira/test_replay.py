"""A Data Center dump is played back, on Data Center as it is, for Cloud converted; the real one is read in place."""

from datetime import datetime

import orjson
import pytest
import requests
from shared_data import SHARED, needs_shared

from sandbox.http import Server
from sandbox.jira.replay import replay, replay_records
from sandbox.jira.routes import routes
from sandbox.jira.serving import serve_jira
from sandbox.jira.site import JiraSite
from sandbox.jira.wiki import document_of_wiki

ADA = {"name": "ada", "key": "ada1", "displayName": "Ada Meier", "active": True, "timeZone": "Europe/Berlin"}
DONE = {"id": "6", "name": "Closed", "statusCategory": {"key": "done"}}
PROJECT = {"id": "7", "key": "OLD", "name": "Old things"}


def record(number, **fields):
    plain = {
        "issuetype": {"name": "Bug", "subtask": False},
        "project": PROJECT,
        "summary": f"Number {number}",
        "status": DONE,
        "created": "2014-02-11T12:29:50.000+0000",
        "updated": "2016-07-18T10:45:37.000+0000",
    }
    return {"id": str(500 + number), "key": f"OLD-{number}", "fields": plain | fields}


def link(name, end, key):
    return {"type": {"name": name, "inward": "is eaten by", "outward": "eats"}, end: {"key": key}}


@pytest.fixture
def site():
    return JiraSite()


def test_ids_keys_people_and_texts_are_carried_over(site):
    version = {"name": "1.0", "released": True, "archived": False, "releaseDate": "2015-01-01"}
    comment = {"id": "9", "author": ADA, "body": "Seen", "created": "2015-01-01T00:00:00.000+0000"}
    done = replay_records(
        [
            record(
                4,
                assignee=ADA,
                creator=ADA,
                description="h1. Why\n* one\n* two",
                fixVersions=[version],
                flagged=True,
                priority={"name": "Odd"},
                resolution={"name": "Odd"},
                resolutiondate="2015-03-01T00:00:00.000+0000",
                duedate="2015-02-01",
                timeoriginalestimate=3600,
                comment={"comments": [comment | {"updated": comment["created"]}]},
            )
        ],
        site,
    )
    assert (done.issues, done.unassigned) == (1, 0)
    issue = site.need_issue("OLD-4")
    assert (issue.id, issue.assignee, issue.estimate_seconds) == (504, "dc:ada1", 3600)
    assert site.users["dc:ada1"].name == "Ada Meier"
    assert site.need_project("OLD").lead == "dc:ada1"
    assert site.statuses["Closed"].category == "done"
    assert [node["type"] for node in issue.description["content"]] == ["heading", "bulletList"]
    assert [site.versions[number].name for number in issue.versions] == ["1.0"]
    assert issue.comments[0].id == 9
    assert site.next_id("comment") > 9
    assert site.custom_fields["Flagged"].id in issue.custom


def test_what_leads_out_of_the_dump_is_counted_and_not_invented(site):
    one = record(1, issuelinks=[link("Eats", "outwardIssue", "OLD-2"), link("Eats", "outwardIssue", "FAR-1")])
    two = record(2, issuelinks=[link("Eats", "inwardIssue", "OLD-1")], parent={"key": "OLD-1"})
    three = record(3, epic={"key": "FAR-9"})
    done = replay_records([two, one, three], site)
    assert (done.links, done.links_left_out, done.parents_left_out, done.unassigned) == (1, 1, 1, 3)
    assert site.need_issue("OLD-2").parent_id == 501
    assert site.need_issue("OLD-3").parent_id is None


@needs_shared
def test_the_367_issues_of_a_real_project_are_served_and_62_of_them_are_unassigned():
    site = JiraSite()
    done = replay(SHARED / "jira_dc" / "MOD.issues.jsonl", site)
    assert (done.issues, done.unassigned) == (367, 62)
    with Server(routes(site)) as server:
        import requests

        session = requests.Session()
        session.auth = (site.email, site.token)
        found, token = [], None
        while True:
            body = {"jql": "project = MOD ORDER BY created ASC", "fields": ["*all"], "maxResults": 5000}
            answer = session.post(
                f"{server.url}/rest/api/3/search/jql", json=body | ({"nextPageToken": token} if token else {})
            ).json()
            found += answer["issues"]
            token = answer.get("nextPageToken")
            if token is None:
                break
        assert server.failures == []
    assert len({issue["id"] for issue in found}) == 367
    assert sum(1 for issue in found if issue["fields"]["assignee"] is None) == 62


@pytest.mark.parametrize(
    ("wiki", "types"),
    [
        ("plain\nlines\n\nnext", ["paragraph", "paragraph"]),
        ("before\n{code:java}\nint x;\n{code}\nafter", ["paragraph", "codeBlock", "paragraph"]),
        ("{noformat}{noformat}", ["codeBlock"]),
        ("{code}never closed", ["codeBlock"]),
        ("intro\n# one\n# two", ["paragraph", "orderedList"]),
        ("h2. Title\r\ntext", ["heading", "paragraph"]),
    ],
)
def test_wiki_text_becomes_blocks(wiki, types):
    assert [node["type"] for node in document_of_wiki(wiki)["content"]] == types


def test_blank_wiki_text_is_no_document():
    assert document_of_wiki(" \n") is document_of_wiki(None) is None


@needs_shared
def test_real_records_come_out_of_a_data_center_site_as_they_went_in():
    path = SHARED / "jira_dc" / "MOD.issues.jsonl"
    dumped = {one["key"]: one["fields"] for one in map(orjson.loads, path.read_bytes().splitlines())}
    site = JiraSite(edition="data_center")
    replay(path, site)
    found, start = [], 0
    with serve_jira(site) as server:
        while start < len(dumped):
            query = {"jql": "ORDER BY created, key", "startAt": start, "maxResults": 1000, "fields": "*all"}
            page = requests.get(
                f"{server.url}/rest/api/2/search", params=query, headers={"Authorization": "Bearer sandbox-token"}
            ).json()
            found += page["issues"]
            start += len(page["issues"])
        assert server.failures == []
    assert sorted(one["key"] for one in found) == sorted(dumped)
    for issue in found:
        assert _plain(issue["fields"]) == _plain(dumped[issue["key"]]), issue["key"]


def _plain(fields):
    """What both sides tell in the same words; blank texts and missing values are one."""
    texts = {name: fields.get(name) or None for name in ("summary", "description", "environment", "duedate")}
    people = {name: _person(fields.get(name)) for name in ("creator", "reporter", "assignee")}
    moments = {name: datetime.fromisoformat(fields[name]) for name in ("created", "updated")}
    names = {name: (fields.get(name) or {}).get("name") for name in ("issuetype", "status", "resolution", "priority")}
    lists = {name: [one["name"] for one in fields.get(name) or []] for name in ("components", "fixVersions")}
    comments = [
        (one["id"], one.get("body") or None, _person(one.get("author"))) for one in fields["comment"]["comments"]
    ]
    return texts | people | moments | names | lists | {"labels": fields["labels"], "comments": comments}


def _person(user):
    return user and tuple(user[name] for name in ("name", "key", "displayName", "active", "timeZone"))
