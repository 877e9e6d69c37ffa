"""The louder ways to tell a person something, against a site of either edition: fields, finding issues, comments."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from jira_ladder import Ladder, again, comment, finding_issue, ladder, own_field, removal
from openapi_check import check_request, needs_openapi

from portfolio.errors import RateLimited
from portfolio.ports import OWN_RECORD_PACE, Change, Mark, Review
from sandbox.faults import refused, reset, too_many_requests
from sandbox.jira.writes import WriteLimit


@pytest.fixture(params=["cloud", "data_center"])
def flags(request: pytest.FixtureRequest) -> Iterator[Ladder]:
    with ladder(request.param) as built:
        yield built


@pytest.fixture
def cloud() -> Iterator[Ladder]:
    with ladder("cloud") as built:
        yield built


# -- comments ------------------------------------------------------------------------------------------------------


def text_of(flags: Ladder, key: str) -> list[str]:
    return [str(one.body) for one in flags.issue(key).comments]


def test_a_comment_is_created_once_and_then_edited_without_a_mail(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    assert made.error is None
    assert len(flags.jira.mails) == 1
    news = [{"paragraph": [{"text": "PMO: 2 findings"}]}]
    [edited] = flags.write(again(comment(flags.id_of("ALPHA-1"), news), made.remote_id))
    assert (edited.error, edited.remote_id) == (None, made.remote_id)
    [text] = text_of(flags, "ALPHA-1")
    assert "2 findings" in text
    [standing] = flags.issue("ALPHA-1").comments
    assert standing.properties["sd.public.comment"] == {"internal": True}, "customers of a service desk do not see it"
    if flags.jira.edition == "cloud":  # Data Center has no quiet edit of a comment
        assert len(flags.jira.mails) == 1


def test_a_comment_goes_away_with_its_findings(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    assert flags.errors(removal(first, made.remote_id)) == [None]
    assert flags.issue("ALPHA-1").comments == []
    assert flags.errors(removal(first, made.remote_id)) == [None], "what is gone needs no removal"


def test_a_comment_whose_receipt_was_lost_is_found_and_not_written_twice(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    [found] = flags.write(again(first))  # the ledger says pending, without an id
    assert (found.error, found.remote_id) == (None, made.remote_id)
    assert len(flags.issue("ALPHA-1").comments) == 1


def test_a_comment_whose_answer_broke_off_is_found_at_once(flags: Ladder) -> None:
    flags.server.inject(reset(), method="POST", path="/comment")
    [made] = flags.write(comment(flags.id_of("ALPHA-1")))
    assert made.error is None
    assert made.remote_id == str(flags.issue("ALPHA-1").comments[0].id)
    assert flags.asked("POST", "/comment") == 1


def test_a_comment_that_somebody_else_copied_is_not_taken_for_ours(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    flags.write(first)
    [ours] = flags.issue("ALPHA-1").comments
    ada = next(name for name in flags.jira.users if name != flags.jira.account)
    flags.jira.add_comment("ALPHA-1", ours.body, author=ada)
    flags.issue("ALPHA-1").comments.remove(ours)
    [again_made] = flags.write(again(first))
    assert again_made.error is None
    assert [one.author for one in flags.issue("ALPHA-1").comments] == [ada, flags.jira.account]


def test_a_comment_that_was_deleted_by_hand_comes_back_only_with_news(flags: Ladder) -> None:
    first = comment(flags.id_of("ALPHA-1"))
    [made] = flags.write(first)
    flags.issue("ALPHA-1").comments.clear()
    [new] = flags.write(again(first, made.remote_id))
    assert new.error is None
    assert new.remote_id != made.remote_id


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


# -- labels on both editions, limits, storms ------------------------------------------------------------------------


def label(target: str, action: str = "create") -> Change:
    return Change(action, Mark("label", "jira", "item", target, "pmo-hyg", None), "h")  # type: ignore[arg-type]


def test_what_went_with_its_issue_need_not_be_taken_back(flags: Ladder) -> None:
    flags.jira.add_custom_field("PMO findings", "select", ["Critical"])
    target, other = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    assert flags.errors(own_field(target), label(target), label(other)) == [None] * 3
    flags.jira.delete_issue("ALPHA-1")
    taken_back = (removal(own_field(target), "Critical"), label(target, "remove"), label(other, "remove"))
    assert flags.errors(*taken_back) == [None] * 3, "else each run asks for it again"
    assert flags.issue("ALPHA-2").labels == ["web"]
    [refused] = flags.errors(label(target))
    assert "ould not find" in str(refused) or "404" in str(refused)


def test_labels_come_and_go_quietly_and_nobody_elses_is_touched(flags: Ladder) -> None:
    target = flags.id_of("ALPHA-1")
    assert flags.errors(label(target)) == [None]
    assert flags.issue("ALPHA-1").labels == ["web", "pmo-hyg"]
    assert flags.errors(label(target, "remove")) == [None]
    assert flags.issue("ALPHA-1").labels == ["web"]
    assert flags.jira.mails == []


def test_an_issue_that_refuses_does_not_stop_the_others(flags: Ladder) -> None:
    flags.jira.uneditable_issues.add("ALPHA-1")
    first, second = flags.write(label(flags.id_of("ALPHA-1")), label(flags.id_of("ALPHA-2")))
    assert first.error is not None
    assert second.error is None


def test_a_storm_of_429_stops_in_a_way_that_can_be_gone_on_with(flags: Ladder) -> None:
    changes = [comment(flags.id_of(f"ALPHA-{n}")) for n in (1, 2, 3)]
    writer = flags.publisher()
    stream = writer.apply(changes)
    done = [next(stream)]
    flags.server.inject(too_many_requests("1800", "jira-quota-tenant-based"), times=1000)
    with pytest.raises(RateLimited):
        done.extend(stream)
    writer.close()
    assert [receipt.error for receipt in done] == [None]
    assert [len(flags.issue(f"ALPHA-{n}").comments) for n in (1, 2, 3)] == [1, 0, 0]


def test_a_limit_on_writes_to_one_issue_stops_that_issue_only() -> None:
    with ladder("cloud") as flags:
        limited = too_many_requests("600", "jira-per-issue-on-write")
        flags.server.inject(limited, times=100, method="POST", path=f"/issue/{flags.id_of('ALPHA-1')}/comment")
        changes = [comment(flags.id_of(f"ALPHA-{n}")) for n in (1, 2)]
        writer = flags.publisher()
        first, second = writer.apply(changes)
        writer.close()
    assert "jira-per-issue-on-write" in str(first.error)
    assert first.unwritten
    assert second.error is None


def test_an_issue_that_must_wait_for_a_moment_is_written_last(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    limited = too_many_requests("20", "jira-per-issue-on-write")
    flags.server.inject(limited, times=1, path=f"/issue/{first}/properties")
    of_first = (_property(first), comment(first))
    written = flags.write(*of_first, _property(second), comment(second))
    assert [receipt.error for receipt in written] == [None] * 4
    assert [r.change.mark.target for r in written] == [second, second, first, first]
    assert sum(flags.time.slept) == pytest.approx(20, abs=0.1), "nobody slept before all others were written"
    assert flags.asked("PUT", f"/issue/{first}/properties") == 2
    assert [len(flags.issue(key).comments) for key in ("ALPHA-1", "ALPHA-2")] == [1, 1]


def test_an_issue_that_stays_limited_is_told_after_a_few_tries_and_alone(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    flags.server.inject(too_many_requests("20", "jira-per-issue-on-write"), times=100, path=f"/issue/{first}/")
    written = {r.change.mark.target: r for r in flags.write(_property(first), _property(second))}
    assert written[second].error is None
    assert (written[first].unwritten, "jira-per-issue-on-write" in str(written[first].error)) == (True, True)
    assert flags.asked("PUT", f"/issue/{first}/properties") == 6


def test_no_issue_is_written_to_more_than_fifteen_times_in_half_a_minute(flags: Ladder) -> None:
    """Twenty labels for one issue and a comment for another: the other does not wait, and Jira never says 429."""
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    families = [f"pmo-{family}" for family in "abcdefghijklmnopqrst"]
    many = [replace(label(first), mark=replace(label(first).mark, name=family)) for family in families]
    written = flags.write(*many, comment(second))
    assert [receipt.error for receipt in written] == [None] * 21
    assert [r.change.mark.channel for r in written].index("comment") == 15
    assert sorted(flags.issue("ALPHA-1").labels) == sorted(["web", *families])
    assert 30 <= flags.time.seconds < 35, "the window of half a minute, and the looks at the last bulk edits"


def test_with_our_own_limit_jira_never_has_to_name_its_own(flags: Ladder) -> None:
    """Forty writes of one issue's property, against Cloud's limit of 20 in 2 seconds."""
    flags.jira.write_limit = WriteLimit(clock=lambda: flags.time.seconds)
    target = flags.id_of("ALPHA-1")
    writer = flags.publisher()
    receipts = list(writer.apply([replace(_property(target), content_hash=str(n)) for n in range(40)]))
    writer.close()
    assert {receipt.error for receipt in receipts} == {None}
    assert writer.traffic.throttled == 0
    assert flags.asked("PUT", f"/issue/{target}/properties") == 40
    assert writer.traffic.waited_seconds == 0, "nobody but ourselves made us wait"
    assert writer.traffic.waited_by_reason[OWN_RECORD_PACE] == pytest.approx(60, abs=0.2)


def test_a_host_that_falls_silent_leaves_what_was_postponed_for_the_next_run(flags: Ladder) -> None:
    first, second = flags.id_of("ALPHA-1"), flags.id_of("ALPHA-2")
    flags.server.inject(too_many_requests("20", "jira-per-issue-on-write"), times=1, path=f"/issue/{first}/")
    flags.server.inject(refused(503, "down"), times=100, path=f"/issue/{second}/")
    written = {r.change.mark.target: r for r in flags.write(_property(first), _property(second))}
    assert "not available" in str(written[second].error)
    assert "not tried" in str(written[first].error)
    assert written[first].unwritten


def _property(target: str) -> Change:
    return Change("create", Mark("property", "jira", "item", target, "plumbrule", {"open": 1}), "h")


@needs_openapi
def test_every_request_of_the_ladder_is_one_that_atlassian_documents(cloud: Ladder) -> None:
    cloud.jira.add_custom_field("PMO findings", "select", ["Critical"])
    target = cloud.id_of("ALPHA-1")
    changes = [comment(target), finding_issue(), own_field(target), label(target)]
    writer = cloud.publisher()
    assert list(writer.preflight(changes)) == []
    receipts = list(writer.apply(changes))
    assert [r.error for r in receipts] == [None] * 4
    by_channel = {r.change.mark.channel: r for r in receipts}
    list(writer.apply([again(comment(target), by_channel["comment"].remote_id)]))
    list(writer.apply([removal(r.change, r.remote_id) for r in receipts]))
    writer.review([{"channel": "finding_issue", "target": "PMO", "name": "pmo-fp-none", "remote_id": "99999"}])
    writer.close()
    faults = [f for r in cloud.server.log for f in check_request(r.method, r.path, r.query, r.document)]
    assert faults == []
