"""Writing flags: which calls go out for a change, what a failure does, and what is never touched."""

import pytest
from fake_clock import FakeClock
from jira_wire import settings, wired, writer
from requests import ConnectionError

from connectors.jira import publisher
from portfolio.errors import RateLimited, SignInError
from portfolio.ports import Change, Mark

RUNNING = {"taskId": "7", "status": "RUNNING", "progressPercent": 5}


@pytest.fixture
def wire():
    with wired() as wire:
        yield wire


def done(*issues, **more):
    return {"taskId": "7", "status": "COMPLETE", "processedAccessibleIssues": list(issues)} | more


def change(channel="property", name="plumbrule", target="10001", kind="item", action="create", body=None, **more):
    mark = Mark(channel, more.pop("source", "jira"), kind, target, name, body, more.pop("title", ""))
    return Change(action, mark, "hash", **more)


def label(target="10001", name="pmo-late", action="create"):
    return change("label", name, target, action=action)


def errors(changes, time=None):
    return [receipt.error for receipt in writer(time).apply(changes)]


@pytest.mark.parametrize(
    ("kind", "path"),
    [("item", "/issue/10001/properties/plumbrule"), ("project", "/project/10001/properties/plumbrule")],
)
def test_a_property_is_put_and_deleted(wire, kind, path):
    wire.on("PUT", path, "", status=201)
    wire.on("DELETE", path, "", status=204)
    put, delete = writer().apply([change(kind=kind, body={"open": 2}), change(kind=kind, action="remove")])
    assert (put.error, delete.error) == (None, None)
    assert wire.sent(path, "PUT") == [{"open": 2}]
    assert wire.paths == [f"PUT {path}", f"DELETE {path}"]


def test_what_is_already_gone_counts_as_removed(wire):
    wire.on("DELETE", "/issue/10001/properties/plumbrule", 404)
    assert errors([change(action="remove")]) == [None]


@pytest.mark.parametrize("action", ["create", "update"])
def test_a_remote_link_is_created_and_updated_by_its_global_id(wire, action):
    wire.on("POST", "/issue/10001/remotelink", {"id": 55, "self": "https://meridian.example/x"})
    body = {"object": {"title": "2 findings", "url": "https://pmo.example/r"}, "relationship": "PMO"}
    (receipt,) = writer().apply([change("remote_link", "plumbrule:jira:10001", body=body, action=action)])
    assert (receipt.error, receipt.remote_id) == (None, "55")
    assert wire.sent("/issue/10001/remotelink") == [body | {"globalId": "plumbrule:jira:10001"}]


def test_a_remote_link_may_be_sent_again_because_its_global_id_keeps_it_single(wire):
    wire.on("POST", "/issue/10001/remotelink", 503, {"id": 55})
    body = {"object": {"title": "2 findings", "url": "https://pmo.example/r"}}
    assert errors([change("remote_link", "plumbrule:jira:10001", body=body)]) == [None]


def test_a_remote_link_is_removed_by_its_global_id(wire):
    wire.on("DELETE", "/issue/10001/remotelink", "", status=204)
    assert errors([change("remote_link", "plumbrule:jira:10001", action="remove")]) == [None]
    assert wire.sent("/issue/10001/remotelink") == [{"globalId": ["plumbrule:jira:10001"]}]


def test_labels_go_out_together_without_a_mail(wire):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    wire.on("GET", "/bulk/queue/7", RUNNING, done(10001, 10002))
    time = FakeClock()
    assert errors([label("10001"), label("10002")], time) == [None, None]
    (sent,) = wire.sent("/bulk/issues/fields")
    assert sent == {
        "selectedIssueIdsOrKeys": ["10001", "10002"],
        "selectedActions": ["labels"],
        "editedFieldsInput": {
            "labelsFields": [
                {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "pmo-late"}]}
            ]
        },
        "sendBulkNotification": False,
    }
    assert 0.5 in time.slept


def test_adding_and_removing_labels_are_separate_edits(wire):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    wire.on("GET", "/bulk/queue/7", done(10001, 10002))
    errors([label("10001"), label("10002", action="remove"), label("10001", "pmo-cost")])
    options = [
        (f["bulkEditMultiSelectFieldOption"], f["labels"][0]["name"])
        for sent in wire.sent("/bulk/issues/fields")
        for f in sent["editedFieldsInput"]["labelsFields"]
    ]
    assert options == [("ADD", "pmo-cost"), ("ADD", "pmo-late"), ("REMOVE", "pmo-late")]


def test_a_thousand_issues_at_most_go_in_one_edit(wire):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    wire.on("GET", "/bulk/queue/7", done(*range(1001)))
    assert set(errors([label(str(n)) for n in range(1001)])) == {None}
    assert [len(sent["selectedIssueIdsOrKeys"]) for sent in wire.sent("/bulk/issues/fields")] == [1000, 1]


def test_each_issue_of_a_bulk_edit_says_what_became_of_it(wire):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    failed = {"10002": ["The issue is locked", "Ask Ada"]}
    wire.on("GET", "/bulk/queue/7", done(10001, failedAccessibleIssues=failed, invalidOrInaccessibleIssueCount=1))
    assert errors([label("10001"), label("10002"), label("10003")]) == [
        None,
        "The issue is locked; Ask Ada",
        "Jira could not find the issue, or the account may not see it",
    ]


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED", "DEAD"])
def test_a_bulk_edit_that_ends_badly_is_an_error_of_each_unprocessed_issue(wire, state):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    wire.on("GET", "/bulk/queue/7", done(10001, status=state))
    first, second = errors([label("10001"), label("10002")])
    assert first is None
    assert f"7 is {state}" in second


def test_patience_with_a_running_task_ends_after_ten_minutes(wire):
    wire.on("POST", "/bulk/issues/fields", {"taskId": "7"}, status=201)
    wire.on("GET", "/bulk/queue/7", RUNNING)
    time = FakeClock()
    (error,) = errors([label()], time)
    assert "is RUNNING" in error
    assert 600 <= time.seconds < 700


def test_a_refused_bulk_edit_is_an_error_of_each_issue(wire):
    wire.on("POST", "/bulk/issues/fields", 403)
    first, second = errors([label("10001"), label("10002")])
    assert first == second
    assert "Make bulk changes" in first


def test_a_failed_bulk_edit_is_not_sent_again(wire):
    wire.on("POST", "/bulk/issues/fields", 503)
    assert "not available" in errors([label()])[0]
    assert len(wire.paths) == 1


@pytest.mark.parametrize(("status", "words"), [(403, "Edit issues"), (404, "has nothing there"), (500, "failed")])
def test_one_failure_does_not_stop_the_others(wire, status, words):
    wire.on("PUT", "/issue/10001/properties/plumbrule", status)
    wire.on("PUT", "/issue/10002/properties/plumbrule", "", status=200)
    first, second = errors([change(body={}), change(target="10002", body={})])
    assert words in first
    assert second is None


NOT_TRIED = "not tried: meridian.example does not answer"


def test_a_host_that_does_not_answer_is_asked_no_more(wire):
    wire.on("PUT", "/issue/10001/properties/plumbrule", 503)
    mine = change(target="10003", body={}, action="update", remote_id="plumbrule")
    first, *rest = writer().apply([change(body={}), change(target="10002", body={}), mine, label()])
    assert "not available" in first.error
    assert [receipt.error for receipt in rest] == [NOT_TRIED] * 3
    assert rest[1].remote_id == "plumbrule"
    assert set(wire.paths) == {"PUT /issue/10001/properties/plumbrule"}


def test_a_lost_line_ends_the_writing_too(wire):
    wire.on("PUT", "/issue/10001/properties/plumbrule", "", body=ConnectionError("gone"))
    first, second = errors([change(body={}), change(target="10002", body={})])
    assert "cannot be reached" in first
    assert second == NOT_TRIED


def test_after_a_bulk_edit_without_answer_no_other_is_sent(wire):
    wire.on("POST", "/bulk/issues/fields", 503)
    first, second = errors([label(name="pmo-a"), label(name="pmo-b")])
    assert "not available" in first
    assert second == NOT_TRIED
    assert len(wire.paths) == 1


def test_a_change_that_is_not_ours_is_told_as_such_although_the_host_does_not_answer(wire):
    wire.on("PUT", "/issue/10001/properties/plumbrule", 503)
    assert "belongs to other" in errors([change(body={}), change(source="other", body={})])[1]


@pytest.mark.parametrize("path", ["/issue/10001/properties/plumbrule", "/bulk/issues/fields"])
def test_a_refused_sign_in_stops_everything(wire, path):
    wire.on("PUT" if "properties" in path else "POST", path, 401)
    with pytest.raises(SignInError):
        errors([change(body={}) if "properties" in path else label()])


@pytest.mark.parametrize("path", ["/issue/10001/properties/plumbrule", "/bulk/issues/fields"])
def test_a_long_rate_limit_stops_everything(wire, path):
    wire.on("PUT" if "properties" in path else "POST", path, 429, headers={"Retry-After": "1000"})
    with pytest.raises(RateLimited):
        errors([change(body={}) if "properties" in path else label()])


@pytest.mark.parametrize(
    ("stranger", "words"),
    [
        (change(name="acme", body={}), "does not carry our name"),
        (change("remote_link", "confluence:1", action="remove"), "does not carry our name"),
        (label(name="urgent", action="remove"), "does not carry our name"),
        (label(name="pmo-a b"), "does not carry our name"),
        (change("label", "pmo-x", kind="project"), "takes no label"),
        (change(source="other", body={}), "belongs to other"),
    ],
)
def test_what_is_not_ours_is_never_touched(wire, stranger, words):
    (error,) = errors([stranger])
    assert words in error
    assert wire.paths == []


def may(**permissions):
    return {"permissions": {key: {"havePermission": held} for key, held in permissions.items()}}


def test_preflight_asks_per_project_and_once_for_all_issues(wire):
    wire.on(
        "GET",
        "/mypermissions",
        may(ADMINISTER_PROJECTS=False),
        may(BULK_CHANGE=False, EDIT_ISSUES=True, LINK_ISSUES=False),
        may(EDIT_ISSUES=True),
    )
    changes = [
        change(kind="project", target="10000", title="PAY Payments", body={}),
        change(body={}),
        change("remote_link", "plumbrule:x"),
        label(),
    ]
    project, of_property, link, of_label = changes
    assert [(one.what, one.changes) for one in writer().preflight(changes)] == [
        ("Administer projects in PAY Payments", (project,)),
        ("Make bulk changes, for labels", (of_label,)),
        ("Link issues, for remote links", (link,)),
    ]
    assert of_property not in [change for one in writer().preflight([of_property]) for change in one.changes]
    assert wire.sent("/mypermissions") == [
        {"permissions": ["ADMINISTER_PROJECTS"], "projectId": ["10000"]},
        {"permissions": ["BULK_CHANGE,EDIT_ISSUES,LINK_ISSUES"]},
        {"permissions": ["EDIT_ISSUES"]},
    ]


def test_preflight_of_nothing_asks_nothing(wire):
    assert writer().preflight([]) == []
    assert wire.paths == []


def test_a_publisher_is_made_without_calling_anybody(wire):
    made = publisher("jira", settings())
    assert made.name == "jira"
    made.close()
    assert wire.paths == []


FINDING = Mark(
    "finding_issue",
    "jira",
    "project",
    "PMO",
    "pmo-fp-1",
    {"summary": "No budget", "issue_type": "Task", "document": [], "property": {"finding": "1"}},
)


def test_a_creation_without_answer_is_looked_for_and_then_left_to_the_next_run(wire):
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True})
    wire.on("POST", "/issue", "", body=ConnectionError("gone"))
    time = FakeClock()
    first, second = writer(time).apply([Change("create", FINDING, "h"), change("comment", "plumbrule:x", body={})])
    assert "did not say whether the issue was created" in first.error
    assert not first.unwritten, "the ledger must remember that it may be there"
    assert (second.error, second.unwritten) == (NOT_TRIED, True)
    assert len(wire.sent("/issue")) == 1
    assert 55 < sum(time.slept) < 120
    wire.mock.reset()
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True})
    wire.on("POST", "/issue", {"id": "7", "key": "PMO-7", "self": "x"}, status=201)
    time = FakeClock()
    [third] = writer(time).apply([Change("update", FINDING, "h")])
    assert (third.error, third.remote_id) == (None, "7")
    assert sum(time.slept) >= 60, "the index must have caught up before it is created after all"


def test_a_throttled_creation_was_not_made_and_stops_the_run(wire):
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True})
    wire.on("POST", "/issue", 429, headers={"Retry-After": "1000"})
    with pytest.raises(RateLimited):
        list(writer().apply([Change("create", FINDING, "h")]))
    assert len(wire.sent("/issue")) == 1


def test_a_property_beyond_the_limit_is_refused_before_it_is_sent(wire):
    [receipt] = writer().apply([change(body={"text": "x" * 33_000})])
    assert "Jira takes 32768" in receipt.error
    assert receipt.unwritten
    assert wire.paths == []


def test_several_fields_of_one_name_are_told_with_their_ids(wire):
    schema = {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select", "customId": 1}
    twins = [{"id": f"customfield_{n}", "name": "PMO findings", "custom": True, "schema": schema} for n in (1, 2)]
    wire.on("GET", "/mypermissions", may(BULK_CHANGE=True, EDIT_ISSUES=True))
    wire.on("GET", "/field", twins)
    [missing] = writer().preflight([change("field", "PMO findings", body={"options": ["high"], "text": "x"})])
    assert "there are 2 (customfield_1, customfield_2)" in missing.what
