"""Both tools behind one server, in this process and as a command."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from openapi_check import check_response, needs_openapi

from sandbox.__main__ import main
from sandbox.jira.records import Comment
from sandbox.serve import DATAVERSE_TOKEN, JIRA_EMAIL, JIRA_TOKEN, PWA_PASSWORD, PWA_USER, TEMPO_TOKEN, Sandbox

ROOT = Path(__file__).parents[2]


def _document(*marks):
    """A document of one list of one line."""
    content = {"type": "text", "text": "<b>", "marks": list(marks)}
    for kind in ("paragraph", "listItem", "bulletList", "doc"):
        content = {"type": kind, "content": [content]}
    return content


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox
        assert sandbox.server.failures == []


@pytest.fixture
def jira(sandbox):
    with requests.Session() as session:
        session.auth = (JIRA_EMAIL, JIRA_TOKEN)
        session.get = _relative(session.get, f"{sandbox.jira_url}/rest/api/3")
        yield session


def _relative(get, base):
    return lambda path, **more: get(base + path, **more)


def test_the_company_is_in_both_tools(sandbox, jira):
    projects = jira.get("/project/search", params={"properties": "pmo", "maxResults": 100}).json()
    assert projects["total"] == len(sandbox.company.endeavours)
    plans = requests.get(
        f"{sandbox.pwa_url}/_api/ProjectData/[en-us]/Projects",
        auth=(PWA_USER, PWA_PASSWORD),
        headers={"Accept": "application/json"},
    ).json()
    assert len(plans["value"]) >= 10


@needs_openapi
def test_a_whole_page_of_the_company_agrees_with_the_document(sandbox, jira):
    for start in ("project = CPOR", "issuetype in (Risk, Gate, Invoice, Document, 'Status Report')"):
        page = jira.get("/search/jql", params={"jql": start, "fields": "*all", "maxResults": 100})
        assert page.json()["issues"]
        assert check_response("GET", "/rest/api/3/search/jql", 200, page.json()) == []


def test_a_person_can_look_at_an_issue_and_at_a_project(sandbox):
    key = sandbox.jira.key_of(next(iter(sandbox.jira.issues.values())))
    for page in (key, key.partition("-")[0]):
        answer = requests.get(f"{sandbox.jira_url}/browse/{page}")
        assert answer.status_code == 200
        assert key.partition("-")[0] in answer.text
    assert requests.get(f"{sandbox.jira_url}/browse/NONE-1").status_code == 404


def test_pages_for_people_escape_what_people_wrote_and_link_to_the_web_only(sandbox):
    site = sandbox.jira
    issue = next(iter(site.issues.values()))
    before = issue.summary
    issue.summary = "<script>alert(1)</script>"
    issue.remote_links = {
        1: {"object": {"title": "<b>good</b>", "url": "https://pmo.example/?a=1&b=2"}},
        2: {"object": {"title": "bad", "url": "javascript:alert(1)"}},
    }
    issue.properties = {"plumbrule": "</pre><script>"}
    text = requests.get(f"{sandbox.jira_url}/browse/{site.key_of(issue)}").text
    issue.summary, issue.remote_links, issue.properties = before, {}, {}
    assert "<script>" not in text
    assert '<a href="https://pmo.example/?a=1&amp;b=2">&lt;b&gt;good&lt;/b&gt;</a>' in text
    assert "javascript:" not in text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("*See* <b>[here|https://pmo.example]", '<pre class="wiki">*See* &lt;b&gt;[here|https://pmo.example]</pre>'),
        (
            _document({"type": "strong"}, {"type": "link", "attrs": {"href": "https://pmo.example"}}),
            '<ul><li><p><a href="https://pmo.example"><b>&lt;b&gt;</b></a></p></li></ul>',
        ),
        (_document({"type": "link", "attrs": {"href": "javascript:x"}}), "<ul><li><p>&lt;b&gt;</p></li></ul>"),
    ],
)
def test_pages_for_people_show_comments(sandbox, body, shown):
    issue = next(iter(sandbox.jira.issues.values()))
    now = datetime(2026, 11, 23, 6, tzinfo=UTC)
    issue.comments.append(Comment(1, None, body, now, now))
    text = requests.get(f"{sandbox.jira_url}/browse/{sandbox.jira.key_of(issue)}").text
    issue.comments.pop()
    assert f"<p><b>Anonymous</b>, 2026-11-23 06:00 UTC</p>{shown}</article>" in text


def test_a_part_of_the_companys_time_can_be_booked_in_tempo(sandbox):
    with Sandbox(company=sandbox.company, books_in_tempo=True) as booked:
        authorization = {"Authorization": f"Bearer {TEMPO_TOKEN}"}
        page = requests.get(f"{booked.tempo_url}/4/worklogs", params={"limit": 1}, headers=authorization).json()
        jira = booked.jira.worklogs[booked.tempo.worklogs[page["results"][0]["tempoWorklogId"]].jira_id]
        assert jira.seconds == page["results"][0]["timeSpentSeconds"]
    assert sandbox.tempo is None


def test_the_company_can_have_data_center_instead_of_cloud(sandbox):
    with Sandbox(company=sandbox.company, edition="data_center") as other:
        auth = (JIRA_EMAIL.partition("@")[0], JIRA_TOKEN)
        projects = requests.get(f"{other.jira_url}/rest/api/2/project", auth=auth).json()
        found = requests.get(
            f"{other.jira_url}/rest/api/2/search", params={"jql": "", "maxResults": 0}, auth=auth
        ).json()
        assert len(projects) == len(sandbox.company.endeavours)
        assert found["total"] == len(other.jira.issues) == len(sandbox.jira.issues)
        assert other.server.failures == []


def test_tempo_of_data_center_stands_beside_jira_and_behind_its_sign_in(sandbox):
    with Sandbox(company=sandbox.company, edition="data_center", books_in_tempo=True) as booked:
        address = f"{booked.tempo_url}/rest/tempo-timesheets/4/worklogs/search"
        asked = {"from": "2026-10-01", "to": "2026-10-31"}
        found = requests.post(address, json=asked, headers={"Authorization": f"Bearer {JIRA_TOKEN}"})
        assert booked.tempo_url == booked.jira_url
        assert found.json()
        assert requests.post(address, json=asked, headers={"Authorization": "Bearer other"}).status_code == 401


def test_throttling_lets_some_jira_requests_meet_a_429_and_no_plan(sandbox):
    with Sandbox(company=sandbox.company, throttle=True) as slow, requests.Session() as session:
        session.auth = (JIRA_EMAIL, JIRA_TOKEN)
        answers = [session.get(f"{slow.jira_url}/rest/api/3/myself") for _ in range(80)]
        assert [one.status_code for one in answers].count(429) == 2
        assert answers[39].headers["RateLimit-Reason"] == "jira-burst-based"
        assert answers[39].headers["Retry-After"] == "1"


def test_the_command_announces_itself_serves_keeps_what_is_written_and_stops_on_sigterm(tmp_path):
    for status in (201, 200):
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path / "state")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        try:
            ready = json.loads(process.stdout.readline())
            assert ready["pwa"] == f"{ready['url']}/pwa"
            path = f"{ready['jira']}/rest/api/3/project/CPOR/properties/plumbrule"
            assert requests.put(path, json={"a": 1}, auth=(JIRA_EMAIL, JIRA_TOKEN)).status_code == status
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=10)
            process.stdout.close()
        assert code == 0


def test_a_taken_port_and_a_broken_state_file_end_the_command_with_words(sandbox, tmp_path, capsys):
    assert main(["--port", sandbox.server.url.rpartition(":")[2]]) == 3
    assert "in use" in capsys.readouterr().err
    (tmp_path / "jira.json").write_text("[]")
    assert main(["--port", "0", "--state", str(tmp_path)]) == 3
    assert "remove it to start afresh" in capsys.readouterr().err


def test_three_more_initiatives_are_in_planner_premium_when_asked_for(sandbox):
    with Sandbox(company=sandbox.company, dataverse=True) as grown:
        address = f"{grown.dataverse_url}/api/data/v9.2/msdyn_projects"
        headers = {"Authorization": f"Bearer {DATAVERSE_TOKEN}"}
        rows = requests.get(address, params={"$select": "msdyn_subject"}, headers=headers).json()["value"]
        assert {row["msdyn_subject"] for row in rows} == {plan.name for plan in grown.premium.plans}
        assert requests.get(address).status_code == 401
        moved = requests.get(f"{grown.jira_url}/rest/api/3/project/FSR", auth=(JIRA_EMAIL, JIRA_TOKEN))
        assert moved.json()["name"] == "Field Service Renewal"
        assert grown.server.failures == []
    assert sandbox.dataverse is None and sandbox.premium is None


def test_plans_can_be_complete(sandbox):
    with Sandbox(company=sandbox.company, complete_plans=True) as complete:
        address = f"{complete.pwa_url}/_api/ProjectData/[en-us]/TaskTimephasedDataSet"
        headers = {"Accept": "application/json"}
        assert requests.get(address, auth=(PWA_USER, PWA_PASSWORD), headers=headers).json()["value"]
    assert sandbox.pwa.rows("TaskTimephasedDataSet") == []


def test_the_project_web_app_can_be_retired(sandbox):
    with Sandbox(company=sandbox.company, retired="410") as gone:
        assert requests.get(f"{gone.pwa_url}/_api/ProjectData/[en-us]/Projects").status_code == 410
        assert requests.get(f"{gone.jira_url}/rest/api/3/myself", auth=(JIRA_EMAIL, JIRA_TOKEN)).status_code == 200


def test_the_command_writes_what_is_left_of_project_online(tmp_path, capsys):
    assert main(["--write-dump", str(tmp_path / "dump")]) == 0
    assert "20 entity sets written" in capsys.readouterr().out
    assert json.loads((tmp_path / "dump" / "Projects.json").read_text())["value"]
    (tmp_path / "file").write_text("")
    assert main(["--write-dump", str(tmp_path / "file")]) == 3
    assert "cannot write into" in capsys.readouterr().err
