"""Reading a Jira Cloud site: who we are there, its projects, people and versions."""

import base64

import orjson
import pytest
from jira_cloud_site import LATER, OTHER, PROJECT, SERVER, listed, pull, site, streams, wire
from jira_records import user
from jira_wire import API, SITE, reader

from connectors.jira import connect
from connectors.jira.cloud.plan import CATALOGUE
from portfolio.errors import ConfigurationError, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Partition, Scope

__all__ = ["site", "wire"]


def test_the_probe_says_who_we_are_and_in_which_zone(wire):
    wire.on("GET", "/myself", user("pat"))
    probe = reader(token_expires_on="2027-01-31").probe()
    assert (probe.account, probe.deployment) == ("Pat Example", "Cloud")
    assert probe.detail == {
        "site": SITE,
        "time_zone": "Europe/Berlin",
        "account_id": "acc-pat",
        "token_expires_on": "2027-01-31",
    }
    sent = wire.mock.calls[0].request.headers
    assert base64.b64decode(sent["Authorization"].removeprefix("Basic ")) == b"pmo@meridian.example:t0ken"
    assert (sent["X-Force-Accept-Language"], sent["User-Agent"][:9]) == ("true", "Plumbrule")


def test_a_list_that_stops_growing_is_an_error(wire):
    wire.on("GET", "/project/search", listed(PROJECT, isLast=False), listed(isLast=False))
    with pytest.raises(RemoteRefusal, match="does not end"):
        reader().partitions({})


def test_an_answer_without_a_list_is_an_error_and_not_an_empty_list(wire):
    wire.on("GET", "/project/search", {"error": "x"})
    with pytest.raises(RemoteRefusal, match="no list of values"):
        reader().partitions({})


def test_the_catalogue_holds_projects_and_their_leads(site):
    (page,) = pull(CATALOGUE)
    assert [row["key"] for row in page.rows["project"]] == ["PAY", "WEB"]
    assert [row["email"] for row in page.rows["account"]] == ["ada@meridian.example"]
    (census,) = page.censuses
    assert (census.table, census.column, census.value) == ("project", "source", "jira")
    assert census.ids == {"jira:project:10000", "jira:project:10001"}
    assert site.sent("/user/bulk")[0]["accountId"] == ["acc-ada"]


def test_leads_are_taken_from_the_list_where_users_may_not_be_asked_for(wire):
    wire.on("GET", "/project/search", listed(PROJECT))
    wire.on("GET", "/user/bulk", 403)
    (page,) = pull(CATALOGUE)
    assert [(row["native_id"], row["name"]) for row in page.rows["account"]] == [("acc-ada", "Ada")]


def test_a_project_in_the_recycle_bin_is_called_deleted_and_nothing_of_it_is_read(wire):
    wire.on("GET", "/project/search", listed(PROJECT, OTHER | {"deleted": True}))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    connector = reader()
    assert loaded(connector) == ["10000"]
    (page,) = connector.pull(CATALOGUE, None)
    assert [row["key"] for row in page.rows["project"]] == ["PAY"]
    assert page.censuses[0].reasons == {"jira:project:10001": "deleted"}


def test_a_malformed_project_is_rejected_alone(wire):
    wire.on("GET", "/project/search", listed(PROJECT, {"id": "5", "key": "BAD"}, {"name": "no id"}))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    (page,) = pull(CATALOGUE)
    assert [row["key"] for row in page.rows["project"]] == ["PAY"]
    assert [r.reason for r in page.rejected] == ["the project has no id", "the project has no name"]


def test_versions_of_a_project_are_read_whole(site):
    site.on("GET", "/project/10000/version", listed({"id": "1", "name": "1.0"}, {"id": "2"}))
    (page,) = pull(Partition("versions", "10000"))
    assert [row["id"] for row in page.rows["version"]] == ["jira:version:1"]
    assert page.scopes == [Scope("version", "project_id", "jira:project:10000")]
    assert [r.native_id for r in page.rejected] == ["jira:version:2"]


def test_an_unknown_stream_is_refused(site):
    with pytest.raises(ConfigurationError, match="no stream"):
        pull(Partition("weather", "1"))


def test_a_connector_is_made_without_calling_anybody(wire):
    connector = connect("jira", reader()._settings)
    assert (connector.name, connector.kind, connector.traffic.requests) == ("jira", "jira_cloud", 0)
    connector.close()
    assert wire.paths == []


def test_a_sign_in_page_in_place_of_data_is_not_an_empty_site(wire):
    wire.on("GET", "/project/search", "<!doctype html><title>Log in</title>", content_type="text/html")
    with pytest.raises(SignInError, match="web page"):
        reader().partitions({})


def test_a_site_that_is_down_is_reported_as_such(wire):
    wire.on("GET", "/project/search", 503)
    with pytest.raises(RemoteError, match="Jira is not available"):
        reader().partitions({})


def test_projects_are_read_whole_first_and_then_what_needs_other_issues_to_be_known(site):
    assert streams(reader(), {}) == [
        ("catalogue", "site"),
        ("sprints", "site"),
        ("issues", "10000"),
        ("issues", "10001"),
        ("versions", "10000"),
        ("versions", "10001"),
        ("worklogs", "site"),
    ]
    (asked,) = site.sent("/project/search")
    assert asked["status"] == ["live", "archived", "deleted"]
    assert asked["properties"] == ["pmo"]


def loaded(connector):
    return [key for stream, key in streams(connector, {}) if stream == "issues"]


def test_the_list_of_projects_is_read_page_by_page(wire):
    wire.on("GET", "/project/search", listed(PROJECT, isLast=False), listed(OTHER, startAt=1))
    assert loaded(reader()) == ["10000", "10001"]
    assert [asked["startAt"] for asked in wire.sent("/project/search")] == [["0"], ["1"]]


def test_without_is_last_the_total_ends_the_list(wire):
    short = {"startAt": 0, "maxResults": 1, "total": 2, "values": [PROJECT]}
    wire.on("GET", "/project/search", short, short | {"values": [OTHER]})
    assert loaded(reader()) == ["10000", "10001"]


def test_only_configured_projects_are_read_and_missing_ones_are_told(site):
    connector = reader(projects=["PAY", "GONE"])
    assert loaded(connector) == ["10000"]
    (page,) = connector.pull(CATALOGUE, None)
    assert [(r.native_id, r.code) for r in page.rejected] == [("GONE", "project.not_visible")]


def test_an_account_that_sees_no_project_is_told_which_permission_it_needs(wire):
    wire.on("GET", "/project/search", listed())
    with pytest.raises(RemoteRefusal, match="none of the projects") as raised:
        reader().partitions({})
    assert "Browse projects" in raised.value.remedy


def test_names_and_people_are_read_once_a_day(site):
    (page,) = pull(CATALOGUE)
    assert orjson.loads(page.position)["named_ms"] == LATER
    before = len(site.paths)
    again = reader()
    again.partitions({CATALOGUE: page.position})
    (page,) = again.pull(CATALOGUE, page.position)
    assert "account" not in page.rows
    assert not {"GET /status", "GET /issuetype", "GET /user/bulk"} & set(site.paths[before:])


def test_where_names_may_not_be_read_projects_are_read_all_the_same(wire):
    wire.mock.remove("GET", API + "/status")
    wire.on("GET", "/status", 403)
    wire.on("GET", "/project/search", listed(PROJECT))
    assert loaded(reader()) == ["10000"]


def test_names_that_could_not_be_read_are_asked_for_again_and_nothing_is_read_twice_for_it(site):
    (page,) = pull(CATALOGUE)
    known = orjson.loads(page.position)
    site.mock.remove("GET", API + "/status")
    site.on("GET", "/status", 401)
    site.mock.remove("GET", API + "/serverInfo")
    site.on("GET", "/serverInfo", SERVER | {"serverTime": "2026-11-24T07:00:00.000+0000"})
    again = reader()
    again.partitions({CATALOGUE: page.position})
    (page,) = again.pull(CATALOGUE, page.position)
    assert orjson.loads(page.position) == known, "still a day old, so that the next run asks again"
    (fresh,) = pull(CATALOGUE)
    assert fresh.position is None


RENAMED = {"id": "3", "name": "To do later", "statusCategory": {"key": "new"}}
OF_PAY = {"scope": {"type": "PROJECT", "project": {"id": "10000"}}}


@pytest.mark.parametrize(
    ("path", "listed_now", "read_again"),
    [
        ("/status", RENAMED, ["10000", "10001"]),
        ("/status", RENAMED | OF_PAY, ["10000"]),
        ("/issuetype", {"id": "1", "name": "User story", "subtask": False}, ["10000", "10001"]),
    ],
    ids=["a status is renamed", "a status of one project is renamed", "a type is renamed"],
)
def test_issues_are_read_again_where_their_names_changed(wire, path, listed_now, read_again):
    wire.on("GET", "/project/search", listed(PROJECT, OTHER))
    wire.on("GET", "/user/bulk", listed(user("ada")))
    wire.on("POST", "/search/jql", {"issues": [], "isLast": True})
    first = reader()
    cursors = {
        partition: page.position
        for stage in first.partitions({})
        for partition in stage
        if partition.stream == "issues"
        for page in first.pull(partition, None)
    }
    wire.mock.remove("GET", API + path)
    wire.on("GET", path, [listed_now])
    assert [key for stream, key in streams(reader(), cursors) if stream == "issues"] == read_again


def test_versions_are_read_once_a_day(site):
    partition = Partition("versions", "10000")
    ages = {"young": LATER - 3_600_000, "old": LATER - 25 * 3_600_000}
    for age, read in ages.items():
        cursors = {partition: orjson.dumps({"observed_ms": read}).decode()}
        assert (("versions", "10000") in streams(reader(), cursors)) is (age == "old")


def test_a_mapped_field_that_the_site_does_not_show_is_told(site):
    (page,) = pull(CATALOGUE, mapping={"columns": {"wbs": "Wave"}, "custom": {"team": "Team"}})
    assert [(r.code, r.reason) for r in page.rejected] == [
        ("mapping.field_not_found", "the site shows no field 'Wave' (mapping of column:wbs)"),
        ("mapping.field_not_found", "the site shows no field 'Team' (mapping of custom:team)"),
    ]


RATES = [
    {"group": "seniors", "rate_per_hour": 120, "currency": "EUR"},
    {"group": "all", "rate_per_hour": 80, "currency": "EUR"},
]


def test_people_cost_what_the_first_configured_group_costs_that_they_are_in(site):
    site.on("GET", "/group/member", listed(user("ada")), listed(user("ada"), user("rosa")))
    (page,) = pull(CATALOGUE, mapping={"rates": RATES})
    assert [(row["native_id"], row["rate_per_hour"]) for row in page.rows["account"]] == [("acc-ada", 120)]
    assert [asked["groupname"] for asked in site.sent("/group/member")] == [["seniors"], ["all"]]


def test_a_group_that_may_not_be_read_is_told_and_stops_nothing(site):
    site.on("GET", "/group/member", 403)
    (page,) = pull(CATALOGUE, mapping={"rates": RATES[:1]})
    assert [r.code for r in page.rejected] == ["rates.group_not_readable"]
    assert [row.get("rate_per_hour") for row in page.rows["account"]] == [None]


def categorised(**names):
    """Projects by key, each with its category."""
    return listed(
        *(
            {"id": str(20_000 + n), "key": key, "name": key, **({"projectCategory": {"name": name}} if name else {})}
            for n, (key, name) in enumerate(names.items())
        )
    )


@pytest.mark.parametrize(
    ("chosen", "read", "told"),
    [
        ({"project_categories": ["Finance"]}, ["PAY", "TAX"], []),
        ({"project_categories": ["finance", "Internal"]}, ["PAY", "TAX", "HR"], []),
        ({"project_categories": ["Finance"], "projects": ["PAY", "HR"]}, ["PAY"], [("HR", "project.not_selected")]),
        ({"project_categories": ["Finanse", "Finance"]}, ["PAY", "TAX"], [("Finanse", "project.category_unknown")]),
        ({"projects": ["PAY", "NOPE"]}, ["PAY"], [("NOPE", "project.not_visible")]),
        ({}, ["PAY", "TAX", "HR", "LAB"], []),
    ],
    ids=["one", "two, in any case", "with keys: both must hold", "one misspelt", "keys alone", "all"],
)
def test_projects_are_chosen_by_category(wire, chosen, read, told):
    wire.on("GET", "/project/search", categorised(PAY="Finance", TAX="Finance", HR="Internal", LAB=None))
    wire.on("GET", "/user/bulk", listed())
    (page,) = pull(CATALOGUE, **chosen)
    assert [row["key"] for row in page.rows["project"]] == read
    assert [(one.native_id, one.code) for one in page.rejected] == told


def test_a_category_that_is_not_there_comes_with_a_suggestion(wire):
    wire.on("GET", "/project/search", categorised(PAY="Finance", LAB=None))
    with pytest.raises(RemoteRefusal, match=r"no project .* category 'Finanse'; did you mean `Finance`"):
        pull(CATALOGUE, project_categories=["Finanse"])
    with pytest.raises(RemoteRefusal, match=r"category 'Sales'; there are: Finance"):
        pull(CATALOGUE, project_categories=["Sales"])
