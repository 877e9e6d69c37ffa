"""Sites as they are: other languages, older forms of JSON, lists limited in size, and what a retired site answers."""

import json
from pathlib import Path

import pytest
import responses

from connectors.pwa import french, wanted
from connectors.pwa.names import FRENCH, column_called
from portfolio.errors import ConfigurationError, RemoteRefusal, SignInError
from tests.connectors.pwa_site import P1, P2, FakePwa, ok, project, pulled, reader, refuse, site_of, task
from tests.shared_data import SHARED, needs_shared

LIST = "ProjectData/[en-us]/Projects"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


# -- languages ----------------------------------------------------------------------------------------------------


def in_french(entity_set, rows):
    own = french.COLUMNS[entity_set]
    return [{own.get(name, name): value for name, value in row.items()} for row in rows]


def french_site(**sets):
    sets = {"Projects": [project()], "Resources": [], "Tasks": [task()], **sets}
    local = {french.SETS[name]: in_french(name, rows) for name, rows in sets.items()}
    columns = {french.SETS["Resources"]: {"IdRessource", "NomRessource"}}
    return FakePwa(local, english=False, columns=columns)


def test_a_site_that_speaks_french_only_is_read_under_its_names(mock):
    site = french_site(ProjectBaselines=[{"ProjectId": P1, "BaselineNumber": 0, "ProjectBaselineCost": "1.0"}])
    site.install(mock)
    source = reader()
    pages = pulled(source)
    (row,) = pages["projects:all"][0].rows["project"]
    assert (row["name"], row["currency"]) == ("Project 1", "EUR")
    (page,) = pages[f"plan:{P1}"]
    assert page.rows["work_item"][0]["title"] == "Task 1"
    assert page.rows["baseline"][0]["cost"] == 1
    stated = {(c.table, c.column): c.state for c in source.capabilities()}
    assert ("work_item", "title") not in stated
    assert stated["work_item", "total_slack_hours"] == "not_available"
    asked = [path for path in site.asked if "Tâches?" in path]
    assert asked
    assert all(f"IdProjet eq guid'{P1}'" in path for path in asked), "filters are in the site's names too"


def test_a_language_that_nobody_knows_is_told(mock):
    FakePwa({"Projekte": [{"ProjektId": P1}]}, english=False).install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().probe()
    assert refused.value.code == "pwa.no_project_data"
    assert "English and French" in refused.value.remedy


def test_what_stands_in_quotes_is_not_translated():
    clause = FRENCH.clause("Projects", "ProjectName eq 'ProjectName of o''hara' and ProjectType ne 7")
    assert clause == "NomProjet eq 'ProjectName of o''hara' and TypeProjet ne 7"


@needs_shared
def test_french_names_are_those_of_a_real_server():
    schema = json.loads((Path(SHARED) / "projectdata" / "projectdata_schema_merged.json").read_text())["entity_sets"]
    for entity_set, columns in wanted.WANTED.items():
        assert french.SETS[entity_set] == schema[entity_set]["fr_name"]
        theirs = {column["name"]: column["name_fr"] for column in schema[entity_set]["columns"]}
        for column in columns:
            assert FRENCH.local(entity_set, column) == theirs[column]
        assert len({FRENCH.local(entity_set, column) for column in columns}) == len(columns), "none stands for two"


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("ProjectDepartments", "Servicesduprojet"),
        ("Risk Class", "RiskClass"),
        ("risk-class", "RiskClass"),
        ("项目 阶段", "项目阶段"),
        ("Cost Centre", "CostCentre_T"),
        ("Skill", "Skill_R"),
        ("absent", None),
        ("---", None),
    ],
)
def test_a_field_is_found_by_what_people_call_it(name, column):
    there = frozenset({"Servicesduprojet", "RiskClass", "项目阶段", "CostCentre_T", "Skill_R"})
    assert column_called(name, there) == column


# -- forms of JSON ------------------------------------------------------------------------------------------------


ATOM = (
    200,
    {"Content-Type": "application/atom+xml"},
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>',
)


class Picky(FakePwa):
    """Answers ProjectData only in one form; anything else as `other` says."""

    speaks = "application/json"
    other = refuse(406)

    def _answer(self, request):
        answer = super()._answer(request)
        if "$metadata" in request.url or request.headers["Accept"] == self.speaks:
            return answer
        return self.other


@pytest.mark.parametrize("speaks", ["application/json", "application/json;odata=verbose"])
@pytest.mark.parametrize("other", [refuse(406), refuse(415), ATOM], ids=["406", "415", "atom"])
def test_an_older_form_of_json_is_found_once_and_kept(mock, speaks, other):
    site = Picky({"Projects": [project()], "Resources": [], "Tasks": [task()]})
    site.speaks, site.other = speaks, other
    site.server[P1, "TaskLinks"] = site.server[P1, "Tasks"] = []
    site.install(mock)
    assert pulled(reader())[f"plan:{P1}"][0].rows["work_item"]
    wrong = [h["Accept"] for h in site.headers if h["Accept"] not in (speaks, "*/*")]
    assert len(wrong) <= 4, "ProjectData and ProjectServer are each asked once for each newer form"


def test_a_server_without_json_is_told(mock):
    site = site_of()
    site.answers[LIST] = lambda _: ATOM
    site.answers["ProjectData/Projects"] = lambda _: ATOM
    site.install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader().probe()
    assert refused.value.code == "pwa.no_json"


# -- lists limited in size ----------------------------------------------------------------------------------------


def limited(site, number):
    """Answers by number, and refuses longer lists as MaxResultsPerCollection does."""
    everything = [project(f"{P1[:-3]}{n:03}") for n in range(number)]

    def answer(query):
        if "$top" not in query:
            return 500, {}, "The request exceeds MaxResultsPerCollection"
        skip = int(query.get("$skip", "0"))
        return ok(everything[skip : skip + int(query["$top"])])

    site.answers[LIST] = answer
    return everything


@pytest.mark.parametrize("number", [0, 1, 100, 101, 250])
def test_pages_by_number_are_asked_for_until_one_is_empty(mock, number):
    site = site_of()
    everything = limited(site, number)
    site.install(mock)
    _, stage = reader(paging="skip").partitions({})
    assert len([p for p in stage if p.stream == "plan"]) == len(everything)


def test_pages_by_number_are_ordered_by_the_whole_key(mock):
    site = site_of(TaskBaselines=[])
    site.columns["TaskBaselines"] = {"ProjectId", "TaskId", "BaselineNumber"}
    site.keys["TaskBaselines"] = ["ProjectId", "TaskId", "BaselineNumber"]
    asked = []
    site.answers["ProjectData/[en-us]/TaskBaselines"] = lambda query: asked.append(query) or ok([])
    site.install(mock)
    pulled(reader(paging="skip"))
    assert asked[0]["$orderby"] == "ProjectId,TaskId,BaselineNumber"
    assert asked[0]["$top"] == "100"


def test_a_server_that_ignores_the_number_is_told_and_not_asked_for_ever(mock):
    site = site_of()
    site.answers[LIST] = lambda _: ok([project(), project(P2)])
    site.install(mock)
    with pytest.raises(RemoteRefusal) as refused:
        reader(paging="skip").partitions({})
    assert refused.value.code == "pwa.repeated_link"


def test_a_next_link_to_the_first_page_is_a_circle(mock):
    site = site_of()
    site.answers[LIST] = lambda query: ok([project()], None if "$top" in query else "Projects" + site.first)
    site.first = ""
    site.install(mock)
    source = reader()
    source.probe()
    asked = len(site.asked)
    dates = "ProjectLastPublishedDate,ProjectModifiedDate"
    site.first = f"?$select=ProjectCurrency,ProjectId,{dates},ProjectName,ProjectType"
    with pytest.raises(RemoteRefusal) as refused:
        source.partitions({})
    assert refused.value.code == "pwa.repeated_link"
    assert len(site.asked) - asked == 1


# -- a retired site -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_that_tells_of_the_retirement_is_a_mistake_of_the_configuration(mock, status):
    site = site_of()
    words = '{"error": "Project Online has been retired and is no longer available."}'
    site.answers[LIST] = site.answers["ProjectData/Projects"] = lambda _: (status, {}, words)
    site.install(mock)
    with pytest.raises(ConfigurationError) as refused:
        reader(flavour="online").probe()
    assert refused.value.code == "pwa.online_retired"
    assert "no longer available" in refused.value.why


@pytest.mark.parametrize("status", [401, 403])
def test_a_plain_refusal_of_an_online_site_stays_one_and_mentions_the_retirement(mock, status):
    site = site_of()
    site.answers[LIST] = lambda _: refuse(status)
    site.install(mock)
    with pytest.raises(SignInError) as refused:
        reader(flavour="online").probe()
    assert "retired on 2026-09-30" in refused.value.remedy


def test_a_site_that_is_retired_between_two_pages_is_no_short_list(mock):
    site = site_of()

    def answer(query):
        if "$top" in query:
            return ok([])
        return refuse(410) if "$skiptoken" in query else ok([project()], "Projects?$skiptoken=1")

    site.answers[LIST] = answer
    site.install(mock)
    with pytest.raises(ConfigurationError):
        reader(flavour="online").partitions({})


def test_an_online_site_that_sends_to_plain_sharepoint_is_retired_and_not_empty(mock):
    site = site_of()
    site.answers[LIST] = lambda _: (302, {"Location": "/pwa/SitePages/Home.aspx"}, "")
    mock.add(
        "GET", "https://projects.example/pwa/SitePages/Home.aspx", body="<html>Home</html>", content_type="text/html"
    )
    site.install(mock)
    with pytest.raises(ConfigurationError) as refused:
        reader(flavour="online").probe()
    assert refused.value.code == "pwa.online_retired"
