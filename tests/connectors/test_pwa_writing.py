"""Writing to fields of projects in Project Server: one check-out a project, nothing twice, nobody's work in the way."""

from dataclasses import replace

import pytest
import responses
from fake_clock import FakeClock
from pydantic import ValidationError

from connectors.pwa.settings import PwaSource, PwaWrite
from connectors.pwa.writing import writer as connect_writer
from portfolio.errors import RateLimited, SignInError
from portfolio.ports import Change, Mark
from reports.publications import publications_after, publications_before
from tests.connectors.pwa_drafts import COLOUR, ENTRIES, SCORE, STATE, FakeDrafts, definition
from tests.connectors.pwa_site import P1, P2, URL

WHOLE = ["checkOut", "Draft/UpdateCustomFields()", "Draft/CheckIn(true)"]


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


@pytest.fixture
def site(mock):
    return FakeDrafts({P1: {}, P2: {}}).install(mock)


@pytest.fixture
def clock():
    return FakeClock()


def writer(clock, publish=False, way=None, **more):
    auth = way or {"type": "basic", "user": "svc", "password": "geheim"}
    write = {"state_field": "PMO state", "publish": publish, **more}
    settings = PwaSource(kind="pwa", url=URL, auth=auth, write=write)
    return connect_writer("plans", settings, None, clock.clock)


def change(name="PMO state", value="Red", target=P1, action="create", before=None, **more):
    options = value if isinstance(value, list) else [value]
    body = None if action == "remove" else {"options": options, "text": options[0]}
    mark = Mark("field", "plans", "project", target, name, body, f"Project {target[-1]}", **more)
    return Change(action, mark, "hash", before)


def apply(publisher, *changes):
    return list(publisher.apply(changes))


def steps(site):
    return [step for step in site.posts if step != "contextinfo"]


def test_state_and_score_are_written_in_one_check_out(site, clock):
    told = apply(writer(clock), change(), change("PMO score", "87"))
    assert [(r.error, r.remote_id) for r in told] == [(None, "Red"), (None, "87")]
    assert steps(site) == WHOLE
    assert site.written == [
        (P1, {"Key": STATE, "Value": "Red", "ValueType": "Edm.String"}),
        (P1, {"Key": SCORE, "Value": "87", "ValueType": "Edm.Double"}),
    ]
    assert site.held == {}
    assert site.published == [], "nothing is published unasked"


def test_what_stands_there_already_is_not_written_again(site, clock):
    site.values[P1] = {STATE: "Red", SCORE: "87.000000"}
    told = apply(writer(clock), change(), change("PMO score", "87"))
    assert [(r.error, r.remote_id) for r in told] == [(None, "Red"), (None, "87")]
    assert steps(site) == []


def test_publishing_is_done_only_where_it_is_configured_and_gives_the_project_back(site, clock):
    apply(writer(clock, publish=True), change())
    assert steps(site) == ["checkOut", "Draft/UpdateCustomFields()", "Draft/Publish(true)"]
    assert site.published == [P1]
    assert site.held == {}


def test_a_project_that_somebody_holds_is_left_and_stays_planned(site, clock):
    site.held[P1] = "Ada Example"
    told = {r.change.mark.target: r for r in apply(writer(clock), change(), change(target=P2))}
    assert "checked out by Ada Example" in told[P1].error
    assert told[P1].unwritten
    assert told[P2].error is None
    assert steps(site) == WHOLE, "the other project is written"
    assert site.held == {P1: "Ada Example"}, "nobody's check-out is forced"
    assert publications_after([], [told[P1]], clock.now()) == [], "the ledger forgets it, so it is planned again"


def test_who_holds_it_may_be_untold(site, clock):
    site.held[P1] = "Ada Example"
    site.refuse["CheckedOutBy"] = (404, "")
    (told,) = apply(writer(clock), change())
    assert "LAPTOP-7" in told.error


def test_a_check_out_that_somebody_else_got_first_is_left(site, clock):
    site.refuse["checkOut"] = (400, "CICOCheckedOutToOtherUser")
    (told,) = apply(writer(clock), change())
    assert "could not be checked out" in told.error
    assert told.unwritten
    assert steps(site) == ["checkOut"]


def test_the_queue_is_waited_for(site, clock):
    site.states = [3, 3]
    (told,) = apply(writer(clock), change())
    assert told.error is None
    assert clock.slept.count(2.0) == 4, "three looks at each of the two jobs, the first one at once"


@pytest.mark.parametrize(("state", "words"), [(5, "JobState 5"), (8, "JobState 8"), (9, "JobState 9")])
def test_a_job_that_fails_is_told_and_the_project_given_back(site, clock, state, words):
    site.states = [state]
    (told,) = apply(writer(clock), change())
    assert words in told.error
    assert not told.unwritten, "it may have been written: the next run looks"
    assert site.held == {}


def test_a_queue_that_takes_too_long_is_told_and_the_next_run_sees_what_arrived(site, clock):
    site.jobs["job-1"] = [3]
    site.states = [1, 4]
    (told,) = apply(writer(clock, queue_seconds=10), change())
    assert "within 10 seconds" in told.error
    assert not told.unwritten
    asked = len(steps(site))
    (again,) = apply(writer(clock), change(action="update", before="Red\nRot"))
    assert (again.error, again.remote_id) == (None, "Red")
    assert len(steps(site)) == asked, "it stands there: nothing is sent"


def test_a_job_that_the_queue_forgot_is_not_taken_for_done(site, clock):
    site.refuse["QueueJobs('job-1')"] = (404, "")
    (told,) = apply(writer(clock), change())
    assert "does not tell" in told.error
    assert not told.unwritten


def test_a_write_that_is_refused_gives_the_project_back(site, clock):
    site.refuse["Draft/UpdateCustomFields()"] = (400, "CustomFieldInvalidValue")
    (told,) = apply(writer(clock), change())
    assert "CustomFieldInvalidValue" in told.error
    assert told.unwritten
    assert steps(site) == WHOLE
    assert site.held == {}


def test_a_check_in_that_fails_is_told(site, clock):
    site.refuse["Draft/CheckIn(true)"] = (500, "broken")
    (told,) = apply(writer(clock), change())
    assert "may still be checked out by our account" in told.error
    assert not told.unwritten
    site.refuse["Draft/UpdateCustomFields()"] = (400, "no")
    del site.held[P1]
    (told,) = apply(writer(clock), change(value="Amber", before="Red", action="update"))
    assert "may still be checked out by our account" in told.error


def test_a_server_without_the_method_is_explained_once_and_left(site, clock):
    site.refuse["Draft/UpdateCustomFields()"] = (404, "Cannot find resource")
    told = apply(writer(clock), change(), change(target=P2))
    assert "documents it for Project Online only" in told[0].error
    assert told[1].error.startswith("not tried: this site has no UpdateCustomFields")
    assert all(r.unwritten for r in told)
    assert steps(site) == WHOLE
    assert site.held == {}


@pytest.mark.parametrize(("offers", "missing"), [(True, 0), (None, 0), (False, 1)])
def test_a_server_that_says_that_it_lacks_the_method_is_told_before_anything_is_written(site, clock, offers, missing):
    site.offers = offers
    found = writer(clock).preflight([change()])
    assert len(found) == missing
    if missing:
        assert "Project Online only" in found[0].what
    assert site.posts == []


def test_fields_that_are_missing_or_cannot_be_written_are_found_before_anything_is(site, clock):
    site.fields += [
        definition("Custom_00000000000000000000000000000004", "PMO day", 4),
        definition("Custom_00000000000000000000000000000005", "PMO task", 21, entity="Task"),
        definition("Custom_00000000000000000000000000000006", "Twice", 21),
        definition("Custom_00000000000000000000000000000007", "Twice", 21),
    ]
    names = ["PMO state", "pmo COLOUR", SCORE, "Absent", "PMO day", "PMO task", "Twice"]
    found = {c.mark.name: one.what for one in writer(clock).preflight([change(n) for n in names]) for c in one.changes}
    assert set(found) == {"Absent", "PMO day", "PMO task", "Twice"}
    assert "there are 2" in found["Twice"]
    assert "one of date" in found["PMO day"]


def test_a_site_that_does_not_list_its_fields_cannot_be_written_to(site, clock):
    site.refuse["CustomFields"] = (403, "no")
    (found,) = writer(clock).preflight([change(), change(target=P2)])
    assert len(found.changes) == 2


@pytest.mark.parametrize("options", [["Rot", "Red"], ["red"]])
def test_a_field_with_a_lookup_table_takes_the_entry_of_that_name(site, clock, options):
    (told,) = apply(writer(clock), change("PMO colour", options))
    assert (told.error, told.remote_id) == (None, "Red")
    assert site.values[P1] == {COLOUR: "Entry_r"}
    site.written.clear()
    (told,) = apply(writer(clock), change("PMO colour", options, action="update", before="Red"))
    assert (told.error, site.written) == (None, [])


def test_a_lookup_table_without_the_entry_is_told(site, clock):
    (told,) = apply(writer(clock), change("PMO colour", ["Blue"]))
    assert told.error == "the lookup table of PMO colour has no entry Blue"
    assert told.unwritten
    assert steps(site) == []


def test_a_value_that_somebody_else_put_there_is_left(site, clock):
    site.values[P1] = {STATE: "on hold", COLOUR: "Entry_g"}
    told = apply(writer(clock), change(), change("PMO colour", ["Red"]))
    assert [r.error for r in told] == [
        "PMO state holds 'on hold', which we did not write; it was left",
        "PMO colour holds 'Green', which we did not write; it was left",
    ]
    assert steps(site) == []


def test_our_own_value_is_replaced_and_cleared(site, clock):
    site.values[P1] = {STATE: "Red", COLOUR: "Entry_r"}
    told = apply(
        writer(clock),
        change(value="Green", action="update", before="Red"),
        change("PMO colour", action="remove", before="Red"),
    )
    assert [(r.error, r.remote_id) for r in told] == [(None, "Green"), (None, None)]
    assert site.values[P1] == {STATE: "Green", COLOUR: ""}
    assert steps(site) == WHOLE


@pytest.mark.parametrize("standing", [{}, {STATE: ""}, {STATE: "somebody's"}], ids=["absent", "empty", "theirs"])
def test_nothing_of_ours_is_nothing_to_clear(site, clock, standing):
    site.values[P1] = {SCORE: "1", **standing}
    (told,) = apply(writer(clock), change(action="remove", before="Red"))
    assert told.error is None
    assert steps(site) == []


def test_a_number_cannot_be_cleared_and_that_is_told(site, clock):
    site.values[P1] = {SCORE: "87"}
    (told,) = apply(writer(clock), change("PMO score", action="remove", before="87"))
    assert "clear it by hand" in told.error


def test_what_went_with_its_project_or_its_field_is_gone(site, clock):
    gone = "11111111-0000-0000-0000-000000000099"
    told = apply(writer(clock), change(target=gone, action="remove"), change("Deleted field", action="remove"))
    assert [r.error for r in told] == [None, None]
    (told,) = apply(writer(clock), change(target=gone))
    assert "nothing there" in told.error
    assert told.unwritten


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": "other"}, "belongs to other"),
        ({"channel": "label"}, "no label"),
        ({"target_kind": "item"}, "on an item"),
    ],
    ids=["another source", "another channel", "an item"],
)
def test_marks_that_are_not_for_us_are_refused(site, clock, wrong, words):
    made = change()
    (told,) = apply(writer(clock), replace(made, mark=replace(made.mark, **wrong)))
    assert words in told.error
    assert told.unwritten
    assert site.asked == []


# -- signing requests that write ----------------------------------------------------------------------------------


def test_a_digest_is_asked_for_once_and_again_when_it_is_stale(site, clock):
    apply(writer(clock), change(), change(target=P2))
    assert site.digests == 1
    publisher = writer(clock)
    apply(publisher, change(value="Amber", action="update", before="Red"))
    site.digests += 1  # the site's session began anew
    (told,) = apply(publisher, change(value="Green", action="update", before="Amber"))
    assert told.error is None


def test_a_token_needs_no_digest(site, clock):
    site.wants_digest = False
    (told,) = apply(writer(clock, way={"type": "bearer", "token": "x"}), change())
    assert told.error is None
    assert site.digests == 0


def test_a_site_without_digests_is_told(site, clock):
    site.refuse["contextinfo"] = (200, "nothing")
    told = apply(writer(clock), change(), change(target=P2))
    assert "request digest" in told[0].error
    assert told[1].error.startswith("not tried")


def test_a_permission_that_one_project_lacks_leaves_the_others(site, clock):
    site.refuse["checkOut"] = (403, "no right to save the project")
    told = apply(writer(clock), change(), change(target=P2))
    assert len(told) == 2
    assert all(r.unwritten and "403" in r.error for r in told)


def test_a_refused_sign_in_and_a_limit_stop_the_writing_and_give_the_project_back(site, clock):
    site.refuse["Draft/UpdateCustomFields()"] = (401, "expired")
    with pytest.raises(SignInError):
        apply(writer(clock), change())
    assert site.held == {}
    site.refuse["Draft/UpdateCustomFields()"] = (429, "slow down")
    with pytest.raises(RateLimited):
        apply(writer(clock), change())
    assert site.held == {}


def test_a_post_that_fails_is_never_sent_twice(site, clock):
    site.refuse["Draft/UpdateCustomFields()"] = (503, "away")
    told = apply(writer(clock), change(), change(target=P2))
    assert steps(site) == WHOLE
    assert not told[0].unwritten
    assert told[1].error.startswith("not tried")


def test_the_ledger_holds_what_may_be_ours_from_before_the_write(site, clock):
    made = change("PMO colour", ["Rot", "Red"])
    rows = publications_before([], [made], clock.now())
    site.values[P1] = {COLOUR: "Entry_r"}  # the run died after the write
    (told,) = apply(writer(clock), replace(made, action="update", remote_id=rows[0]["remote_id"]))
    assert (told.error, told.remote_id) == (None, "Red")
    assert ENTRIES["Entry_r"] == "Red"


@pytest.mark.parametrize(
    "wrong", [{}, {"publish": True}, {"state_field": "A", "score_field": "A"}, {"state_field": ""}], ids=str
)
def test_a_table_that_names_no_field_is_a_mistake(wrong):
    with pytest.raises(ValidationError):
        PwaWrite.model_validate(wrong)


def test_without_the_table_what_was_written_before_can_still_be_cleared(site, clock):
    site.values[P1] = {STATE: "Red"}
    settings = PwaSource(kind="pwa", url=URL, auth={"type": "basic", "user": "svc", "password": "geheim"})
    (told,) = apply(connect_writer("plans", settings, None, clock.clock), change(action="remove", before="Red"))
    assert (told.error, site.values[P1][STATE]) == (None, "")
