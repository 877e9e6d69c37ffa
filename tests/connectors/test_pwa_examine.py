"""What the doctor learns of a Project Web App site."""

import re

import pytest
import responses

from portfolio.errors import ExitCode
from tests.connectors.pwa_site import P1, P2, FakePwa, project, reader, refuse, site_of
from tests.connectors.test_pwa_sites import french_site


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


def told(mock, site, **more):
    site.install(mock)
    found = list(reader(**more).examine(()))
    return {subject: [o for o in found if o.subject == subject] for subject in dict.fromkeys(o.subject for o in found)}


def open_site(**sets) -> FakePwa:
    site = site_of(**sets)
    site.server[P1, "TaskLinks"] = site.server[P1, "Tasks"] = []
    return site


def test_a_site_that_is_well_is_told_part_by_part(mock):
    found = told(mock, open_site(), timephased=True)
    assert [
        (s, found[s][0].state) for s in ("sign-in", "deployment", "language", "projects", "fields", "over time")
    ] == [
        ("sign-in", "ok"),
        ("deployment", "ok"),
        ("language", "ok"),
        ("projects", "ok"),
        ("fields", "ok"),
        ("over time", "ok"),
    ]
    assert found["sign-in"][0].found == "svc at https://projects.example/pwa, by basic"
    assert [o.state for o in found["permissions"]] == ["ok", "ok"]


def test_what_project_server_keeps_back_is_told_with_its_price(mock):
    found = told(mock, site_of())
    assert found["permissions"][1].state == "warning"
    assert "constraints, dependencies" not in found["permissions"][1].found
    assert "dependencies, constraints" in found["permissions"][1].found
    assert "Open Project" in found["permissions"][1].remedy


def test_a_site_without_projects_fails(mock):
    site = open_site(Projects=[])
    site.columns["Projects"] = set(project())
    assert told(mock, site)["projects"][0].state == "failed"


def test_fields_that_are_missing_come_with_what_may_be_meant(mock):
    site = open_site(Projects=[project(Projektphase="plan", Sponsor="A", RiskClass="x")])
    site.server["", "CustomFields"] = [{"Id": P2, "Name": "Zielbeitrag", "FieldType": 21}]
    fields = {"phase": "Projektfase", "goal": "Zielbetrag", "method": "Qqq", "more": ["Risk Class", "Risk Klass"]}
    found = told(mock, site, fields=fields)["fields"]
    warnings = {o.found: o.remedy for o in found if o.state == "warning"}
    assert warnings == {
        "phase = 'Projektfase' is no field of Projects": "Perhaps 'Projektphase'.",
        "goal = 'Zielbetrag' is no field of Projects": "Perhaps 'Zielbeitrag'.",
        "method = 'Qqq' is no field of Projects": "Create it, or correct `fields`.",
        "more = 'Risk Klass' is no field of Projects": "Perhaps 'RiskClass'.",
    }
    assert any(o.state == "note" and "InitiativeKey" in o.found for o in found)


def test_projects_that_collect_nothing_over_time_are_counted(mock):
    projects = [project(ProjectTimephased="Disabled"), project(P2, ProjectTimephased="Weekly")]
    (seen,) = told(mock, open_site(Projects=projects), timephased=True)["over time"]
    assert (seen.state, seen.found) == ("warning", "1 of 2 projects collect work and cost over time")
    assert "publish the projects again" in seen.remedy
    (seen,) = told(mock, open_site())["over time"]
    assert seen.state == "note"


def test_a_french_site_is_told_as_such(mock):
    assert "French" in told(mock, french_site())["language"][0].found


def test_an_online_site_that_still_answers_is_a_warning_and_one_that_does_not_a_failure(mock):
    assert "retired" in told(mock, open_site(), flavour="online")["deployment"][0].found


def test_a_retired_site_fails_as_a_mistake_of_the_configuration(mock):
    site = site_of()
    site.answers["ProjectData/[en-us]/Projects"] = lambda _: refuse(410)
    found = told(mock, site, flavour="online")
    assert found["sign-in"][0].exit_code == ExitCode.CONFIGURATION
    assert "Project Online was retired" in found["sign-in"][0].found


def test_an_online_address_with_the_wrong_flavour_is_told(mock):
    mock.add("GET", re.compile(r"https://contoso\.sharepoint\.com/pwa/.*"), status=404)
    found = list(reader(url="https://contoso.sharepoint.com/pwa").examine(()))
    (seen,) = [o for o in found if o.subject == "deployment"]
    assert (seen.state, seen.remedy) == ("failed", 'Set flavour = "online".')


@pytest.mark.parametrize("way", ["ntlm"])
def test_a_way_that_signs_connections_is_told_to_be_slow(mock, way):
    site = open_site()
    found = told(mock, site, auth={"type": way, "user": r"CORP\svc", "password": "geheim"})
    assert "one by one" in found["sign-in"][1].found
