"""The burst limit of Cloud: a bucket for each method and endpoint, which time fills again."""

import pytest

from sandbox.jira.burst import BurstLimit, endpoint_of


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/rest/api/3/issue/10001", "/rest/api/3/issue/{}"),
        ("/ex/jira/some-cloud/rest/api/3/issue/A-1/worklog", "/rest/api/3/issue/{}/worklog"),
        ("/rest/api/3/issue/A-1/properties/plumbrule", "/rest/api/3/issue/{}/properties/{}"),
        ("/rest/api/3/issue/bulkfetch", "/rest/api/3/issue/bulkfetch"),
        ("/rest/api/3/project/search", "/rest/api/3/project/search"),
        ("/rest/api/3/project/ALPHA/version", "/rest/api/3/project/{}/version"),
        ("/rest/api/3/worklog/updated", "/rest/api/3/worklog/updated"),
    ],
)
def test_an_endpoint_is_a_path_without_its_names(path, endpoint):
    assert endpoint_of(path) == endpoint


def test_each_endpoint_has_a_bucket_of_its_own_that_time_fills(api, server):
    now = [0.0]
    limit = BurstLimit({"GET": 2}, clock=lambda: now[0])
    server.gates.append(limit)
    answers = [api.get(f"/issue/ALPHA-{number}", checked=False) for number in (1, 2, 3)]
    assert [one.status for one in answers] == [200, 200, 429]
    headers = answers[2].headers
    assert (headers["RateLimit-Reason"], headers["Retry-After"]) == ("jira-burst-based", "1")
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("2", "0")
    assert api.get("/myself", checked=False).status == 200
    assert api.put("/issue/ALPHA-1/properties/p", 1).status == 201, "a method that is not named has no limit"
    now[0] += 0.5
    assert [api.get("/issue/ALPHA-1", checked=False).status for _ in range(2)] == [200, 429]
    now[0] += 9
    assert [api.get("/issue/ALPHA-1", checked=False).status for _ in range(3)] == [200, 200, 429]
    assert limit.refused == {"GET /rest/api/3/issue/{}": 3}


def test_what_is_no_call_to_the_api_is_not_limited(server, site, api):
    server.gates.append(BurstLimit({"GET": 1}, clock=lambda: 0.0))
    statuses = [api.session.get(f"{server.url}/_edge/tenant_info").status_code for _ in range(3)]
    assert statuses == [200, 200, 200]
