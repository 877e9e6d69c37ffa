"""What a reporter writes: properties, web links, labels, comments; what that moves, mails and leaves behind."""

import pytest

from sandbox.http import Server
from sandbox.jira.journal import JournalError
from sandbox.jira.routes import routes
from sandbox.jira.site import JiraSite

LINK = {"globalId": "plumbrule:jira:2", "object": {"title": "Late", "url": "https://pmo.example/2", "summary": "Why"}}
NOTE = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}]}


def bulk(verb, *labels, issues=("ALPHA-1", "ALPHA-2"), **more):
    edits = {"fieldId": "labels", "bulkEditMultiSelectFieldOption": verb, "labels": [{"name": one} for one in labels]}
    return {
        "selectedIssueIdsOrKeys": list(issues),
        "selectedActions": ["labels"],
        "editedFieldsInput": {"labelsFields": [edits]},
        "sendBulkNotification": False,
    } | more


def updated(api, key):
    return api.get(f"/issue/{key}", fields="updated").json["fields"]["updated"]


def labels(api, key):
    return api.get(f"/issue/{key}", fields="labels").json["fields"]["labels"]


def test_a_property_is_created_replaced_read_and_removed_without_touching_the_issue(api, site):
    before = updated(api, "ALPHA-2")
    assert api.put("/issue/ALPHA-2/properties/plumbrule", {"a": 1}).status == 201
    assert api.put("/issue/ALPHA-2/properties/plumbrule", {"a": 2}).status == 200
    assert api.get("/issue/ALPHA-2/properties/plumbrule").json == {"key": "plumbrule", "value": {"a": 2}}
    assert api.search("key = ALPHA-2", ["id"], properties=["plumbrule"]).json["issues"][0]["properties"] == {
        "plumbrule": {"a": 2}
    }
    assert [one["key"] for one in api.get("/issue/ALPHA-2/properties").json["keys"]] == ["plumbrule"]
    assert api.delete("/issue/ALPHA-2/properties/plumbrule").status == 204
    assert api.get("/issue/ALPHA-2/properties/plumbrule").status == 404
    assert updated(api, "ALPHA-2") == before
    assert site.mails == []


def test_a_web_link_of_a_known_global_id_is_replaced_as_a_whole(api, site):
    before = updated(api, "ALPHA-2")
    first = api.post("/issue/ALPHA-2/remotelink", LINK | {"relationship": "reported by"})
    again = api.post("/issue/ALPHA-2/remotelink", LINK | {"object": {"title": "Fine", "url": "https://pmo.example/2"}})
    assert (first.status, again.status) == (201, 200)
    assert first.json["id"] == again.json["id"]
    link = api.get("/issue/ALPHA-2/remotelink", globalId=LINK["globalId"]).json
    assert link["object"]["title"] == "Fine"
    assert "summary" not in link["object"]
    assert "relationship" not in link
    assert len(api.get("/issue/ALPHA-2/remotelink").json) == 1
    assert updated(api, "ALPHA-2") == before
    assert site.mails == []


def test_a_web_link_without_global_id_is_added_each_time(api):
    for _ in range(2):
        assert api.post("/issue/ALPHA-1/remotelink", {"object": LINK["object"]}).status == 201
    assert len(api.get("/issue/ALPHA-1/remotelink").json) == 2


def test_labels_in_bulk_move_updated_and_write_the_changelog_but_send_no_mail_when_told_so(api, site):
    task = api.post("/bulk/issues/fields", bulk("ADD", "pmo-late", "web")).json["taskId"]
    assert api.get(f"/bulk/queue/{task}").json["status"] == "RUNNING"
    done = api.get(f"/bulk/queue/{task}").json
    assert (done["status"], done["processedAccessibleIssues"], done["totalIssueCount"]) == (
        "COMPLETE",
        [10001, 10002],
        2,
    )
    assert labels(api, "ALPHA-2") == ["web", "ui", "pmo-late"]
    assert updated(api, "ALPHA-2") == "2026-11-23T06:00:00.000+0000"
    entry = api.get("/issue/ALPHA-2/changelog").json["values"][-1]
    assert entry["items"][0]["toString"] == "web ui pmo-late"
    assert entry["author"]["accountId"] == site.account
    assert site.mails == []


def test_labels_in_bulk_mail_the_watchers_unless_told_not_to(api, site):
    assert api.post("/bulk/issues/fields", bulk("ADD", "x", sendBulkNotification=True)).status == 201
    assert site.mails == ["ALPHA-1: edited in bulk", "ALPHA-2: edited in bulk"]
    quiet = bulk("ADD", "y")
    del quiet["sendBulkNotification"]
    api.post("/bulk/issues/fields", quiet)
    assert len(site.mails) == 4, "the default is to mail"


@pytest.mark.parametrize(
    ("verb", "names", "left"),
    [("REMOVE", ["ui", "absent"], ["web"]), ("REPLACE", ["a", "b"], ["a", "b"]), ("REMOVE_ALL", [], [])],
)
def test_labels_in_bulk_are_removed_and_replaced(api, verb, names, left):
    api.post("/bulk/issues/fields", bulk(verb, *names, issues=["ALPHA-2"]))
    assert labels(api, "ALPHA-2") == left


def test_an_edit_in_bulk_that_changes_nothing_leaves_updated_and_the_changelog(api):
    before, count = updated(api, "ALPHA-1"), api.get("/issue/ALPHA-1/changelog").json["total"]
    api.post("/bulk/issues/fields", bulk("ADD", "web", issues=["ALPHA-1"], sendBulkNotification=True))
    assert updated(api, "ALPHA-1") == before
    assert api.get("/issue/ALPHA-1/changelog").json["total"] == count


def test_an_edit_in_bulk_tells_per_issue_what_it_could_not_do(api, site):
    site.uneditable_issues.add("ALPHA-1")
    body = bulk("ADD", "x", issues=["ALPHA-1", "ALPHA-2", "ALPHA-99"])
    task = api.post("/bulk/issues/fields", body).json["taskId"]
    api.get(f"/bulk/queue/{task}")
    done = api.get(f"/bulk/queue/{task}").json
    assert done["failedAccessibleIssues"] == {"10001": ["You do not have permission to edit this issue."]}
    assert (done["processedAccessibleIssues"], done["invalidOrInaccessibleIssueCount"]) == ([10002], 1)
    assert api.put("/issue/ALPHA-1/properties/p", 1).status == 403


def test_editing_in_bulk_needs_its_permission(api, site):
    site.granted.discard("BULK_CHANGE")
    answer = api.post("/bulk/issues/fields", bulk("ADD", "x"))
    assert answer.status == 400
    assert "bulk change" in answer.json["errors"][0]["message"]


def test_an_issue_is_edited_by_fields_and_by_operations(api, site):
    operations = [{"add": "pmo-x"}, {"remove": "web"}]
    assert api.put("/issue/ALPHA-2", {"update": {"labels": operations}}, notifyUsers="false").status == 204
    assert labels(api, "ALPHA-2") == ["ui", "pmo-x"]
    assert site.mails == []
    account = site.account
    fields = {"summary": "New", "duedate": None, "priority": {"name": "Low"}, "assignee": {"accountId": account}}
    assert api.put("/issue/ALPHA-2", {"fields": fields | {"labels": ["a"]}}).status == 204
    now = api.get("/issue/ALPHA-2").json["fields"]
    assert (now["summary"], now["duedate"], now["priority"]["name"], now["labels"]) == ("New", None, "Low", ["a"])
    assert now["assignee"]["accountId"] == account
    assert site.mails == ["ALPHA-2: edited"]


def test_an_edit_without_mails_needs_the_right_to_administer(api, site):
    site.granted.discard("ADMINISTER_PROJECTS")
    body = {"update": {"labels": [{"set": ["x"]}]}}
    assert api.put("/issue/ALPHA-2", body, notifyUsers="false").status == 403
    assert api.put("/issue/ALPHA-2", body).status == 204


def test_a_comment_is_made_edited_quietly_and_removed(api, site):
    made = api.post("/issue/ALPHA-1/comment", {"body": NOTE})
    assert made.status == 201
    path = f"/issue/ALPHA-1/comment/{made.json['id']}"
    assert api.put(path, {"body": NOTE | {"content": []}}, notifyUsers="false").json["body"]["content"] == []
    assert api.get("/issue/ALPHA-1/comment").json["total"] == 1
    assert (
        api.put("/issue/ALPHA-1", {"update": {"comment": [{"add": {"body": NOTE}}]}}, notifyUsers="false").status == 204
    )
    assert api.get("/issue/ALPHA-1").json["fields"]["comment"]["total"] == 2
    assert api.delete(path).status == 204
    assert site.mails == ["ALPHA-1: commented"]
    assert updated(api, "ALPHA-1") == "2026-11-23T06:00:00.000+0000"


def test_the_next_process_sees_what_was_written(serve):
    api, site = serve()
    site.wait(minutes=3)
    api.put("/project/ALPHA/properties/plumbrule", {"state": "late"})
    api.put("/issue/ALPHA-2/properties/plumbrule", {"rules": ["a"]})
    link = api.post("/issue/ALPHA-2/remotelink", LINK).json["id"]
    api.post("/bulk/issues/fields", bulk("ADD", "pmo-late", issues=["ALPHA-2"]))
    api.post("/issue/ALPHA-2/comment", {"body": NOTE})
    api.put("/issue/ALPHA-1", {"fields": {"duedate": "2026-12-24"}})
    api.delete("/issue/ALPHA-2/worklog/20003")
    api.delete("/issue/ALPHA-4")
    paths = [
        "/issue/ALPHA-2",
        "/issue/ALPHA-2/changelog",
        "/issue/ALPHA-2/remotelink",
        "/issue/ALPHA-2/properties/plumbrule",
        "/issue/ALPHA-1",
        "/project/ALPHA/properties/plumbrule",
        "/project/ALPHA/properties/pmo",
    ]
    later, _ = serve()
    for path in paths:
        before, after = str(api.get(path).json), str(later.get(path).json)
        assert after.replace(later.url, "") == before.replace(api.url, ""), path
    assert later.get("/issue/ALPHA-4").status == 404
    assert later.post("/issue/ALPHA-2/remotelink", LINK).json["id"] == link
    assert later.post("/issue/ALPHA-1/remotelink", LINK).json["id"] > link, "ids are never handed out twice"


def test_writing_the_same_twice_does_not_make_the_state_file_grow(serve, tmp_path):
    api, _ = serve()
    sizes = []
    for _ in range(3):
        api.put("/issue/ALPHA-2/properties/plumbrule", {"rules": ["a"]})
        sizes.append((tmp_path / "jira.json").stat().st_size)
    assert sizes[0] == sizes[1] == sizes[2]
    assert [one.name for one in tmp_path.iterdir()] == ["jira.json"], "no half-written file is left behind"


def test_without_a_state_file_nothing_is_kept(serve):
    api, _ = serve(None)
    api.put("/issue/ALPHA-2/properties/plumbrule", 1)
    later, _ = serve(None)
    assert later.get("/issue/ALPHA-2/properties/plumbrule").status == 404


@pytest.mark.parametrize(
    ("content", "words"), [("{", "not a state file"), ('{"version": 99}', "another version"), ("[]", "another")]
)
def test_a_state_file_that_cannot_be_read_is_told_with_its_place(tmp_path, content, words):
    path = tmp_path / "jira.json"
    path.write_text(content)
    with pytest.raises(JournalError, match=words) as caught:
        routes(JiraSite(), path)
    assert str(path) in str(caught.value)


def test_a_state_file_of_a_larger_world_is_applied_as_far_as_it_goes(serve, tmp_path):
    api, _ = serve()
    api.put("/issue/ALPHA-2/properties/plumbrule", 1)
    api.put("/project/ALPHA/properties/plumbrule", 1)
    api.delete("/issue/ALPHA-4")
    api.delete("/issue/ALPHA-2/worklog/20003")
    with Server(routes(JiraSite(), tmp_path / "jira.json")) as server:
        assert server.failures == []
