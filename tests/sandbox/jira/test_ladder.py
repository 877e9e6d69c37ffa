"""The louder ways to tell a person something: issues, custom fields in bulk, comments; and many properties at once."""

import pytest

from sandbox.jira.writes import WriteLimit

NOTE = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}]}


def new_issue(**more):
    fields = {"project": {"key": "BETA"}, "issuetype": {"name": "Task"}, "summary": "Re-plan"}
    return {"fields": {name: value for name, value in (fields | more).items() if value is not None}}


def run_task(api, path):
    assert api.get(path).json["status"] == "RUNNING"
    return api.get(path).json


def test_a_created_issue_has_all_that_was_posted_and_mails(api, site):
    body = new_issue(
        description=NOTE, labels=["pmo-late"], assignee={"accountId": site.account}, duedate="2026-12-01",
        priority={"name": "High"},
    )  # fmt: skip
    made = api.post("/issue", body | {"properties": [{"key": "plumbrule", "value": {"fingerprint": "f"}}]})
    assert made.status == 201
    issue = api.get(f"/issue/{made.json['id']}", properties="plumbrule").json
    fields = issue["fields"]
    assert (issue["key"], fields["summary"], fields["labels"], fields["duedate"]) == (
        "BETA-2", "Re-plan", ["pmo-late"], "2026-12-01",
    )  # fmt: skip
    assert (fields["description"], fields["assignee"]["accountId"]) == (NOTE, site.account)
    assert (fields["reporter"]["accountId"], fields["status"]["name"]) == (site.account, "To Do")
    assert issue["properties"] == {"plumbrule": {"fingerprint": "f"}}
    assert api.keys("project = BETA AND labels = pmo-late") == ["BETA-2"]
    assert site.mails == ["BETA-2: created"]


def test_the_same_create_twice_makes_two_issues(api):
    keys = [api.post("/issue", new_issue()).json["key"] for _ in range(2)]
    assert keys == ["BETA-2", "BETA-3"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"summary": None}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"project": {"key": "NONE"}}, "project"),
        ({"issuetype": {"name": "Nothing"}}, "issuetype"),
        ({"issuetype": {"name": "Sub-task"}}, "issuetype"),
        ({"description": "plain"}, "description"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
        ({"priority": {"name": "Urgent"}}, "priority"),
        ({"customfield_99999": "x"}, "customfield_99999"),
        ({"parent": {"key": "NONE-1"}}, "parent"),
    ],
)
def test_a_create_that_cannot_be_is_refused_with_its_field(api, site, change, field):
    answer = api.call("POST", "/issue", json=new_issue(**change), checked=False)
    assert answer.status == 400
    assert list(answer.json["errors"]) == [field]
    assert site.mails == []


def test_creating_needs_its_permission(api, site):
    site.granted.discard("CREATE_ISSUES")
    assert api.post("/issue", new_issue()).status == 403
    assert api.get("/issue/createmeta/BETA/issuetypes").json["issueTypes"] == []


def test_what_may_be_set_on_create_is_told_with_the_options_of_selects(api, site):
    field = site.add_custom_field("PMO findings", "select", ["Late", "Over budget"])
    kinds = {one["name"]: one["id"] for one in api.get("/issue/createmeta/BETA/issuetypes").json["issueTypes"]}
    page = api.get(f"/issue/createmeta/BETA/issuetypes/{kinds['Task']}", maxResults=200).json
    told = {one["fieldId"]: one for one in page["fields"]}
    assert told["summary"]["required"]
    assert [one["value"] for one in told[field]["allowedValues"]] == ["Late", "Over budget"]
    assert api.get("/issue/createmeta/BETA/issuetypes/1", checked=False).status == 400


def test_what_may_be_edited_is_told_and_nothing_where_nothing_may(api, site):
    field = site.add_custom_field("PMO findings", "select", ["Late"])
    told = api.get("/issue/ALPHA-1/editmeta").json["fields"]
    assert [one["value"] for one in told[field]["allowedValues"]] == ["Late"]
    site.uneditable_issues.add("ALPHA-1")
    assert api.get("/issue/ALPHA-1/editmeta").json["fields"] == {}


def test_an_issue_is_closed_and_reopened_by_transitions(api, site):
    def transit(key, category):
        told = api.get(f"/issue/{key}/transitions").json["transitions"]
        number = next(one["id"] for one in told if one["to"]["statusCategory"]["key"] == category)
        return api.post(f"/issue/{key}/transitions", {"transition": {"id": number}}).status

    assert transit("ALPHA-1", "done") == 204
    fields = api.get("/issue/ALPHA-1").json["fields"]
    assert (fields["status"]["statusCategory"]["key"], fields["resolution"]["name"]) == ("done", "Done")
    assert transit("ALPHA-1", "new") == 204
    assert api.get("/issue/ALPHA-1").json["fields"]["resolution"] is None
    site.granted.discard("TRANSITION_ISSUES")
    assert api.get("/issue/ALPHA-1/transitions").json["transitions"] == []
    assert api.call("POST", "/issue/ALPHA-1/transitions", json={"transition": {"id": "1"}}, checked=False).status == 400


def test_custom_fields_are_edited_in_bulk_and_cleared(api, site):
    select = site.add_custom_field("PMO findings", "select", ["Late", "Fine"])
    text = site.add_custom_field("PMO words", "text")
    number = {name: value for value, name in site.custom_fields["PMO findings"].numbered_options()}["Late"]

    def edit(option, words):
        body = {
            "selectedIssueIdsOrKeys": ["ALPHA-1", "ALPHA-2"],
            "selectedActions": [select, text],
            "editedFieldsInput": {
                "singleSelectFields": [{"fieldId": select, "option": {"optionId": option}}],
                "singleLineTextFields": [{"fieldId": text, "text": words}],
            },
            "sendBulkNotification": False,
        }
        answer = api.post("/bulk/issues/fields", body)
        assert answer.status == 201
        return run_task(api, f"/bulk/queue/{answer.json['taskId']}")

    assert edit(number, "late by 9 days")["processedAccessibleIssues"] == [10001, 10002]
    fields = api.get("/issue/ALPHA-2").json["fields"]
    assert (fields[select]["value"], fields[text]) == ("Late", "late by 9 days")
    last = api.get("/issue/ALPHA-2/changelog").json["values"][-1]
    assert {item["field"] for item in last["items"]} == {"PMO findings", "PMO words"}
    edit(-1, "")
    fields = api.get("/issue/ALPHA-2").json["fields"]
    assert (fields[select], fields[text]) == (None, None)
    assert site.mails == []


@pytest.mark.parametrize(
    ("kind", "name", "given", "shown", "cleared"),
    [
        ("number", "clearableNumberFields", {"value": 2.5}, 2.5, {}),
        ("date", "datePickerFields", {"date": {"formattedDate": "2026-12-01"}}, "2026-12-01", {}),
        ("url", "urlFields", {"url": "https://pmo.example"}, "https://pmo.example", {"url": ""}),
    ],
)
def test_numbers_dates_and_links_are_edited_in_bulk_too(api, site, kind, name, given, shown, cleared):
    field = site.add_custom_field("PMO value", kind)
    for posted, expected in ((given, shown), (cleared, None)):
        body = {
            "selectedIssueIdsOrKeys": ["ALPHA-1"],
            "selectedActions": [field],
            "editedFieldsInput": {name: [{"fieldId": field} | posted]},
        }
        assert api.post("/bulk/issues/fields", body).status == 201
        assert api.get("/issue/ALPHA-1").json["fields"][field] == expected
    assert site.mails == ["ALPHA-1: edited in bulk"] * 2, "the default is to mail"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"singleSelectFields": [{"fieldId": "{field}", "option": {"optionId": 7}}]}, "no option 7"),
        ({"singleSelectFields": [{"fieldId": "customfield_1", "option": {"optionId": 7}}]}, "does not exist"),
        ({"singleLineTextFields": [{"fieldId": "{field}", "text": "x"}]}, "is not one of"),
        ({"colorFields": [{"fieldId": "{field}"}]}, "does not edit colorFields"),
        ({"datePickerFields": [{"fieldId": "customfield_10017", "date": {"formattedDate": "soon"}}]}, "takes a date"),
        ({"clearableNumberFields": [{"fieldId": "customfield_10016", "value": "x"}]}, "takes a number"),
        ({"labelsFields": [{"fieldId": "labels", "bulkEditMultiSelectFieldOption": "PAINT"}]}, "labels field needs"),
        ({}, "must not be empty"),
    ],
)
def test_a_bulk_edit_that_cannot_be_is_refused_as_a_whole(api, site, inputs, words):
    field = site.add_custom_field("PMO findings", "select", ["Late"])
    filled = {
        kind: [one | {"fieldId": one["fieldId"].format(field=field)} for one in many] for kind, many in inputs.items()
    }
    body = {"selectedIssueIdsOrKeys": ["ALPHA-1"], "selectedActions": [field], "editedFieldsInput": filled}
    answer = api.call("POST", "/bulk/issues/fields", json=body, checked=False)
    assert answer.status == 400
    assert words in answer.json["errors"][0]["message"]


def test_a_custom_field_is_set_by_an_edit_and_only_to_an_option_it_has(api, site):
    field = site.add_custom_field("PMO findings", "select", ["Late"])
    assert api.put("/issue/ALPHA-1", {"fields": {field: {"value": "Late"}}}, notifyUsers="false").status == 204
    assert api.get("/issue/ALPHA-1").json["fields"][field]["value"] == "Late"
    assert api.put("/issue/ALPHA-1", {"fields": {field: {"value": "Odd"}}}).status == 400
    points = site.custom_fields["Story Points"].id
    assert api.put("/issue/ALPHA-1", {"fields": {points: 8, "description": NOTE}}).status == 204
    assert api.get("/issue/ALPHA-1").json["fields"][points] == 8
    assert api.put("/issue/ALPHA-1", {"fields": {points: "eight"}}).status == 400


def test_an_edit_that_changes_nothing_leaves_updated_and_history(api, site):
    before = api.get("/issue/ALPHA-2").json["fields"]["updated"]
    assert api.put("/issue/ALPHA-2", {"fields": {"labels": ["web", "ui"]}}, notifyUsers="false").status == 204
    assert api.get("/issue/ALPHA-2").json["fields"]["updated"] == before
    assert api.get("/issue/ALPHA-2/changelog").json["total"] == 3


def test_a_comment_keeps_properties_and_only_its_author_may_change_it(api, site):
    made = api.post("/issue/ALPHA-1/comment", {"body": NOTE, "properties": [{"key": "plumbrule", "value": "sticky"}]})
    number = made.json["id"]
    assert api.get(f"/comment/{number}/properties/plumbrule").json["value"] == "sticky"
    assert api.get("/comment/1/properties/plumbrule").status == 404
    other = site.add_comment("ALPHA-1", "Mine", author=next(iter(site.users)) + "x").id
    assert api.call("PUT", f"/issue/ALPHA-1/comment/{other}", json={"body": NOTE}, checked=False).status == 400
    assert api.call("DELETE", f"/issue/ALPHA-1/comment/{other}", checked=False).status == 400
    site.granted.add("EDIT_ALL_COMMENTS")
    site.granted.discard("DELETE_OWN_COMMENTS")
    assert api.call("DELETE", f"/issue/ALPHA-1/comment/{number}", checked=False).status == 400


def test_properties_of_many_issues_are_a_task_that_tells_what_failed(api, site):
    site.uneditable_issues.add("ALPHA-1")
    issues = [{"issueID": number, "properties": {"plumbrule": {"a": number}}} for number in (10001, 10002, 99999)]
    # The document's schema of a value forbids objects, which its own example shows.
    answer = api.call("POST", "/issue/properties/multi", json={"issues": issues}, checked=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(api.url)
    result = run_task(api, f"/task/{answer.headers['Location'].rpartition('/')[2]}")["result"]
    assert result["updatedIssues"] == [10002]
    assert result["failedIssues"] == {"10001": ["You do not have permission to edit this issue."]}
    assert api.get("/issue/ALPHA-2/properties/plumbrule").json["value"] == {"a": 10002}
    assert api.call("POST", "/issue/properties/multi", json={"issues": []}, checked=False).status == 400
    assert api.get("/task/1").status == 404


def test_too_many_writes_to_one_issue_are_refused_and_other_issues_are_not(api, site):
    now = [0.0]
    site.write_limit = WriteLimit(clock=lambda: now[0])
    answers = [api.put("/issue/ALPHA-2/properties/p", place) for place in range(21)]
    assert {one.status for one in answers[:20]} == {201, 200}
    assert answers[20].status == 429
    assert answers[20].headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert answers[20].headers["Retry-After"] == "2"
    assert api.put("/issue/ALPHA-1/properties/p", 1).status == 201
    statuses = []
    for _ in range(100):
        now[0] += 0.2
        statuses.append(api.put("/issue/ALPHA-2/properties/p", 1).status)
    assert statuses.count(429) == 20, "100 in half a minute are allowed, 20 were made before"
    now[0] += 30
    assert api.put("/issue/ALPHA-2/properties/p", 1).status == 200


def test_a_created_issue_is_there_after_a_restart(serve):
    api, _ = serve()
    key = api.post("/issue", new_issue(labels=["pmo-fp-1"])).json["key"]
    later, site = serve()
    assert later.keys("labels = 'pmo-fp-1'") == [key]
    assert later.post("/issue", new_issue()).json["key"] == "BETA-3"
    assert site.mails == ["BETA-3: created"]
