"""Sprints of a Jira Cloud site from its boards, for those who may ask there."""

import orjson
import pytest
from jira_cloud_site import LATER, listed, pull, site, streams, wire
from jira_wire import SITE, reader

from connectors.jira.cloud.plan import SPRINTS

__all__ = ["site", "wire"]
AGILE = f"{SITE}/rest/agile/1.0"
BOARD = {"id": 4, "name": "PAY board", "type": "scrum", "location": {"projectId": 10000}}


def sprint(number, state="closed", **more):
    return {"id": number, "name": f"Sprint {number}", "state": state, "originBoardId": 4, "goal": "Ship it"} | more


def answer(wire, path, *answers):
    for one in answers:
        shape = {"status": one} if isinstance(one, int) else {"json": one}
        wire.mock.add("GET", AGILE + path, **shape)


def told(page):
    return {row["id"]: (row["state"], row["board"]) for row in page.rows["sprint"]}


def asked_from(wire):
    return [
        c.request.url.partition("startAt=")[2][:2].strip("&") for c in wire.mock.calls if "/sprint" in c.request.url
    ]


def test_the_sprints_of_every_board_are_read_with_their_state(site):
    answer(site, "/board", listed(BOARD))
    answer(site, "/board/4/sprint", listed(sprint(1), sprint(2, "active"), sprint(3, "future")))
    (page,) = pull(SPRINTS)
    assert told(page) == {
        "jira:sprint:1": ("closed", "4"),
        "jira:sprint:2": ("active", "4"),
        "jira:sprint:3": ("future", "4"),
    }
    assert orjson.loads(page.position) == {"observed_ms": LATER, "4": 1}


def test_old_sprints_are_not_read_every_day(site):
    answer(site, "/board", listed(BOARD))
    answer(site, "/board/4/sprint", listed(*(sprint(n) for n in range(15, 21)), sprint(21, "active")))
    (page,) = pull(SPRINTS, orjson.dumps({"observed_ms": 1, "4": 20}).decode())
    assert asked_from(site) == ["15"]
    assert orjson.loads(page.position)["4"] == 21


def test_boards_are_asked_once_a_day_and_only_where_there_is_a_sprint_field(site):
    asked = {age: {SPRINTS: orjson.dumps({"observed_ms": LATER - age * 3_600_000}).decode()} for age in (1, 25)}
    assert [("sprints", "site") in streams(reader(), asked[age]) for age in (1, 25)] == [False, True]
    assert ("sprints", "site") not in streams(reader(mapping={"fields": {"sprint": ""}}), {})


def test_boards_of_projects_that_are_not_read_stay_out(site):
    answer(site, "/board", listed(BOARD | {"location": {"projectId": 77}}))
    (page,) = pull(SPRINTS)
    assert page.rows["sprint"] == []


@pytest.mark.parametrize(("status", "told_as"), [(400, []), (403, ["sprints.not_readable"])])
def test_a_board_whose_sprints_cannot_be_read_leaves_the_others(site, status, told_as):
    answer(site, "/board", listed(BOARD, BOARD | {"id": 5}))
    answer(site, "/board/4/sprint", status)
    answer(site, "/board/5/sprint", listed(sprint(9)))
    (page,) = pull(SPRINTS)
    assert list(told(page)) == ["jira:sprint:9"]
    assert [r.code for r in page.rejected] == told_as


@pytest.mark.parametrize("status", [400, 403, 404])
def test_who_may_not_see_boards_is_told_and_nothing_fails(site, status):
    answer(site, "/board", status)
    (page,) = pull(SPRINTS)
    assert [r.code for r in page.rejected] == ["sprints.not_readable"]
    assert orjson.loads(page.position) == {"observed_ms": LATER}


def test_a_sprint_that_cannot_be_read_is_rejected_alone(site):
    answer(site, "/board", listed(BOARD))
    answer(site, "/board/4/sprint", listed(sprint(1, name=None), sprint(2)))
    (page,) = pull(SPRINTS)
    assert list(told(page)) == ["jira:sprint:2"]
    assert [r.code for r in page.rejected] == ["sprint.unreadable"]


@pytest.mark.parametrize(("status", "is_asked"), [(401, True), (403, False), (404, False)])
@pytest.mark.parametrize("at", ["/board", "/board/4/sprint"])
def test_boards_refused_to_an_expired_token_are_asked_again_by_the_next_run(site, at, status, is_asked):
    """Found by the soak: one refusal stood there for a day, though the next run could have read the boards."""
    known = orjson.dumps({"observed_ms": LATER - 25 * 3_600_000, "4": 1}).decode()
    if at != "/board":
        answer(site, "/board", listed(BOARD))
    answer(site, at, status)
    (page,) = pull(SPRINTS, known)
    after = {SPRINTS: page.position}
    assert (("sprints", "site") in streams(reader(), after)) is is_asked
    assert page.rejected or not is_asked
