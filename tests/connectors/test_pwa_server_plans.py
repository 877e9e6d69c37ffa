"""Dependencies and constraints: in one request where ProjectServer gives them so, else in two; never in part."""

import json

import pytest
import responses

from portfolio.errors import RemoteError
from tests.connectors.pwa_site import P1, P2, R1, T1, T2, ok, project, pulled, reader, refuse, site_of, task

LINK = {"Id": R1, "PredecessorTaskId": T1, "SuccessorTaskId": T2, "DependencyType": 1}
TASK = {"Id": T1, "ConstraintType": 0}
WHOLE = f"ProjectServer/Projects('{P1}')"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


def open_site():
    site = site_of(Projects=[project(), project(P2)], Tasks=[task(T1), task(T1, P2)])
    for native in (P1, P2):
        site.server[native, "TaskLinks"], site.server[native, "Tasks"] = [LINK], [TASK]
    return site


def pull(mock, site):
    site.install(mock)
    return pulled(reader())


def server_paths(site):
    return [path.partition("?")[0] for path in site.asked if path.startswith("ProjectServer/Projects(")]


def complete(pages, one=P1):
    """Whether the plan has its link and its constraint, and nothing is told as kept back."""
    (page,) = pages[f"plan:{one}"]
    constraints = [row["constraint_type"] for row in page.rows["work_item"]][:1]
    return not page.rejected and len(page.rows["work_item_link"]) == 1 and constraints == ["as_soon_as_possible"]


def test_one_request_a_plan_and_one_to_see_whether_it_is_answered(mock):
    site = open_site()
    pages = pull(mock, site)
    assert complete(pages) and complete(pages, P2)
    assert sorted(server_paths(site)) == [WHOLE, WHOLE, f"ProjectServer/Projects('{P2}')"]
    asked = next(path for path in site.asked if path.startswith(WHOLE))
    assert "$expand=TaskLinks,Tasks" in asked
    assert "Tasks/ConstraintType" in asked


def body(**more):
    return 200, {"Content-Type": "application/json"}, json.dumps({"Id": P1, **more})


def in_verbose(rows, **more):
    return {"results": rows, **more}


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "application/json"}, json.dumps({"d": {"TaskLinks": in_verbose([LINK]), "Tasks": []}})),
        body(TaskLinks=in_verbose([LINK]), Tasks=in_verbose([TASK])),
    ],
)
def test_verbose_json_is_understood(mock, answer):
    site = open_site()
    site.answers[WHOLE] = lambda query: answer
    pages = pull(mock, site)
    assert len(pages[f"plan:{P1}"][0].rows["work_item_link"]) == 1
    assert not [path for path in server_paths(site) if path.startswith(f"{WHOLE}/")]


@pytest.mark.parametrize(
    "answer",
    [
        refuse(400),
        refuse(404),
        refuse(403),
        ok([]),
        (200, {"Content-Type": "application/json"}, "[]"),
        body(),
        body(Tasks=[TASK]),
        body(Tasks=[TASK], TaskLinks={"__deferred": {"uri": "x"}}),
        body(Tasks=[], TaskLinks=in_verbose([], __next="x")),
        body(**{"Tasks": [], "TaskLinks": [], "Tasks@odata.nextLink": "x"}),
        body(**{"Tasks": [], "TaskLinks": [], "TaskLinks@nextLink": "x"}),
    ],
    ids=lambda answer: f"{answer[0]} {answer[2][:80]}",
)
def test_what_is_not_whole_is_read_apart(mock, answer):
    site = open_site()
    site.answers[WHOLE] = lambda query: answer
    pages = pull(mock, site)
    assert complete(pages)
    assert {f"{WHOLE}/TaskLinks", f"{WHOLE}/Tasks"} <= set(server_paths(site))


def test_a_site_that_never_gives_both_is_not_asked_for_them_again(mock):
    site = open_site()
    site.expands = False
    pages = pull(mock, site)
    assert complete(pages) and complete(pages, P2)
    assert sum("/T" not in path.rpartition(")")[2] for path in server_paths(site)) == 2, "by the look alone"


def test_a_server_that_fails_is_not_taken_for_one_that_cannot(mock):
    site = open_site()
    site.answers[WHOLE] = lambda query: refuse(500)
    site.install(mock)
    with pytest.raises(RemoteError):
        reader().partitions({})
