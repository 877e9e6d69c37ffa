"""Plans: a diff against our own ledger, idempotent, never touching what others wrote."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.errors import ConfigurationError, InternalError, PlanRefused
from portfolio.model import TABLES
from portfolio.ports import Mark, Receipt
from reports.plan import Plan, check_drift, check_size, make_plan
from reports.plan_file import load_plan, save_plan
from reports.plan_text import plan_text
from reports.publications import (
    content_hash,
    mark_key,
    publications_after,
    publications_before,
    publications_reviewed,
)

AS_OF = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
Ledger = list[dict[str, Any]]
PROPERTY = Mark("property", "jira", "item", "1000", "plumbrule", {"findings": {"high": 1}}, "BIL-7")
LINK = Mark(
    "remote_link", "jira", "item", "1000", "plumbrule:jira:1000", {"object": {"title": "PMO: 1 finding"}}, "BIL-7"
)

MARKS = st.builds(
    Mark,
    channel=st.sampled_from(["property", "remote_link", "label", "finding_issue", "comment"]),
    source=st.sampled_from(["jira", "other"]),
    target_kind=st.sampled_from(["project", "item"]),
    target=st.sampled_from(["1", "2", "3"]),
    name=st.sampled_from(["plumbrule", "pmo-sch"]),
    body=st.sampled_from([None, {"a": 1}, {"a": 2}]),
)
DESIRED = st.lists(MARKS, unique_by=mark_key)


def plan(desired: list[Mark], ledger: Ledger) -> Plan:
    return make_plan(desired, ledger, as_of=AS_OF, config_digest="c1")


def applied(made: Plan, ledger: Ledger, *, failing: int = 0) -> Ledger:
    before = publications_before(ledger, made.changes, AS_OF)
    receipts = [Receipt(change, f"id-{n}", "refused" if n < failing else None) for n, change in enumerate(made.changes)]
    return publications_after(before, receipts, AS_OF)


@given(DESIRED, DESIRED)
@settings(max_examples=60, deadline=None)
def test_after_a_plan_was_applied_the_next_one_is_empty(first: list[Mark], second: list[Mark]) -> None:
    ledger = applied(plan(first, []), [])
    assert plan(first, ledger).changes == ()
    ledger = applied(plan(second, ledger), ledger)
    assert plan(second, ledger).changes == ()
    assert {tuple(r[k] for k in TABLES["publication"].key) for r in ledger} == {mark_key(m) for m in second}


@given(DESIRED, DESIRED)
@settings(max_examples=60, deadline=None)
def test_only_what_the_ledger_lists_is_ever_changed_or_removed(first: list[Mark], second: list[Mark]) -> None:
    ledger = applied(plan(first, []), [])
    ours = {mark_key(m) for m in first}
    for change in plan(second, ledger).changes:
        assert (change.action == "create") == (mark_key(change.mark) not in ours)


@given(DESIRED, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_what_is_desired_does_not_matter(desired: list[Mark], random: Any) -> None:
    shuffled = list(desired)
    random.shuffle(shuffled)
    assert plan(shuffled, []) == plan(desired, [])


def test_a_changed_body_is_an_update_with_the_id_that_the_tool_gave() -> None:
    ledger = applied(plan([LINK], []), [])
    [change] = plan([replace(LINK, body={"object": {"title": "PMO: 2 findings"}})], ledger).changes
    assert (change.action, change.remote_id) == ("update", "id-0")


def test_a_changed_title_for_people_changes_nothing() -> None:
    ledger = applied(plan([LINK], []), [])
    assert plan([replace(LINK, title="renamed")], ledger).changes == ()


def test_a_failed_write_is_tried_again() -> None:
    ledger = applied(plan([PROPERTY, LINK], []), [], failing=1)
    [change] = plan([PROPERTY, LINK], ledger).changes
    assert (change.action, change.mark.channel) == ("update", "property")


def test_a_failed_removal_is_tried_again() -> None:
    ledger = applied(plan([PROPERTY], []), [])
    ledger = applied(plan([], ledger), ledger, failing=1)
    [change] = plan([], ledger).changes
    assert change.action == "remove"


def test_a_run_that_dies_before_its_receipts_writes_again() -> None:
    made = plan([PROPERTY], [])
    ledger = publications_before([], made.changes, AS_OF)
    assert [row["state"] for row in ledger] == ["pending"]
    assert [c.action for c in plan([PROPERTY], ledger).changes] == ["update"]
    assert [c.action for c in plan([], ledger).changes] == ["remove"]


def test_a_project_and_an_item_of_the_same_native_id_are_two_things() -> None:
    both = [PROPERTY, replace(PROPERTY, target_kind="project")]
    assert len(applied(plan(both, []), [])) == 2


def test_two_different_marks_in_one_place_are_a_bug_and_said_to_be() -> None:
    with pytest.raises(InternalError, match="two different marks"):
        plan([PROPERTY, replace(PROPERTY, body={})], [])


def test_ledger_rows_have_the_columns_of_their_table() -> None:
    [row] = applied(plan([PROPERTY], []), [])
    assert set(row) == set(TABLES["publication"].names)
    assert row["written_at"] == AS_OF


def test_a_plan_made_against_another_ledger_is_refused() -> None:
    made = plan([PROPERTY, LINK], [])
    check_drift(made, [], "c1")
    with pytest.raises(PlanRefused) as caught:
        check_drift(made, applied(plan([PROPERTY], []), []), "c1")
    assert (caught.value.code, caught.value.exit_code) == ("plan.drift", 7)


def test_a_plan_made_under_another_configuration_is_refused() -> None:
    with pytest.raises(PlanRefused) as caught:
        check_drift(plan([PROPERTY], []), [], "c2")
    assert caught.value.code == "plan.config"


def test_a_plan_larger_than_allowed_is_refused_with_the_way_to_allow_it() -> None:
    made = plan([PROPERTY, LINK], [])
    check_size(made, 2)
    with pytest.raises(PlanRefused) as caught:
        check_size(made, 1)
    assert "--max-changes 2" in caught.value.remedy


def test_a_saved_plan_is_the_same_plan_and_the_same_bytes(tmp_path: Path) -> None:
    made = plan([PROPERTY, LINK], [])
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    save_plan(made, one)
    assert load_plan(one) == made
    save_plan(load_plan(one), other)
    assert one.read_bytes() == other.read_bytes()
    assert '"changes": 2' in one.read_text()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("plumbrule.plan/1", "plumbrule.plan/9", "plan.format"),
        ('"create"', '"destroy"', "plan.format"),
        ('"high": 1', '"high": 2', "plan.edited"),
        ("{", "", "plan.format"),
    ],
)
def test_a_plan_file_that_was_edited_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = tmp_path / "plan.json"
    save_plan(plan([PROPERTY], []), path)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_plan(path)
    assert caught.value.code == code


def test_a_missing_plan_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_plan(tmp_path / "none.json")
    assert caught.value.code == "plan.unreadable"
    assert "plumbrule plan" in caught.value.remedy


def test_a_plan_reads_as_signs_grouped_by_channel() -> None:
    gone = replace(PROPERTY, target="1001", title="")
    ledger = applied(plan([LINK, gone], []), [])
    label = Mark("label", "jira", "item", "1000", "pmo-hyg", None, "BIL-7")
    changed = replace(LINK, body={"object": {"title": "PMO: 2 findings (high)"}})
    assert plan_text(plan([changed, PROPERTY, label], ledger)).splitlines() == [
        "jira: labels (1)",
        "  + item BIL-7: pmo-hyg",
        "jira: properties (2)",
        "  + item BIL-7: plumbrule = 1 high",
        "  − item 1001: plumbrule",
        "jira: remote links (1)",
        "  ~ item BIL-7: PMO: 2 findings (high)",
        "",
        "4 changes: 2 to create, 1 to update, 1 to remove.",
    ]


def test_an_empty_plan_says_so() -> None:
    assert plan_text(plan([], [])).startswith("Nothing to write")


def test_hashes_do_not_depend_on_the_order_of_keys() -> None:
    one, other = replace(PROPERTY, body={"a": 1, "b": 2}), replace(PROPERTY, body={"b": 2, "a": 1})
    assert content_hash(one) == content_hash(other)


FIELD = Mark("field", "jira", "item", "1000", "PMO findings", {"options": ["high", "High"], "text": "PMO: 1"}, "BIL-7")
ISSUE = Mark("finding_issue", "jira", "project", "PMO", "pmo-fp-1", {"summary": "No budget", "document": []})
COMMENT = Mark(
    "comment", "jira", "item", "1000", "plumbrule:jira:1000", {"document": [{"paragraph": [{"text": "PMO: 1"}]}]}
)


def test_an_issue_is_written_once_and_its_texts_stay_its_owners() -> None:
    ledger = applied(plan([ISSUE], []), [])
    assert plan([replace(ISSUE, body={"summary": "Other words", "document": []})], ledger).changes == ()
    [closing] = plan([], ledger).changes
    assert (closing.action, closing.remote_id) == ("remove", "id-0")


def test_a_creation_that_may_have_arrived_is_remembered_and_one_that_cannot_have_is_not() -> None:
    [change] = plan([ISSUE], []).changes
    before = publications_before([], [change], AS_OF)
    doubtful = publications_after(before, [Receipt(change, None, "no answer")], AS_OF)
    assert [c.action for c in plan([ISSUE], doubtful).changes] == ["update"]
    refused = publications_after(before, [Receipt(change, None, "no such type", unwritten=True)], AS_OF)
    assert refused == []


def test_what_somebody_deleted_is_made_again_only_where_that_is_wanted() -> None:
    done = applied(plan([ISSUE], []), [])
    gone = publications_reviewed(done, done, done)
    assert [row["state"] for row in gone] == ["gone"]
    assert plan([ISSUE], gone).changes == ()
    again = make_plan([ISSUE], gone, as_of=AS_OF, create_again=True)
    assert [(c.action, c.remote_id) for c in again.changes] == [("create", None)]
    [removal] = plan([], gone).changes
    assert removal.action == "remove", "with the finding its row goes"
    back = publications_reviewed(gone, gone, [])
    assert back == done


def test_a_look_does_not_settle_what_is_pending() -> None:
    pending = publications_before([], plan([ISSUE], []).changes, AS_OF)
    assert publications_reviewed(pending, pending, []) == pending


def test_a_change_that_was_not_written_keeps_what_stood_before_as_ours() -> None:
    done = applied(plan([FIELD], []), [])
    changed = replace(FIELD, body={"options": ["low", "Low"], "text": "PMO: 2"})
    [change] = plan([changed], done).changes
    before = publications_before(done, [change], AS_OF)
    assert before[0]["remote_id"].splitlines() == ["id-0", "low", "Low", "PMO: 2"]
    [row] = publications_after(before, [Receipt(change, None, "a person's value", unwritten=True)], AS_OF)
    assert (row["remote_id"], row["state"]) == ("id-0", "pending")


def test_a_run_that_dies_remembers_every_value_that_may_now_stand_in_a_field() -> None:
    [row] = publications_before([], plan([FIELD], []).changes, AS_OF)
    assert row["remote_id"].splitlines() == ["high", "High", "PMO: 1"]


def test_of_many_writes_removals_come_first_then_the_most_severe_and_oldest() -> None:
    ledger = applied(plan([LINK], []), [])
    late, soon = (
        replace(PROPERTY, target="2", order="3 2026-01-01"),
        replace(PROPERTY, target="3", order="0 2026-05-01"),
    )
    made = make_plan([late, soon], ledger, as_of=AS_OF, most=2)
    assert {(c.action, c.mark.target) for c in made.changes} == {("remove", "1000"), ("create", "3")}
    assert made.deferred == 1
    assert "1 more waits for the next runs." in plan_text(made)


def test_deferred_writes_count_when_a_plan_is_suspiciously_large() -> None:
    made = make_plan([PROPERTY, LINK, FIELD], [], as_of=AS_OF, most=1)
    with pytest.raises(PlanRefused, match="the plan has 3 changes"):
        check_size(made, 2)


def test_what_is_dated_travels_with_a_saved_plan_and_may_not_be_edited(tmp_path: Path) -> None:
    dated = replace(COMMENT, dated={"document": [{"paragraph": [{"text": "As of today: 15 days"}]}]})
    path = tmp_path / "plan.json"
    save_plan(plan([dated], []), path)
    assert load_plan(path) == plan([dated], [])
    path.write_text(path.read_text().replace("15 days", "16 days"))
    with pytest.raises(ConfigurationError) as caught:
        load_plan(path)
    assert caught.value.code == "plan.edited"


def test_the_louder_channels_read_as_what_they_do() -> None:
    assert plan_text(plan([FIELD, ISSUE, COMMENT], [])).splitlines()[:6] == [
        "jira: comments (1)",
        "  + item 1000: PMO: 1",
        "jira: fields (1)",
        "  + item BIL-7: PMO findings = high",
        "jira: issues for findings (1)",
        "  + project PMO: No budget",
    ]
    ledger = applied(plan([FIELD, ISSUE, COMMENT], []), [])
    assert "  − project PMO: pmo-fp-1" in plan_text(plan([], ledger))


OUTCOMES = st.lists(st.sampled_from(["done", "receipt lost", "answer lost", "refused", "not reached"]), max_size=30)


@given(st.lists(DESIRED, min_size=1, max_size=4), OUTCOMES)
@settings(max_examples=80, deadline=None)
def test_whatever_goes_wrong_the_next_good_run_leaves_what_is_desired_and_nothing_twice(
    wishes: list[list[Mark]], outcomes: list[str]
) -> None:
    """A world that remembers what was written, and runs that are killed, refused or cut off; then one that is not."""
    world: dict[Any, int] = {}
    ledger: Ledger = []
    luck = iter(outcomes)
    for desired in [*wishes, wishes[-1]]:
        ledger = run_once(plan(desired, ledger), ledger, world, luck)
    ledger = run_once(plan(wishes[-1], ledger), ledger, world, iter(()))
    assert world == {mark_key(mark): 1 for mark in wishes[-1]}
    assert {row["state"] for row in ledger} <= {"done"}
    assert plan(wishes[-1], ledger).changes == ()


def run_once(made: Plan, ledger: Ledger, world: dict[Any, int], luck: Any) -> Ledger:
    receipts = []
    ledger = publications_before(ledger, made.changes, AS_OF)
    for change in made.changes:
        outcome, key = next(luck, "done"), mark_key(change.mark)
        if outcome == "not reached":  # the run was killed
            break
        if outcome == "refused":
            receipts.append(Receipt(change, change.remote_id, "no", unwritten=True))
            continue
        if change.action == "remove":
            world.pop(key, None)
        elif change.action == "create":
            world[key] = world.get(key, 0) + 1
        else:
            world[key] = 1  # an update finds what stands there, or makes it
        if outcome == "answer lost":
            receipts.append(Receipt(change, None, "no answer"))
        elif outcome == "done":
            receipts.append(Receipt(change, "id"))
    return publications_after(ledger, receipts, AS_OF)
