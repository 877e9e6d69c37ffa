"""Sign-in, metadata, and what ProjectServer tells beside the feed."""

import xml.etree.ElementTree as ET

import pytest
from pwa_client import OTHER, PLAN, Client, task_id

from sandbox.http import Server
from sandbox.pwa import PwaAuth, PwaSite, routes
from sandbox.pwa.schema import SETS

EDM = "{http://schemas.microsoft.com/ado/2009/11/edm}"


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    refused = client.set("Projects", sign_in="Basic bm9ib2R5OmhlcmU=")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")


def test_a_bearer_token_opens_the_site(client: Client) -> None:
    assert client.set("Projects", sign_in="Bearer sandbox-bearer").status == 200


def test_no_bearer_token_opens_a_site_that_takes_none(site: PwaSite) -> None:
    with Server(routes(site, PwaAuth(bearer=None))) as server:
        assert Client(server.url).set("Projects", sign_in="Bearer None").status == 401


def test_a_site_with_forms_sign_in_shows_strangers_a_page_with_status_200(site: PwaSite) -> None:
    with Server(routes(site, PwaAuth(challenge="sign_in_page"))) as server:
        page = Client(server.url).set("Projects", sign_in="")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<form" in page.text


@pytest.mark.parametrize("path", ["$metadata", "[en-us]/$metadata"])
def test_metadata_describes_every_set_with_key_and_columns(client: Client, site: PwaSite, path: str) -> None:
    root = ET.fromstring(client.get(f"/pwa/_api/ProjectData/{path}", accept="application/xml").text)
    language = "en" if "en-us" in path else site.language
    types = {t.get("Name"): t for t in root.iter(f"{EDM}EntityType")}
    names = {s.get("Name"): s.get("EntityType") for s in root.iter(f"{EDM}EntitySet")}
    for entity_set in SETS.values():
        assert names[entity_set.named(language)] == f"ReportingData.{entity_set.entity}"
        described = types[entity_set.entity]
        properties = {p.get("Name"): p.get("Type") for p in described.iter(f"{EDM}Property")}
        assert properties.keys() == {c.named(language) for c in entity_set.columns}
        keys = [k.get("Name") for k in described.iter(f"{EDM}PropertyRef")]
        assert keys == [entity_set.column(k).named(language) for k in entity_set.key]


def test_metadata_names_types_and_what_is_never_null(client: Client) -> None:
    text = client.set("$metadata").text
    assert '<Property Name="ProjectId" Type="Edm.Guid" Nullable="false" />' in text
    assert '<Property Name="TaskWork" Type="Edm.Decimal" />' in text


def test_task_links_carry_type_and_lag_in_tenths_of_a_minute(client: Client) -> None:
    [link] = client.get(f"/pwa/_api/ProjectServer/Projects('{OTHER}')/TaskLinks").rows
    assert (link["DependencyType"], link["LinkLag"]) == (1, -9600)
    assert (link["PredecessorTaskId"], link["SuccessorTaskId"]) == (task_id(0, OTHER), task_id(1, OTHER))


def test_a_plan_without_links_has_an_empty_list_of_them(client: Client) -> None:
    assert client.get(f"/pwa/_api/ProjectServer/Projects('{PLAN}')/TaskLinks").rows == []


def test_server_tasks_carry_constraints_and_the_year_one_for_no_date(client: Client) -> None:
    bound, free = client.get(f"/pwa/_api/ProjectServer/Projects('{OTHER}')/Tasks").rows
    assert (bound["ConstraintType"], bound["ConstraintStartEnd"]) == (3, "2026-12-01T17:00:00")
    assert (free["ConstraintType"], free["ConstraintStartEnd"]) == (0, "0001-01-01T00:00:00")


def test_an_unknown_project_is_not_found(client: Client) -> None:
    assert client.get("/pwa/_api/ProjectServer/Projects('33333333-0000-0000-0000-000000000000')/Tasks").status == 404


def test_another_base_path_can_be_chosen(site: PwaSite) -> None:
    with Server(routes(site, base="/sites/pmo")) as server:
        assert Client(server.url).get("/sites/pmo/_api/ProjectData/[en-us]/Projects").status == 200
