"""The big site of plans: complete, the same at every start, in the feed's shapes, and truthful about what it holds."""

from email.message import Message

import pytest
import requests

from sandbox.http import Request
from sandbox.load.__main__ import main
from sandbox.load.control import Tally
from sandbox.load.plans_serve import PlanLoadServer
from sandbox.serve import PWA_PASSWORD, PWA_USER

PROJECTS, TASKS = 230, 23


@pytest.fixture(scope="module")
def served():
    with PlanLoadServer(PROJECTS, TASKS) as server:
        yield server
        assert server.server.failures == []


@pytest.fixture
def client(served):
    with requests.Session() as session:
        session.auth = (PWA_USER, PWA_PASSWORD)
        session.headers["Accept"] = "application/json"
        yield Client(session, served.pwa_url)


class Client:
    def __init__(self, session, url):
        self.session, self.url = session, url

    def get(self, path, **options):
        address = path if path.startswith("http") else f"{self.url}/_api/{path}"
        return self.session.get(address, params={f"${k}": v for k, v in options.items()})

    def all(self, name, **options):
        answer = self.get(f"ProjectData/[en-us]/{name}", **options)
        assert answer.status_code == 200, answer.text
        sizes, rows = [], []
        while True:
            document = answer.json()
            sizes.append(len(document["value"]))
            rows += document["value"]
            if "odata.nextLink" not in document:
                return rows, sizes
            answer = self.get(document["odata.nextLink"])

    def load(self, method, name, body=None):
        return self.session.request(method, f"{self.url.removesuffix('/pwa')}/load/{name}", json=body)


def test_pages_of_all_sets_hold_what_is_expected(client, served):
    expected = client.load("GET", "expected").json()
    assert expected == served.scale.expected
    rows, sizes = client.all("Projects", select="ProjectId,ProjectName")
    assert sizes == [100, 100, 30]
    assert len({row["ProjectId"] for row in rows}) == len({row["ProjectName"] for row in rows}) == PROJECTS
    for name, what in (("Tasks", "tasks"), ("Assignments", "assignments"), ("TaskBaselines", "task_baselines")):
        key = {"Assignments": "AssignmentId"}.get(name, "TaskId")
        rows, sizes = client.all(name, select=f"ProjectId,{key}")
        assert len({(row["ProjectId"], row[key]) for row in rows}) == len(rows) == expected[what]
        assert set(sizes[:-1]) == {100}
    assert len(client.all("ProjectBaselines")[0]) == expected["project_baselines"]
    assert len(client.all("Resources")[0]) == 40
    assert client.all("Risks") == ([], [0])


def test_one_project_has_its_own_tasks_and_links(client):
    project = client.all("Projects")[0][17]
    rows, _ = client.all("Tasks", filter=f"ProjectId eq guid'{project['ProjectId']}' and TaskIsSummary eq false")
    assert len(rows) == TASKS - 3
    assert {row["ProjectId"] for row in rows} == {project["ProjectId"]}
    assert all(row["TaskId"].startswith(project["ProjectId"][:8]) for row in rows)
    links = client.get(f"ProjectServer/Projects('{project['ProjectId']}')/TaskLinks").json()["value"]
    tasks = {row["TaskId"] for row in rows}
    assert len(links) == TASKS - 4
    assert {link["PredecessorTaskId"] for link in links} < tasks
    assert client.get("ProjectServer/Projects('ffffffff-0000-4000-8000-000000000000')/TaskLinks").status_code == 404


def test_several_projects_and_pages_by_hand(client):
    first, second = (row["ProjectId"] for row in client.all("Projects")[0][5:7])
    both = f"(ProjectId eq guid'{first}' or ProjectId eq guid'{second}')"
    rows, _ = client.all("Tasks", filter=both)
    assert [row["ProjectId"] for row in rows] == [first] * TASKS + [second] * TASKS
    by_hand = client.get("ProjectData/[en-us]/Tasks", filter=both, top="10", skip="20", orderby="ProjectId,TaskId")
    assert by_hand.json()["value"] == rows[20:30]
    assert client.all("Tasks", top="150")[1] == [100, 50]


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "ProjectId eq guid'x' or TaskIsSummary eq true"},
        {"filter": "Colour eq 1"},
        {"orderby": "TaskName"},
        {"select": "Colour"},
    ],
)
def test_what_it_does_not_understand_it_refuses(client, options):
    assert client.get("ProjectData/[en-us]/Tasks", **options).status_code == 400


def test_a_touch_publishes_some_projects_anew():
    with PlanLoadServer(50, 12) as served, requests.Session() as session:
        session.auth, session.headers["Accept"] = (PWA_USER, PWA_PASSWORD), "application/json"
        client = Client(session, served.pwa_url)
        before = {row["ProjectId"]: row["ProjectModifiedDate"] for row in client.all("Projects")[0]}
        newest = max(before.values())
        assert client.load("POST", "touch", {"percent": 10}).json() == {"touched": 5}
        changed, _ = client.all("Projects", filter=f"ProjectModifiedDate gt datetime'{newest}'")
        assert len(changed) == 5
        tasks, _ = client.all("Tasks", filter=f"ProjectId eq guid'{changed[0]['ProjectId']}'")
        assert {row["TaskModifiedDate"] for row in tasks} == {changed[0]["ProjectModifiedDate"]}
        assert all(row["TaskName"].endswith("r0001") for row in tasks)
        assert len(client.all("Projects")[0]) == 50
        assert served.server.failures == []


def test_requests_are_counted_by_set_and_strangers_are_refused(client, served):
    client.load("DELETE", "requests")
    client.all("Projects")
    client.get(f"ProjectServer/Projects('{served.scale.projects:08x}-0000-4000-8000-000000000000')/TaskLinks")
    counted = client.load("GET", "requests").json()
    assert counted == {
        "total": 4,
        "by_endpoint": {
            "GET /pwa/_api/ProjectData/[en-us]/Projects": 3,
            "GET /pwa/_api/ProjectServer/Projects('{id}')/TaskLinks": 1,
        },
        "most_at_once": 1,
    }
    assert requests.get(f"{served.pwa_url}/_api/ProjectData/[en-us]/Projects").status_code == 401


def test_requests_that_are_under_way_at_once_are_counted():
    tally = Tally()
    one, ours = (Request("GET", path, {}, Message(), b"", "http://x") for path in ("/pwa/a", "/load/requests"))
    with tally.under_way(one), tally.under_way(ours):
        with tally.under_way(one):
            pass
        with tally.under_way(one):
            pass
        assert tally.read()["most_at_once"] == 2
        tally.forget()
        assert tally.read()["most_at_once"] == 1, "what is under way still is"


def test_timesheet_lines_may_be_asked_for_in_any_order_for_there_are_none(client):
    assert client.all("TimesheetLines", orderby="ModifiedDate,TimesheetLineId") == ([], [0])


def test_an_answer_is_made_once(served, client):
    one, two = (client.get("ProjectData/[en-us]/Tasks", top="30") for _ in range(2))
    assert one.content == two.content and one.headers["Content-Encoding"] == "gzip"


def test_pages_of_project_online_are_bigger():
    with PlanLoadServer(400, 1, edition="online") as served, requests.Session() as session:
        session.auth, session.headers["Accept"] = (PWA_USER, PWA_PASSWORD), "application/json"
        assert Client(session, served.pwa_url).all("Projects")[1] == [300, 100]


def test_the_command_knows_both_kinds(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--pwa" in capsys.readouterr().out
