"""The louder ways to tell a person something, against a site of either edition: fields, finding issues, comments."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from jira_ladder import Ladder, again, comment, finding_issue, ladder, removal

from portfolio.ports import Change, Mark, Review
from sandbox.faults import refused, reset


@pytest.fixture(params=["cloud", "data_center"])
def flags(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    with ladder(request.param) as built:
        yield built


# -- issues for findings -------------------------------------------------------------------------------------------


def test_a_finding_becomes_one_issue_with_its_fingerprint(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    [issue] = flags.made
    assert (made.error, made.remote_id) == (None, str(issue.id))
    assert (issue.summary, issue.labels) == ("[Critical] No budget: INI-01", ["pmo-fp-0a1b"])
    assert issue.properties["plumbrule"] == {"finding": "pmo-fp-0a1b"}


def test_an_answer_that_broke_off_makes_no_second_issue(flags: Ladder) -> None:
    flags.server.inject(reset(), method="POST", path="/api/3/issue" if flags.jira.edition == "cloud" else "/issue")
    [made] = flags.write(finding_issue())
    [issue] = flags.made
    assert (made.error, made.remote_id) == (None, str(issue.id))


def test_a_run_killed_between_creation_and_receipt_makes_no_second_issue(flags: Ladder) -> None:
    [lost] = flags.write(finding_issue())  # the receipt never reached the ledger
    [found] = flags.write(again(finding_issue()))
    assert (found.error, found.remote_id) == (None, lost.remote_id)
    assert len(flags.made) == 1


def test_even_without_a_ledger_no_second_issue_is_made(flags: Ladder) -> None:
    flags.write(finding_issue())
    [found] = flags.write(finding_issue())
    assert found.error is None
    assert len(flags.made) == 1


def test_an_issue_that_search_does_not_show_yet_is_waited_for(flags: Ladder) -> None:
    [lost] = flags.write(finding_issue())
    number = int(str(lost.remote_id))
    flags.jira.hide_issue(number)
    asleep = flags.time.sleep

    def wait(seconds: float) -> None:
        asleep(seconds)
        if flags.time.seconds > 10:  # the index has caught up
            flags.jira.hide_issue(number, hidden=False)

    flags.time.sleep = wait  # type: ignore[method-assign]
    [found] = flags.write(again(finding_issue()))
    assert (found.error, found.remote_id) == (None, lost.remote_id)
    assert len(flags.made) == 1


def test_an_issue_is_closed_with_its_finding_and_opened_when_the_finding_comes_back(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    assert flags.errors(removal(finding_issue(), made.remote_id)) == [None]
    [issue] = flags.made
    assert flags.jira.statuses[issue.status].category == "done"
    assert issue.comments == []
    [back] = flags.write(finding_issue())
    assert (back.error, back.remote_id) == (None, made.remote_id)
    assert flags.jira.statuses[issue.status].category != "done"


def test_an_issue_closed_by_hand_stays_closed_and_is_told(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    [issue] = flags.made
    flags.jira.edit_issue(issue.id, status="Done")
    [note] = reviewed(flags, made.remote_id).notes
    assert note.startswith("PMO-1 was closed by hand")
    assert flags.errors(removal(finding_issue(), made.remote_id)) == [None]
    assert flags.jira.statuses[issue.status].category == "done"


def test_an_open_issue_needs_no_note(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    assert reviewed(flags, made.remote_id) == Review()


def test_an_issue_that_was_deleted_is_gone_and_another_is_not(flags: Ladder) -> None:
    [made, _] = flags.write(finding_issue(), finding_issue("pmo-fp-9"))
    flags.jira.delete_issue(int(str(made.remote_id)))
    found = reviewed(flags, made.remote_id)
    assert (found.notes, [row["remote_id"] for row in found.gone]) == ((), [made.remote_id])


def test_an_issue_that_was_moved_is_told_with_its_new_key_and_closed_with_its_finding(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.jira.move_issue("PMO-1", "ALPHA")
    found = reviewed(flags, made.remote_id)
    assert found.gone == ()
    assert found.notes == ("ALPHA-4 was moved out of PMO; it stays the issue of its finding and is closed with it",)
    assert flags.errors(removal(finding_issue(), made.remote_id)) == [None]
    assert flags.jira.statuses[flags.issue("ALPHA-4").status].category == "done"


def test_an_issue_that_lost_its_label_is_told(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.jira.edit_issue("PMO-1", labels=["mine"])
    [note] = reviewed(flags, made.remote_id).notes
    assert note.startswith("PMO-1 lost its label pmo-fp-0a1b; put it back")


def test_an_issue_that_search_does_not_show_is_not_held_for_gone(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.jira.archive_issue("PMO-1")  # search forgets it, its id opens it
    assert reviewed(flags, made.remote_id) == Review()


def test_a_project_of_another_key_is_no_move(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.jira.rename_project("PMO", "OFFICE")
    assert reviewed(flags, made.remote_id) == Review()


def reviewed(flags: Ladder, issue: str | None) -> Review:
    writer = flags.publisher()
    found = writer.review([{"channel": "finding_issue", "target": "PMO", "name": "pmo-fp-0a1b", "remote_id": issue}])
    writer.close()
    return found


def test_where_no_transition_leads_to_done_a_label_says_resolved(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.server.inject(refused(400, "No."), times=10, method="POST", path="/transitions")
    assert flags.errors(removal(finding_issue(), made.remote_id)) == [None]
    [issue] = flags.made
    assert issue.labels == ["pmo-fp-0a1b", "pmo-resolved"]
    [back] = flags.write(finding_issue())
    assert back.error is None
    assert issue.labels == ["pmo-fp-0a1b"]


def test_an_issue_that_somebody_deleted_or_moved_away_is_let_go(flags: Ladder) -> None:
    [made] = flags.write(finding_issue())
    flags.jira.delete_issue(int(str(made.remote_id)))
    assert flags.errors(removal(finding_issue(), made.remote_id)) == [None]
    assert flags.made == []


def test_a_refused_creation_is_certainly_not_there(flags: Ladder) -> None:
    [receipt] = flags.write(finding_issue(issue_type="Nothing"))
    assert "issuetype" in str(receipt.error)
    assert receipt.unwritten
    assert flags.made == []


def test_one_refused_creation_does_not_stop_the_others(flags: Ladder) -> None:
    first, second = flags.write(finding_issue(issue_type="Nothing"), finding_issue("pmo-fp-9"))
    assert first.error is not None
    assert second.error is None
    assert len(flags.made) == 1


def test_a_project_that_is_not_there_is_told_before_anything_is_written(flags: Ladder) -> None:
    mark = Mark("finding_issue", "jira", "project", "NONE", "pmo-fp-1", {})
    writer = flags.publisher()
    wanted, gone = Change("create", mark, "h"), Change("remove", replace(mark, name="pmo-fp-2"), "h", "4711")
    [missing] = writer.preflight([wanted, gone])
    assert "a project NONE" in missing.what
    assert missing.changes == (wanted,)
    assert [receipt.error for receipt in writer.apply([gone])] == [None], "its issue went with it"
    writer.close()


def test_a_project_that_is_gone_stops_nothing_else(flags: Ladder) -> None:
    mark = Mark("property", "jira", "project", "4711", "plumbrule", {}, "GONE Old portal")
    gone, left_over = Change("create", mark, "h"), Change("remove", replace(mark, target="4712", body=None), "h")
    other = comment(flags.id_of("ALPHA-1"))
    writer = flags.publisher()
    [missing] = writer.preflight([gone, left_over, other])
    assert (missing.what, missing.changes) == (
        "sight of GONE Old portal: it is gone, or hidden from the account",
        (gone,),
    )
    assert [receipt.error for receipt in writer.apply([left_over, other])] == [None, None]
    nowhere = {"channel": "finding_issue", "target": "NONE", "name": "pmo-fp-1", "remote_id": "4711"}
    assert writer.review([nowhere]) == Review(), "all of them at once are no reason to make all again"
    writer.close()


@pytest.mark.parametrize(
    ("taken", "what", "action"),
    [("CREATE_ISSUES", "Create issues in PMO", "create"), ("TRANSITION_ISSUES", "Transition issues in PMO", "remove")],
)
def test_each_permission_in_the_pmos_project_is_told(flags: Ladder, taken: str, what: str, action: str) -> None:
    flags.jira.granted.discard(taken)
    writer = flags.publisher()
    changes = [finding_issue(), removal(finding_issue("pmo-fp-2"), "10009")]
    [missing] = writer.preflight(changes)
    writer.close()
    assert (missing.what, [c.action for c in missing.changes]) == (what, [action])
