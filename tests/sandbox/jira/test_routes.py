"""Every route of the pretend site once, both ways held against Atlassian's document by the client."""

import pytest
from openapi_check import needs_openapi

from sandbox.jira.routes import _AREAS

LABELS = {
    "selectedIssueIdsOrKeys": ["ALPHA-1"],
    "selectedActions": ["labels"],
    "editedFieldsInput": {
        "labelsFields": [
            {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "pmo-late"}]}
        ]
    },
    "sendBulkNotification": False,
}
LINK = {"globalId": "plumbrule:jira:1", "object": {"title": "Late", "url": "https://pmo.example/1"}}
NOTE = {"body": {"type": "doc", "version": 1, "content": []}}
NEW = {"fields": {"project": {"key": "ALPHA"}, "issuetype": {"name": "Task"}, "summary": "New"}}
WORKLOG = "20001"
CONTRADICTORY = "/issue/properties/multi"
"""The document's schema of a property's value allows no value at all; its own example violates it."""

CALLS = [
    ("GET", "/serverInfo", {}, None, 200),
    ("GET", "/myself", {}, None, 200),
    ("GET", "/mypermissions", {"permissions": "BROWSE_PROJECTS,BULK_CHANGE", "projectKey": "ALPHA"}, None, 200),
    ("GET", "/field", {}, None, 200),
    ("GET", "/status", {}, None, 200),
    ("GET", "/priority", {}, None, 200),
    ("GET", "/issueLinkType", {}, None, 200),
    ("GET", "/issuetype", {}, None, 200),
    ("GET", "/resolution", {}, None, 200),
    ("GET", "/configuration", {}, None, 200),
    ("GET", "/users/search", {"maxResults": 2}, None, 200),
    ("GET", "/group/member", {"groupname": "developers"}, None, 200),
    ("GET", "/user/bulk", {"accountId": "{account}"}, None, 200),
    ("GET", "/project/search", {"expand": "lead,insight,description", "properties": "pmo"}, None, 200),
    ("GET", "/project/ALPHA", {}, None, 200),
    ("GET", "/project/ALPHA/version", {}, None, 200),
    ("PUT", "/project/ALPHA/properties/plumbrule", {}, {"state": "late"}, 201),
    ("GET", "/project/ALPHA/properties", {}, None, 200),
    ("GET", "/project/ALPHA/properties/plumbrule", {}, None, 200),
    ("DELETE", "/project/ALPHA/properties/plumbrule", {}, None, 204),
    ("GET", "/search/jql", {"jql": "project = ALPHA", "fields": "*all", "properties": "plumbrule"}, None, 200),
    ("POST", "/search/jql", {}, {"jql": "project = ALPHA", "fields": ["*all"], "maxResults": 2}, 200),
    ("POST", "/search/approximate-count", {}, {"jql": "project = ALPHA"}, 200),
    ("GET", "/search", {"jql": "project = ALPHA"}, None, 410),
    ("POST", "/search", {}, {"jql": "project = ALPHA"}, 410),
    ("POST", "/issue/bulkfetch", {}, {"issueIdsOrKeys": ["ALPHA-2", "ALPHA-99"], "fields": ["*all"]}, 200),
    ("POST", "/changelog/bulkfetch", {}, {"issueIdsOrKeys": ["ALPHA-1", "ALPHA-2"]}, 200),
    ("GET", "/issue/ALPHA-2", {"expand": "changelog"}, None, 200),
    ("PUT", "/issue/ALPHA-2", {}, {"update": {"labels": [{"add": "pmo-x"}]}}, 204),
    ("GET", "/issue/ALPHA-2/changelog", {}, None, 200),
    ("GET", "/issue/ALPHA-2/worklog", {}, None, 200),
    ("POST", "/worklog/list", {}, {"ids": [20001, 20002]}, 200),
    ("DELETE", f"/issue/ALPHA-2/worklog/{WORKLOG}", {}, None, 204),
    ("GET", "/worklog/updated", {"since": 0}, None, 200),
    ("GET", "/worklog/deleted", {"since": 0}, None, 200),
    ("PUT", "/issue/ALPHA-2/properties/plumbrule", {}, [1, "two", None], 201),
    ("GET", "/issue/ALPHA-2/properties", {}, None, 200),
    ("GET", "/issue/ALPHA-2/properties/plumbrule", {}, None, 200),
    ("DELETE", "/issue/ALPHA-2/properties/plumbrule", {}, None, 204),
    ("POST", "/issue/ALPHA-2/remotelink", {}, LINK, 201),
    ("POST", "/issue/ALPHA-2/remotelink", {}, LINK, 200),
    ("GET", "/issue/ALPHA-2/remotelink", {}, None, 200),
    ("GET", "/issue/ALPHA-2/remotelink", {"globalId": "plumbrule:jira:1"}, None, 200),
    ("DELETE", "/issue/ALPHA-2/remotelink", {"globalId": "plumbrule:jira:1"}, None, 204),
    ("POST", "/issue/ALPHA-2/comment", {}, NOTE, 201),
    ("GET", "/issue/ALPHA-2/comment", {}, None, 200),
    ("GET", "/issue/ALPHA-2/comment/10000", {}, None, 200),
    ("PUT", "/issue/ALPHA-2/comment/10000", {}, NOTE, 200),
    ("GET", "/comment/10000/properties", {}, None, 200),
    ("PUT", "/comment/10000/properties/plumbrule", {}, {"sticky": True}, 201),
    ("GET", "/comment/10000/properties/plumbrule", {}, None, 200),
    ("DELETE", "/issue/ALPHA-2/comment/10000", {}, None, 204),
    ("GET", "/bulk/issues/fields", {"issueIdsOrKeys": "ALPHA-1"}, None, 200),
    ("POST", "/issue/properties/multi", {}, {"issues": [{"issueID": 10001, "properties": {"p": {"a": 1}}}]}, 303),
    ("GET", "/task/10000", {}, None, 200),
    ("GET", "/task/10000", {}, None, 200),
    ("POST", "/bulk/issues/fields", {}, LABELS, 201),
    ("GET", "/bulk/queue/10001", {}, None, 200),
    ("GET", "/bulk/queue/10001", {}, None, 200),
    ("GET", "/issue/createmeta/ALPHA/issuetypes", {}, None, 200),
    ("GET", "/issue/createmeta/ALPHA/issuetypes/10002", {}, None, 200),
    ("GET", "/issue/ALPHA-1/editmeta", {}, None, 200),
    ("POST", "/issue", {}, NEW, 201),
    ("GET", "/issue/ALPHA-5/transitions", {}, None, 200),
    ("POST", "/issue/ALPHA-5/transitions", {}, {"transition": {"id": "300"}}, 204),
    ("DELETE", "/issue/ALPHA-4", {}, None, 204),
]


@needs_openapi
def test_every_route_is_asked_and_answers_as_the_document_says(api, site):
    for method, path, asked, body, status in CALLS:
        query = {name: str(value).format(account=site.account) for name, value in asked.items()}
        answer = api.call(method, path, json=body, checked=path != CONTRADICTORY, **query)
        assert answer.status == status, (method, path, answer.json)


def test_the_calls_above_leave_no_route_out():
    import re

    def known(method, pattern):
        expression = re.sub(r"\{\w+\}", "[^/]+", pattern)
        return any(call[0] == method and re.fullmatch(expression, call[1]) for call in CALLS)

    assert [route[:2] for area in _AREAS for route in area.ROUTES if not known(*route[:2])] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/issue/ALPHA-99", None),
        ("GET", "/issue/ALPHA-99/worklog", None),
        ("GET", "/issue/ALPHA-2/properties/nothing", None),
        ("DELETE", "/issue/ALPHA-2/properties/nothing", None),
        ("DELETE", "/issue/ALPHA-2/worklog/1", None),
        ("GET", "/issue/ALPHA-2/comment/1", None),
        ("GET", "/project/NONE", None),
        ("GET", "/project/NONE/version", None),
        ("PUT", "/project/NONE/properties/plumbrule", {}),
        ("GET", "/project/ALPHA/properties/nothing", None),
        ("DELETE", "/project/ALPHA/properties/nothing", None),
    ],
)
def test_what_does_not_exist_is_answered_with_404_and_words(api, method, path, body):
    answer = api.call(method, path, json=body)
    assert answer.status == 404
    assert answer.json["errorMessages"]


def test_a_web_link_that_does_not_exist_is_answered_with_404(api):
    assert api.get("/issue/ALPHA-1/remotelink", globalId="x").status == 404
    assert api.delete("/issue/ALPHA-1/remotelink", globalId="x").status == 404


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/mypermissions", {}, None),
        ("GET", "/mypermissions", {"permissions": "FLY"}, None),
        ("GET", "/project/search", {"status": "asleep"}, None),
        ("GET", "/project/search", {"startAt": "many"}, None),
        ("GET", "/user/bulk", {}, None),
        ("POST", "/search/jql", {}, {"jql": "project = ALPHA", "maxResults": "many"}),
        ("POST", "/search/jql", {}, ["jql"]),
        ("POST", "/search/jql", {}, {"jql": "project = ALPHA", "properties": list("abcdef")}),
        ("POST", "/search/jql", {}, {"jql": "project = ALPHA", "reconcileIssues": list(range(51))}),
        ("POST", "/search/approximate-count", {}, {"jql": ""}),
        ("POST", "/issue/bulkfetch", {}, {"issueIdsOrKeys": ["1"] * 101}),
        ("POST", "/changelog/bulkfetch", {}, {"issueIdsOrKeys": []}),
        ("POST", "/changelog/bulkfetch", {}, {"issueIdsOrKeys": ["1"], "fieldIds": list("abcdefghijk")}),
        ("POST", "/changelog/bulkfetch", {}, {"issueIdsOrKeys": ["1"], "nextPageToken": "x"}),
        ("POST", "/worklog/list", {}, {"ids": ["1"]}),
        ("POST", "/worklog/list", {}, {"ids": list(range(1001))}),
        ("PUT", "/issue/ALPHA-2", {}, {"fields": {"status": {"name": "Done"}}}),
        ("PUT", "/issue/ALPHA-2", {}, {"fields": {"duedate": "soon"}}),
        ("PUT", "/issue/ALPHA-2", {}, {"fields": {"summary": " "}}),
        ("PUT", "/issue/ALPHA-2", {}, {"fields": {"assignee": {"accountId": "nobody"}}}),
        ("PUT", "/issue/ALPHA-2", {}, {"fields": {"labels": ["two words"]}}),
        ("PUT", "/issue/ALPHA-2", {}, {"update": {"labels": [{"paint": "x"}]}}),
        ("PUT", "/issue/ALPHA-2", {}, {"update": {"summary": [{"add": "x"}]}}),
        ("DELETE", "/issue/ALPHA-2", {}, None),
        ("PUT", "/issue/ALPHA-2/properties/p", {}, "x" * 32_768),
        ("PUT", f"/issue/ALPHA-2/properties/{'k' * 256}", {}, 1),
        ("POST", "/issue/ALPHA-2/remotelink", {}, {"globalId": "x"}),
        ("POST", "/issue/ALPHA-2/remotelink", {}, {"object": {"title": "", "url": "https://x.example"}}),
        ("POST", "/issue/ALPHA-2/remotelink", {}, {"object": {"title": "t" * 256, "url": "https://x.example"}}),
        ("POST", "/issue/ALPHA-2/remotelink", {}, {"globalId": "g" * 256, "object": LINK["object"]}),
        ("DELETE", "/issue/ALPHA-2/remotelink", {}, None),
        ("POST", "/issue/ALPHA-2/comment", {}, {"body": "plain text"}),
        ("POST", "/bulk/issues/fields", {}, LABELS | {"selectedIssueIdsOrKeys": []}),
        ("POST", "/bulk/issues/fields", {}, LABELS | {"selectedIssueIdsOrKeys": ["1"] * 1001}),
        ("POST", "/bulk/issues/fields", {}, LABELS | {"selectedActions": ["summary"]}),
        ("POST", "/bulk/issues/fields", {}, LABELS | {"editedFieldsInput": {"urlFields": []}}),
        ("POST", "/bulk/issues/fields", {}, LABELS | {"editedFieldsInput": {"labelsFields": [{"fieldId": "labels"}]}}),
        ("GET", "/bulk/queue/77", {}, None),
    ],
)
def test_a_bad_request_is_answered_with_400_and_words(api, method, path, query, body):
    answer = api.call(method, path, json=body, checked=False, **query)
    assert answer.status == 400
    assert answer.json.get("errorMessages") or answer.json["errors"]
