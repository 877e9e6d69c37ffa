"""The hard cases that a test can ask for: pages, tokens, feeds, limits and sizes that break a careless reader."""

import gzip
from datetime import timedelta

import orjson
import pytest
import requests

from sandbox import distortions, faults
from sandbox.http import Server
from sandbox.jira.routes import routes
from sandbox.jira.site import JiraSite

ALPHA = "project = ALPHA ORDER BY id"


def page(api, token=None, size=2, jql=ALPHA):
    body = {"jql": jql, "fields": ["summary"], "maxResults": size}
    answer = api.call("POST", "/search/jql", json=body | ({"nextPageToken": token} if token else {}), checked=False)
    assert answer.status == 200, answer.json
    return answer.json


def keys(told):
    return [issue["key"] for issue in told["issues"]]


def test_pages_may_be_smaller_than_was_asked_for(api, server):
    server.inject(distortions.smaller_pages(1), times=9, path="/search/jql")
    first = page(api, size=100)
    assert (keys(first), first["isLast"]) == (["ALPHA-1"], False)
    assert keys(page(api, first["nextPageToken"], size=100)) == ["ALPHA-2"]
    got = api.call("GET", "/search/jql", jql=ALPHA, fields="summary", maxResults=50)
    assert len(got.json["issues"]) == 1


def test_an_answer_may_lack_what_tells_the_last_page(api, server):
    server.inject(distortions.without("isLast"), times=2, path="/search/jql")
    first = page(api)
    assert "isLast" not in first
    last = page(api, first["nextPageToken"])
    assert (keys(last), set(last)) == (["ALPHA-3", "ALPHA-4"], {"issues"})


def test_a_token_may_be_given_again_for_ever(api, server):
    server.inject(distortions.repeated_token(), times=9, path="/search/jql")
    first = page(api)
    tokens = [page(api, first["nextPageToken"])["nextPageToken"] for _ in range(3)]
    assert set(tokens) == {first["nextPageToken"]}


def test_a_page_may_change_under_the_pager_and_nothing_is_hidden_or_repeated(api, server, site):
    site.wait(minutes=1)
    server.inject(distortions.meanwhile(lambda: site.edit_issue("ALPHA-1", summary="New")), path="/search/jql", after=1)
    jql = "project = ALPHA ORDER BY updated, key"
    first = page(api, jql=jql)
    second = page(api, first["nextPageToken"], jql=jql, size=5)
    assert keys(first) == ["ALPHA-1", "ALPHA-2"]
    assert keys(second) == ["ALPHA-3", "ALPHA-4", "ALPHA-1"]


def test_a_token_may_expire_in_the_middle_of_a_run(api, server, site):
    server.inject(distortions.meanwhile(lambda: site.access.expire("sandbox-token")), path="/search/jql", after=1)
    first = page(api)
    answer = api.call(
        "POST", "/search/jql", json={"jql": ALPHA, "nextPageToken": first["nextPageToken"]}, checked=False
    )
    assert answer.status == 401


def test_a_page_token_lives_seven_days(api, site):
    token = page(api)["nextPageToken"]
    site.wait(days=8)
    answer = api.call("POST", "/search/jql", json={"jql": ALPHA, "nextPageToken": token}, checked=False)
    assert (answer.status, "expired" in answer.json["errorMessages"][0]) == (400, True)


def test_more_than_a_thousand_worklogs_of_one_moment_cannot_be_passed_in_the_feed(api, site):
    author, at = site.account, site.now - timedelta(hours=1)
    made = site.add_worklogs_at_once("ALPHA-3", 1005, author=author, at=at)
    first = api.get("/worklog/updated", since=int(at.timestamp() * 1000)).json
    assert (len(first["values"]), first["lastPage"], first["until"]) == (1000, False, int(at.timestamp() * 1000))
    again = api.get("/worklog/updated", since=first["until"]).json
    assert again["values"] == first["values"]
    assert api.get("/issue/ALPHA-3/worklog").json["total"] == len(made)


def test_limits_are_told_in_headers_that_stop_nobody(api, server):
    server.inject(distortions.near_limit(), path="/myself")
    server.inject(distortions.informed_of_limits(11_000), path="/myself")
    assert api.get("/myself").headers["X-RateLimit-NearLimit"] == "true"
    headers = api.get("/myself").headers
    assert '"global-app-quota";r=11000;t=600' in headers["Beta-RateLimit"]
    assert "Beta-RateLimit" not in api.get("/myself").headers


def test_a_spent_quota_is_429_with_the_moment_of_its_reset(api, server):
    server.inject(faults.quota_reached("2026-11-23T07:00Z"), path="/myself")
    answer = api.get("/myself", checked=False)
    assert answer.status == 429
    assert answer.headers["RateLimit-Reason"] == "jira-quota-tenant-based"
    assert answer.headers["X-RateLimit-Reset"] == "2026-11-23T07:00Z"
    assert answer.headers["Retry-After"] == "1847"


@pytest.mark.parametrize("retry_after", ["0", "1847", "-1", "1.5", "Mon, 23 Nov 2026 07:00:00 GMT", "soon", None])
def test_retry_after_is_sent_as_it_is_said(api, server, retry_after):
    server.inject(faults.too_many_requests(retry_after), path="/myself")
    assert api.get("/myself", checked=False).headers.get("Retry-After") == retry_after


def test_a_small_body_may_unpack_to_a_huge_one(server):
    server.inject(distortions.gzip_bomb(5), path="/myself")
    with requests.get(f"{server.url}/rest/api/3/myself", stream=True) as answer:
        packed = answer.raw.read(decode_content=False)
    assert len(packed) < 20_000
    assert len(gzip.decompress(packed)) == 5_000_002


def test_an_answer_may_be_altered_in_any_way(api, server):
    server.inject(distortions.altered(lambda told: told | {"issues": None}), path="/search/jql")
    assert page(api)["issues"] is None


def test_a_fault_may_spare_the_first_requests(api, server):
    server.inject(faults.refused(500), path="/myself", after=2)
    assert [api.get("/myself", checked=False).status for _ in range(4)] == [200, 200, 500, 200]
    assert server.faults.left == 0


def test_a_new_issue_is_found_late_and_at_once_when_reconciled(api, site):
    site.search_lag = timedelta(minutes=2)
    made = api.post("/issue", {"fields": {"project": {"key": "BETA"}, "issuetype": {"name": "Task"}, "summary": "New"}})
    assert api.keys("project = BETA") == ["BETA-1"]
    asked = {"jql": "project = BETA", "fields": ["key"], "reconcileIssues": [int(made.json["id"])]}
    assert len(api.post("/search/jql", asked).json["issues"]) == 2
    assert api.get(f"/issue/{made.json['key']}").status == 200
    site.wait(minutes=2)
    assert api.keys("project = BETA") == ["BETA-1", "BETA-2"]


@pytest.mark.parametrize(
    ("zone", "local"), [("Pacific/Kiritimati", "2026-01-06 23:00"), ("Pacific/Honolulu", "2026-01-05 23:00")]
)
def test_moments_of_a_query_are_in_the_zone_of_the_account_also_at_the_ends_of_the_earth(fill_site, zone, local):
    site = JiraSite(time_zone=zone)
    fill_site(site)
    with Server(routes(site)) as server:
        body = {"jql": f'created = "{local}"', "fields": ["key"]}
        answer = requests.post(
            f"{server.url}/rest/api/3/search/jql", json=body, auth=("pmo-bot@meridian.example", "sandbox-token")
        )
    assert [one["key"] for one in orjson.loads(answer.content)["issues"]] == ["ALPHA-2"]


@pytest.mark.parametrize("text", ["🚧 late 👩‍💻", "تأخير المشروع", "\u202eevil", "x" * 32_000])
def test_any_text_comes_back_as_it_was_written(api, site, text):
    site.need_issue("ALPHA-1").summary = text
    assert api.get("/issue/ALPHA-1").json["fields"]["summary"] == text
