"""The checker itself must be able to say no."""

import pytest
from openapi_check import check_request, check_response, needs_openapi

pytestmark = needs_openapi

SEARCH = "/rest/api/3/search/jql"


def test_a_documented_request_passes():
    assert check_request("GET", SEARCH, {"jql": "project = 1", "maxResults": "100", "fields": "summary,status"}) == []
    assert check_request("POST", SEARCH, json={"jql": "project = 1", "fields": ["summary"], "maxResults": 100}) == []
    assert (
        check_request("GET", "/rest/api/3/project/search", {"properties": ["pmo"], "status": ["live", "archived"]})
        == []
    )


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "word"),
    [
        ("GET", "/rest/api/3/nothing/here", {}, None, "no such operation"),
        ("GET", SEARCH, {"startAt": "0"}, None, "unknown query parameter 'startAt'"),
        ("GET", SEARCH, {"maxResults": "many"}, None, "not a number"),
        ("GET", "/rest/api/3/project/search", {"maxResults": "500"}, None, "500"),
        ("GET", "/rest/api/3/project/search", {"status": "asleep"}, None, "asleep"),
        ("POST", SEARCH, {}, {"jql": "x", "validateQuery": True}, "validateQuery"),
        ("POST", SEARCH, {}, None, "body is missing"),
        ("POST", "/rest/api/3/changelog/bulkfetch", {}, {"issueIdsOrKeys": []}, "body.issueIdsOrKeys"),
        ("DELETE", "/rest/api/3/issue/1/remotelink", {}, None, "'globalId' is missing"),
        ("GET", "/rest/api/3/myself", {}, {"a": 1}, "a body where none belongs"),
    ],
)
def test_a_request_that_the_document_does_not_know_is_told(method, path, query, body, word):
    faults = check_request(method, path, query, body)
    assert any(word in fault for fault in faults), faults


def test_an_answer_with_an_unknown_member_or_a_wrong_type_is_told():
    path = "/rest/api/3/project/search"
    page = {"startAt": 0, "maxResults": 50, "total": 1, "isLast": True, "values": [{"id": "1", "key": "A"}]}
    assert check_response("GET", path, 200, page) == []
    assert check_response("GET", path, 200, page | {"next": "x"})
    assert check_response("GET", path, 200, page | {"values": [{"id": 1}]})
    assert check_response("GET", path, 200, None)
    assert check_response("GET", path, 202, {}) == [f"GET {path} 202: undeclared status"]
    assert check_response("GET", path, 429, {}) == []
