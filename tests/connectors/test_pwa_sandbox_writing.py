"""State and score written into the pretend company's Project Server."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from connectors.pwa.writing import PwaPublisher
from portfolio.ports import Change, Mark, Receipt
from sandbox.company import Company, build
from tests.connectors.pwa_world import PLANS, SCORE, STATE, World, plans, serving


@pytest.fixture(scope="module")
def company() -> Company:
    return build(seed=7)


@pytest.fixture
def world(company) -> Iterator[World]:
    yield from serving(company)


# -- writing ------------------------------------------------------------------------------------------------------


def change(project: str, name: str, value: str, held: str | None = None, action: str = "create") -> Change:
    body = None if action == "remove" else {"options": [value], "text": value}
    return Change(action, Mark("field", PLANS, "project", project, name, body, "A project"), "hash", held)


def written(target: PwaPublisher, *changes: Change) -> list[Receipt]:
    try:
        return list(target.apply(changes))
    finally:
        target.close()


@pytest.fixture
def takes(company) -> Iterator[World]:
    """A site whose drafts take field values by REST."""
    yield from serving(company, complete=True, updates_custom_fields=True)


def posts(world: World) -> list[str]:
    return [one.path.rpartition("/")[2] for one in world.server.log if one.method == "POST"]


def test_values_go_into_the_draft_in_one_check_out_and_a_second_time_nothing_is_sent(takes, company):
    plan = plans(company)[0].guid
    told = written(takes.writer(), change(plan, STATE, "Red"), change(plan, SCORE, "87"))
    assert [(r.error, r.remote_id) for r in told] == [(None, "Red"), (None, "87")]
    assert [p for p in posts(takes) if p != "contextinfo"] == ["checkOut", "UpdateCustomFields()", "CheckIn(true)"]
    draft = takes.site.drafts.of(plan)
    assert (draft.by, draft.values["PMOState"], draft.values["PMOScore"]) == (None, "Red", Decimal(87))
    assert takes.site.rows("Projects", ProjectId=plan)[0]["PMOState"] is None, "published it is not"
    sent = posts(takes)
    again = written(takes.writer(), change(plan, STATE, "Red", "Red"), change(plan, SCORE, "87", "87"))
    assert [r.error for r in again] == [None, None]
    assert posts(takes) == sent


def test_publishing_shows_it_in_the_feed_with_what_the_manager_had_not_published(takes, company):
    plan = plans(company)[0].guid
    takes.site.drafts.of(plan).values["Sponsor"] = "Somebody New"
    (told,) = written(takes.writer(publish=True), change(plan, STATE, "Amber"))
    assert told.error is None
    row = takes.site.rows("Projects", ProjectId=plan)[0]
    assert (row["PMOState"], row["Sponsor"]) == ("Amber", "Somebody New")
    assert takes.site.drafts.of(plan).by is None


def test_a_value_is_changed_and_cleared_and_one_of_somebody_else_s_is_left(takes, company):
    plan, other = plans(company)[0].guid, plans(company)[1].guid
    written(takes.writer(), change(plan, STATE, "Red"))
    (told,) = written(takes.writer(), change(plan, STATE, "Green", "Red", "update"))
    assert (told.error, takes.site.drafts.of(plan).values["PMOState"]) == (None, "Green")
    (told,) = written(takes.writer(), change(plan, STATE, "", "Green", "remove"))
    assert (told.error, takes.site.drafts.of(plan).values["PMOState"]) == (None, None)
    takes.site.drafts.of(other).values["PMOState"] = "Amber"
    (told,) = written(takes.writer(), change(other, STATE, "Red"))
    assert told.unwritten
    assert "which we did not write" in str(told.error)


def test_a_project_that_somebody_has_checked_out_is_left_and_the_others_are_written(takes, company):
    held, free = plans(company)[0].guid, plans(company)[1].guid
    takes.site.check_out(held, "Ada Example")
    told = {r.change.mark.target: r for r in written(
        takes.writer(), change(held, STATE, "Red"), change(free, STATE, "Red"))}  # fmt: skip
    assert "checked out by Ada Example" in str(told[held].error)
    assert told[held].unwritten
    assert told[free].error is None
    assert takes.site.drafts.of(held).by == "Ada Example"


def test_a_job_that_fails_is_told(takes, company):
    takes.site.drafts.failing = 9
    (told,) = written(takes.writer(), change(plans(company)[0].guid, STATE, "Red"))
    assert "gave up" in str(told.error)


def test_a_server_without_the_method_gives_the_project_back_and_tries_no_other(company):
    for made in serving(company, complete=True):
        first, second = sorted(plan.guid for plan in plans(company)[:2])
        told = written(made.writer(), change(first, STATE, "Red"), change(second, STATE, "Red"))
        assert all(r.unwritten for r in told)
        assert "documents it for Project Online only" in str(told[0].error)
        assert "not tried" in str(told[1].error)
        assert posts(made).count("checkOut") == 1
        assert made.site.drafts.of(first).by is None


def test_what_cannot_be_written_is_found_beforehand(takes, company):
    plan = plans(company)[0].guid
    target = takes.writer(state_field="PMO Colour")
    (missing,) = target.preflight([change(plan, "PMO Colour", "Red")])
    target.close()
    assert "an enterprise custom field 'PMO Colour' of projects" in missing.what
    assert "checkOut" not in posts(takes)
