"""How the connector of Planner Premium talks to Dataverse: links on the wire, limits, sign-in, what is absent."""

import re
import threading
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from dataverse_site import (
    KEYS,
    P1,
    T3,
    USER,
    Environment,
    Reply,
    harbour,
    ok,
    refuse,
    serving,
    task,
)
from pydantic import ValidationError

from connectors.dataverse.client import IN_FLIGHT, Dataverse, connect_http
from connectors.dataverse.settings import DataverseSource
from connectors.microsoft.signing import signing
from connectors.microsoft.tokens import Resource
from portfolio.errors import ConfigurationError, RateLimited, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Traffic
from tests.connectors.dataverse_pulls import pulled, reader, rejected, settings, tables

PAGE = "<!DOCTYPE html><html><body>Sign in to your account</body></html>"


@pytest.fixture
def site() -> Iterator[Environment]:
    with serving(environment := harbour()):
        yield environment


def html(status: int = 200) -> Reply:
    return status, {"Content-Type": "text/html"}, PAGE


def of(site: Environment, part: str) -> list[int]:
    """Numbers of the requests whose address holds that."""
    return [number for number, raw in enumerate(site.asked) if part in unquote(raw)]


# links


def test_a_next_link_goes_over_the_wire_as_it_was_given(site: Environment) -> None:
    site.page_rows = 1
    pulled(site)
    followed = [raw for raw in site.asked if "/msdyn_projecttasks?" in raw and "$skiptoken" in raw]
    given = [
        site.link("msdyn_projecttasks", {"$select": re.search(r"\$select=([^&]*)", raw)[1]}, number)
        for number, raw in enumerate(followed, 2)
    ]
    assert len(followed) == 2
    for link, raw in zip(given, followed, strict=True):
        # urllib3 writes the digits of an escape in capitals; what they stand for is the same, and what is encoded twice
        # stays encoded twice
        assert raw.lower() == link.removeprefix(site.url).lower()
        assert "%253c" in raw
        assert "+" not in raw


def test_a_link_to_changes_goes_over_the_wire_as_it_was_given(site: Environment) -> None:
    positions: dict = {}
    pulled(site, positions)
    site.asked.clear()
    pulled(site, positions)
    (raw,) = [raw for raw in site.asked if "$deltatoken" in raw and "msdyn_projecttasks" in raw]
    assert raw.lower().endswith("%2108%2f22%2f2026%2008%3a10%3a44")


def test_every_page_of_a_list_is_asked_for_with_the_same_preferences(site: Environment) -> None:
    site.page_rows = 1
    pulled(site)
    asked = of(site, "msdyn_projecttasks?")
    prefers = {site.headers[n]["Prefer"] for n in asked if "$top" not in unquote(site.asked[n])}
    assert prefers == {
        'odata.include-annotations="OData.Community.Display.V1.FormattedValue",'
        "odata.maxpagesize=5000,odata.track-changes"
    }
    assert {site.headers[n]["OData-Version"] for n in asked} == {"4.0"}
    assert {site.headers[n]["OData-MaxVersion"] for n in asked} == {"4.0"}


def test_a_short_page_is_not_the_last_one(site: Environment) -> None:
    """The end is where there is no next link, also behind a page without rows."""
    link = f"{site.url}/api/data/v9.2/msdyn_projects?more"
    site.fault("msdyn_projects?more", ok({"value": [{"msdyn_projectid": P1, "msdyn_subject": "Behind"}]}))
    site.fault("msdyn_projects?$select", None, ok({"value": [], "@odata.nextLink": link}))
    assert tables(pulled(site))["project"][f"dv:project:{P1}"]["name"] == "Behind"


def test_a_next_link_to_another_host_is_never_followed(site: Environment) -> None:
    elsewhere = ok({"value": [], "@odata.nextLink": "https://evil.example/x"})
    site.fault("msdyn_projects?$select", None, elsewhere)
    with pytest.raises(RemoteRefusal) as refused:
        pulled(site)
    assert refused.value.code == "remote.foreign_address"


def test_a_link_to_changes_on_another_host_is_never_followed(site: Environment) -> None:
    positions: dict = {}
    pulled(site, positions)
    moved = {p: position.replace(site.url, "https://evil.example") for p, position in positions.items()}
    with pytest.raises(RemoteRefusal) as refused:
        pulled(site, moved)
    assert refused.value.code == "remote.foreign_address"


def test_a_next_link_that_repeats_is_an_error_and_not_an_endless_loop(site: Environment) -> None:
    link = f"{site.url}/api/data/v9.2/msdyn_projects?round"
    site.fault("msdyn_projects?round", ok({"value": [], "@odata.nextLink": link}))
    site.fault("msdyn_projects?$select", None, ok({"value": [], "@odata.nextLink": link}))
    with pytest.raises(RemoteRefusal) as refused:
        pulled(site)
    assert refused.value.code == "dataverse.repeated_link"


# limits


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("0x80072322", "too many requests in five minutes"),
        ("0x80072321", "too much execution time in five minutes"),
        ("0x80072326", "too many requests at once"),
    ],
)
def test_a_limit_is_waited_out_and_the_report_names_which(site: Environment, code: str, words: str) -> None:
    sleeps: list[float] = []
    site.fault("WhoAmI", refuse(429, code, "slow down", Retry_After="37"), None)
    source = reader(site, sleeps)
    assert source.probe().account
    source.close()
    assert max(sleeps) >= 37
    assert source.traffic.throttled == 1
    assert source.traffic.throttled_by_reason == {f"{code}: {words}": 1}


def test_a_limit_without_retry_after_is_waited_out_as_well(site: Environment) -> None:
    sleeps: list[float] = []
    site.fault("WhoAmI", (429, {}, ""), None)
    source = reader(site, sleeps)
    source.probe()
    source.close()
    assert max(sleeps) >= 2


def test_a_limit_that_stays_ends_with_the_time_of_the_next_try(site: Environment) -> None:
    site.fault("WhoAmI", refuse(429, "0x80072322", Retry_After="7200"))
    with pytest.raises(RateLimited) as limited:
        reader(site).probe()
    assert "0x80072322" in limited.value.what


def test_no_more_than_eight_requests_are_under_way(site: Environment) -> None:
    under_way, most, lock, room = [0], [0], threading.Lock(), threading.Semaphore(0)

    def answer(_: str) -> Reply:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
            if under_way[0] == IN_FLIGHT:
                room.release(40)
        room.acquire(timeout=5)
        with lock:
            under_way[0] -= 1
        return ok({"UserId": USER})

    site.faults.append(("WhoAmI", answer))
    given = settings(site.url, requests_per_second=100)
    signed = signing(Resource("dv", given.url, None), given.auth, Traffic(), None)
    dataverse = Dataverse(http := connect_http(given, signed, Traffic(), None))
    threads = [threading.Thread(target=dataverse.one, args=("WhoAmI",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    http.close()
    assert most[0] == IN_FLIGHT


# answers that are none


def test_a_sign_in_page_instead_of_data_is_a_sign_in_error(site: Environment) -> None:
    site.fault("msdyn_projects?", html())
    with pytest.raises(SignInError) as refused:
        pulled(site)
    assert refused.value.code == "sign_in.page"
    assert "/.default" in refused.value.remedy
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("status", [401, 403], ids=["refused sign-in", "missing role"])
def test_a_refused_account_is_a_sign_in_error_that_is_not_repeated(site: Environment, status: int) -> None:
    site.fault("WhoAmI", refuse(status, "0x80040220", "Principal user is missing prvReadmsdyn_project"))
    with pytest.raises(SignInError) as refused:
        reader(site).probe()
    assert len(site.asked) == 1
    assert "prvReadmsdyn_project (0x80040220)" in refused.value.what


def test_an_account_that_may_not_read_tasks_is_told_which_role_it_lacks(site: Environment) -> None:
    site.closed.add("msdyn_projecttasks")
    with pytest.raises(SignInError) as refused:
        reader(site).probe()
    assert "whole organisation" in refused.value.remedy


def test_json_that_breaks_off_is_asked_for_again(site: Environment) -> None:
    site.fault("msdyn_projects?$select", None, (200, {"Content-Type": "application/json"}, '{"value": ['), None)
    assert len(tables(pulled(site))["work_item"]) == 3


def test_json_that_always_breaks_off_is_a_remote_error_and_nothing_is_committed(site: Environment) -> None:
    site.fault("msdyn_projects?", (200, {"Content-Type": "application/json"}, '{"value": ['))
    with pytest.raises(RemoteError) as broken:
        pulled(site)
    assert broken.value.code == "remote.bad_json"


@pytest.mark.parametrize("body", [{"name": 1}, [], "x", {"value": 1}, {"value": [1]}])
def test_an_answer_of_another_shape_is_refused(site: Environment, body: object) -> None:
    site.fault("msdyn_projects?", ok(body))
    with pytest.raises(RemoteRefusal) as refused:
        pulled(site)
    assert refused.value.code == "dataverse.bad_shape"


def test_an_environment_that_is_briefly_away_is_asked_again(site: Environment) -> None:
    site.fault("WhoAmI", refuse(503), refuse(502), None)
    assert reader(site).probe().account == "Reading App (application user), by bearer"


def test_an_environment_without_planner_premium_is_told_so(site: Environment) -> None:
    del site.tables["msdyn_projecttasks"]
    with pytest.raises(RemoteRefusal) as refused:
        reader(site).probe()
    assert refused.value.code == "remote.not_found"
    assert "msdyn_projecttasks" in refused.value.what


def test_a_source_that_suddenly_shows_no_project_deletes_nothing(site: Environment) -> None:
    positions: dict = {}
    pulled(site, positions)
    site.tables["msdyn_projects"].clear()
    with pytest.raises(RemoteRefusal) as refused:
        pulled(site, positions)
    assert refused.value.code == "dataverse.all_gone"


# what is absent


@pytest.mark.parametrize(
    ("entity_set", "place", "note"),
    [
        ("msdyn_timeentries", ("time_entry", "hours"), "Project Operations is not installed"),
        ("msdyn_projectbaselinedatas", ("baseline", "finish_date"), "this environment keeps no baselines"),
        ("msdyn_programs", ("project", "programme"), "has no portfolios"),
        ("msdyn_resourceassignments", ("work_item", "assignee_id"), "no table of assignments"),
        ("bookableresources", ("account", "email"), "no table of bookable resources"),
    ],
)
def test_a_table_that_is_not_there_is_told_and_the_rest_is_read(
    site: Environment, entity_set: str, place: tuple[str, str], note: str
) -> None:
    del site.tables[entity_set]
    pages = pulled(site)
    assert rejected(pages) == {}
    assert len(tables(pages)["work_item"]) == 3
    assert notes(site)[place] == "not_available"
    assert any(note in c.note for c in capabilities(site) if (c.table, c.column) == place)


def capabilities(site: Environment, **more: object) -> list:
    source = reader(site, **more)
    try:
        return list(source.capabilities())
    finally:
        source.close()


def notes(site: Environment, **more: object) -> dict[tuple[str, str], str]:
    return {(c.table, c.column): c.state for c in capabilities(site, **more)}


@pytest.mark.parametrize("entity_set", ["msdyn_timeentries", "msdyn_projectbaselinedatas", "msdyn_projectteams"])
def test_a_table_that_the_account_may_not_read_is_told_and_the_rest_is_read(site: Environment, entity_set: str) -> None:
    site.closed.add(entity_set)
    assert len(tables(pulled(site))["work_item"]) == 3
    if entity_set != "msdyn_projectteams":
        assert any("may not read" in c.note for c in capabilities(site))


def test_there_is_no_cost_and_one_baseline(site: Environment) -> None:
    told = notes(site)
    for place in [
        ("project", "planned_cost"),
        ("project", "budget_cost"),
        ("work_item", "actual_cost"),
        ("assignment", "planned_cost"),
        ("baseline", "cost"),
        ("cost", "amount"),
        ("budget_line", "amount"),
    ]:
        assert told[place] == "not_available", place
    assert told["baseline", "number"] == "derived"
    assert ("project", "planned_hours") not in told
    assert ("time_entry", "hours") not in told


def test_work_over_time_is_told_where_it_is_read(site: Environment) -> None:
    assert notes(site)["timephased", "hours"] == "not_available"
    assert ("timephased", "hours") not in notes(site, timephased=True)


def test_a_column_that_the_environment_lacks_is_not_asked_for_and_told(site: Environment) -> None:
    site.columns["msdyn_projecttasks"].discard("msdyn_priority")
    pages = pulled(site)
    assert {row["priority"] for row in tables(pages)["work_item"].values()} == {None}
    told = {(c.table, c.column): c.note for c in capabilities(site)}
    assert "no column msdyn_priority" in told["work_item", "priority"]


def test_a_column_of_the_admins_that_is_not_there_is_told_and_left_unknown(site: Environment) -> None:
    fields = {"phase": "contoso_phase"}
    assert tables(pulled(site, fields=fields))["project"][f"dv:project:{P1}"]["phase"] is None
    told = {(c.table, c.column): c.note for c in capabilities(site, fields=fields)}
    assert told["project", "phase"] == "the table msdyn_project has no column contoso_phase"


def test_actual_dates_are_read_where_project_operations_has_them(site: Environment) -> None:
    assert notes(site)["work_item", "actual_start_date"] == "not_available"
    task(site, T3, msdyn_actualstart="2026-10-03T08:00:00Z", msdyn_actualend=None)
    assert ("work_item", "actual_start_date") not in notes(site)
    row = tables(pulled(site))["work_item"][f"dv:item:{T3}"]
    assert (str(row["actual_start_date"]), row["status_category"]) == ("2026-10-03", "in_progress")


# settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Berlin"},
        {"auth": {"type": "ntlm"}},
        {"site": "x"},
        {"url": "https://org.crm4.dynamics.com/api/data/v9.2"},
        {"url": "https://org.crm4.dynamics.com/main.aspx"},
        {"url": "https://org.crm4.dynamics.com/?appid=1"},
        {"currency": "Euro"},
        {"fields": {"phase": "Phase of the project"}},
        {"fields": {"phases": "contoso_phase"}},
        {"fields": {"words": {"Entwurf": "draft"}}},
        {"write": {"state_column": "msdyn_comments"}},
        {"write": {"state_column": "contoso_a", "score_column": "contoso_A"}},
    ],
    ids=str,
)
def test_a_mistake_in_the_settings_is_refused(wrong: dict) -> None:
    good = settings("https://org.crm4.dynamics.com").model_dump()
    assert DataverseSource.model_validate(good)
    with pytest.raises(ValidationError):
        DataverseSource.model_validate(good | wrong)


def test_secrets_do_not_show() -> None:
    assert "geheim" not in repr(settings("https://org.crm4.dynamics.com"))


def test_an_address_without_tls_is_refused_unless_allowed() -> None:
    with pytest.raises(ConfigurationError):
        reader(Environment(url="http://org.example"))
    assert reader(Environment(url="http://org.example"), allow_http=True).kind == "dataverse"


def test_the_token_is_sent_as_it_is(site: Environment) -> None:
    reader(site).probe()
    assert {headers["Authorization"] for headers in site.headers} == {"Bearer geheim"}


def test_a_whole_pull_costs_few_requests_and_an_idle_one_fewer(site: Environment) -> None:
    positions: dict = {}
    pulled(site, positions)
    first = len(site.asked)
    pages = pulled(site, positions)
    assert first <= 4 * len(KEYS)
    assert len(site.asked) - first < first
    assert sum(len(rows) for page in pages["tasks"] for rows in page.rows.values()) == 0
