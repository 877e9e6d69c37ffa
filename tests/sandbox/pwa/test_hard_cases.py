"""Sites in other languages, servers without the segment, sites that are no more, and pages of the editions."""

import urllib.request
from datetime import datetime
from decimal import Decimal

import pytest
from pwa_client import PLAN, Client

from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from sandbox.pwa.faults import FAULTS, throttled
from sandbox.pwa.retirement import ANSWERS


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def test_default_fields_keep_the_sites_language_under_any_segment(client: Client, site: PwaSite) -> None:
    assert "ProjectDepartments" in client.set("Projects").rows[0]
    site.localised_fields = True
    row = client.set("Projects").rows[0]
    assert "Servicesduprojet" in row and "ProjectDepartments" not in row
    assert row["ProjectName"] == "Bridge"
    text = client.set("$metadata").text
    assert "Servicesderessources" in text and "ResourceDepartments" not in text
    assert client.set("Projects", filter="ProjectDepartments eq null").status == 400
    assert len(client.set("Projects", filter="Servicesduprojet eq null").rows) == 2


@pytest.mark.parametrize("status", [400, 404])
def test_a_server_that_does_not_know_the_segment(client: Client, site: PwaSite, status: int) -> None:
    site.segment_refusal, site.language = status, "en"
    refused = client.set("Projects")
    assert (refused.status, "[en-us]" in refused.message) == (status, True)
    assert client.set("$metadata").status == status
    assert client.get("/pwa/_api/ProjectData/Projects").rows[0]["ProjectName"] == "Bridge"


def test_every_answer_of_a_retired_site_can_be_chosen(site: PwaSite) -> None:
    opener = urllib.request.build_opener(_Straight)
    with Server(routes(site)) as server:
        for name in ANSWERS:
            site.retired = name
            for path in ("/pwa/_api/ProjectData/[en-us]/Projects", "/pwa/_api/ProjectData/$metadata"):
                address = server.url + urllib.parse.quote(path, safe="/$")
                try:
                    answer = opener.open(address, timeout=10)
                except urllib.error.HTTPError as error:
                    answer = error
                with answer:
                    assert str(answer.status) == ("200" if name == "html" else name)
                    if name in ("301", "302"):
                        home = answer.headers["Location"]
                        assert home == f"{server.url}/pwa/SitePages/Home.aspx"
                        assert b"Project archive" in urllib.request.urlopen(home, timeout=10).read()
                    if name == "html":
                        assert answer.headers["Content-Type"].startswith("text/html")
    assert server.failures == []


def test_page_sizes_are_those_of_the_edition_and_can_be_set(site: PwaSite) -> None:
    online = PwaSite(edition="online", page_sizes={"Tasks": 7})
    assert (site.page_sizes["Assignments"], online.page_sizes["Assignments"]) == (100, 1000)
    assert (site.page_sizes["TaskTimephasedDataSet"], online.page_sizes["TaskTimephasedDataSet"]) == (100, 2000)
    assert online.page_sizes["Tasks"] == 7


def test_days_are_served_in_pages_and_filtered_by_project_and_day(client: Client, site: PwaSite) -> None:
    for day in range(1, 31):
        site.add("TaskTimephasedDataSet", ProjectId=PLAN, TaskId=PLAN, TimeByDay=datetime(2026, 11, day),
                 TaskWork=Decimal("1.5"))  # fmt: skip
    site.page_sizes["TaskTimephasedDataSet"] = 8
    window = f"ProjectId eq guid'{PLAN}' and TimeByDay ge datetime'2026-11-11T00:00:00'"
    pages = client.pages("TaskTimephasedDataSet", filter=window)
    assert [len(page) for page in pages] == [8, 8, 4]
    assert pages[0][0]["TimeByDay"] == "2026-11-11T00:00:00"
    assert pages[0][0]["TaskWork"] == "1.500000"


@pytest.mark.parametrize("name", FAULTS)
def test_faults_by_name(site: PwaSite, name: str) -> None:
    with Server(routes(site)) as server:
        client = Client(server.url)
        server.inject(FAULTS[name](), times=2, path="/Tasks")
        first, second = client.set("Tasks"), client.set("Tasks", skip="100")
        told = {
            "sign-in page": first.headers["Content-Type"].startswith("text/html") and first.status == 200,
            "foreign next link": '"https://elsewhere.example/' in first.text,
            "repeated next link": first.text.partition("nextLink")[2] == second.text.partition("nextLink")[2] != "",
            "429 storm": (first.status, first.headers["Retry-After"]) == (429, "1"),
            "blocked": (first.status, first.headers["Retry-After"]) == (503, "120"),
            "truncated body": first.text.count("{") > first.text.count("}"),
        }
        assert told[name]
        assert client.set("Tasks").rows


def test_a_throttled_site_may_tell_two_waits_or_none(site: PwaSite) -> None:
    with Server(routes(site)) as server:
        server.inject(throttled(None, reset="31"), path="/Tasks")
        refused = Client(server.url).set("Tasks")
        assert (refused.headers["Retry-After"], refused.headers["RateLimit-Reset"]) == (None, "31")
