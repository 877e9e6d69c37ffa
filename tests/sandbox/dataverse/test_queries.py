"""What a client may ask of a table, and what it is refused."""

import re
from datetime import UTC, datetime

import pytest
import requests
from dataverse_client import Dataverse

from sandbox.dataverse import Caller, DataverseSite

TASKS = "msdyn_projecttasks"
BRIDGE, TOWER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
FORMATTED = "OData.Community.Display.V1.FormattedValue"


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (f"msdyn_projectid eq {BRIDGE.upper()}", {"Bridge"}),
        ("msdyn_subject eq 'Dan''s Tower'", {"Dan's Tower"}),
        ("msdyn_effort gt 80 and msdyn_effort lt 80.6", {"Bridge", "Dan's Tower"}),
        ("msdyn_finish ge 2026-12-02T00:00:00Z", set()),
        ("msdyn_finish lt 2026-12-02T00:00:00Z", {"Bridge", "Dan's Tower"}),
        ("modifiedon ge 2026-11-23", {"Bridge", "Dan's Tower"}),
        ("_msdyn_program_value eq null and (msdyn_subject eq 'bridge' or statecode eq 1)", {"Bridge"}),
        ("not (msdyn_subject eq 'Bridge')", {"Dan's Tower"}),
        ("msdyn_description ne null", set()),
    ],
)
def test_filters(client: Dataverse, filter: str, found: set[str]) -> None:
    assert {row["msdyn_subject"] for row in client.rows("msdyn_projects", filter=filter)} == found


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"filter": "colour eq 1"}, "named 'colour' on type 'Microsoft.Dynamics.CRM.msdyn_project'"),
        ({"filter": f"msdyn_projectid eq '{BRIDGE}'"}, "'Edm.Guid' and 'Edm.String'"),
        ({"filter": "msdyn_subject eq 12"}, "'Edm.String' and 'Edm.Int32'"),
        ({"filter": "msdyn_finish ge 2026-12-02T00:00:00"}, "'Edm.DateTimeOffset'"),
        ({"filter": "contains(msdyn_subject,'x')"}, "Syntax error"),
        ({"filter": "(statecode eq 0"}, "')' or operator expected"),
        ({"filter": "msdyn_subject eq 'open"}, "unterminated string literal"),
        ({"select": "msdyn_subject,colour"}, "named 'colour'"),
        ({"orderby": "msdyn_subject upwards"}, "Syntax error"),
        ({"top": "many"}, "$top query option"),
        ({"skip": "5"}, "Skip Clause is not supported in CRM"),
        ({"search": "x"}, "$search is not supported"),
        ({"expand": "nothing"}, "named 'nothing'"),
    ],
)
def test_refused_queries(client: Dataverse, options: dict[str, str], words: str) -> None:
    refused = client.get("msdyn_projects", **options)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"].startswith("0x8006")
    assert words in refused.json()["error"]["message"]


def test_a_selection_has_what_was_asked_for_and_the_key(client: Dataverse) -> None:
    answer = client.get("msdyn_projects", select="msdyn_subject", top="1")
    assert set(answer.json()["value"][0]) == {"@odata.etag", "msdyn_subject", "msdyn_projectid"}
    assert answer.json()["@odata.context"].endswith("/$metadata#msdyn_projects(msdyn_subject)")
    assert answer.headers["OData-Version"] == "4.0"


def test_pages_follow_their_links_and_lose_nothing(client: Dataverse) -> None:
    pages = client.pages(TASKS, prefer="odata.maxpagesize=10", select="msdyn_subject")
    assert [len(page["value"]) for page in pages] == [10, 10, 5]
    assert len({row["msdyn_projecttaskid"] for page in pages for row in page["value"]}) == 25


def test_pages_in_an_order_of_ones_own_lose_nothing(client: Dataverse) -> None:
    pages = client.pages(TASKS, prefer="odata.maxpagesize=7", orderby="msdyn_effort desc", filter="msdyn_effort ge 0")
    efforts = [row["msdyn_effort"] for page in pages for row in page["value"]]
    assert efforts == sorted(efforts, reverse=True) and len(efforts) == 25


def test_a_task_deleted_between_two_pages_does_not_make_another_one_vanish(
    client: Dataverse, site: DataverseSite
) -> None:
    first = client.get(TASKS, prefer="odata.maxpagesize=10").json()
    site.delete(TASKS, first["value"][3]["msdyn_projecttaskid"])
    second = client.get(first["@odata.nextLink"], prefer="odata.maxpagesize=10").json()
    assert second["value"][0]["msdyn_subject"] == "Task 10"


def test_a_next_link_is_encoded_twice_and_must_be_followed_as_it_is(client: Dataverse) -> None:
    link = client.get(TASKS, prefer="odata.maxpagesize=10", select="msdyn_subject").json()["@odata.nextLink"]
    assert "%253Ccookie%2520" in link
    for changed in (
        requests.utils.unquote(link),  # decoded once, as a client does that takes links apart
        link.replace("%", "%25", 1).replace("%253Ccookie", "%25253Ccookie"),
        link.replace("msdyn_subject", "msdyn_effort"),
    ):
        refused = client.get(changed, prefer="odata.maxpagesize=10")
        assert refused.status_code == 400, changed
        assert re.search("[Pp]aging [Cc]ookie", refused.json()["error"]["message"])


def test_top_ends_the_reading(client: Dataverse) -> None:
    document = client.get(TASKS, prefer="odata.maxpagesize=10", top="12").json()
    assert len(document["value"]) == 12 and "@odata.nextLink" not in document


def test_a_page_has_five_thousand_rows_at_most(client: Dataverse, site: DataverseSite) -> None:
    for number in range(100, 5_100):
        site.add(TASKS, f"00000000-0000-4000-8000-{number:012}", msdyn_subject="More")
    answer = client.get(TASKS, prefer="odata.maxpagesize=9000", select="msdyn_subject", count="true")
    assert len(answer.json()["value"]) == answer.json()["@odata.count"] == 5_000
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=5000"
    assert "@odata.nextLink" in answer.json()


def test_a_count_alone_is_plain_text(client: Dataverse) -> None:
    assert client.get(f"{TASKS}/$count", filter="msdyn_effort eq 0").content.decode("utf-8-sig") == "5"


def test_labels_stand_beside_values_where_they_are_preferred(client: Dataverse, site: DataverseSite) -> None:
    plain = client.rows("msdyn_projects", top="1")[0]
    assert not any("@OData.Community" in name for name in plain)
    row = client.rows("msdyn_projects", prefer='odata.include-annotations="*"', filter="msdyn_subject eq 'Bridge'")[0]
    assert row[f"msdyn_schedulemode@{FORMATTED}"] == "Fixed effort"
    assert row[f"msdyn_finish@{FORMATTED}"] == "12/1/2026 5:00 PM"
    assert row[f"msdyn_effort@{FORMATTED}"] == "80.50"
    assert row[f"_ownerid_value@{FORMATTED}"] == "# Plumbrule"
    assert row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser"
    task = client.rows(TASKS, prefer=f'odata.include-annotations="{FORMATTED}"', top="1")[0]
    assert (task[f"msdyn_ismilestone@{FORMATTED}"], task[f"_msdyn_project_value@{FORMATTED}"]) == ("No", "Bridge")
    assert not any("lookuplogicalname" in name for name in task)


def test_one_record_and_what_hangs_on_it(client: Dataverse) -> None:
    navigation = "msdyn_msdyn_project_msdyn_projecttask_project"
    record = client.get(f"msdyn_projects({BRIDGE})", expand=f"{navigation}($select=msdyn_subject)").json()
    assert record["msdyn_subject"] == "Bridge"
    assert len(record[navigation]) == 25
    assert set(record[navigation][0]) == {"@odata.etag", "msdyn_subject", "msdyn_projecttaskid"}
    missing = client.get("msdyn_projects(33333333-3333-4333-8333-333333333333)")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "0x80040217")


@pytest.mark.parametrize("optional", ["msdyn_programs", "msdyn_timeentries"])
def test_a_table_that_the_environment_has_not_is_not_found(
    client: Dataverse, site: DataverseSite, optional: str
) -> None:
    assert client.rows(optional) == []
    site.drop_table(optional)
    absent = client.get(optional)
    assert (absent.status_code, absent.json()["error"]["code"]) == (404, "0x8006088a")
    assert optional in absent.json()["error"]["message"]
    assert optional not in {row["EntitySetName"] for row in client.rows("EntityDefinitions")}


def test_definitions_tell_tables_with_change_tracking(client: Dataverse, site: DataverseSite) -> None:
    selected = "LogicalName,EntitySetName,ChangeTrackingEnabled"
    rows = client.rows("EntityDefinitions", select=selected, filter="ChangeTrackingEnabled eq true")
    assert {row["EntitySetName"] for row in rows} == site.tracked
    assert set(rows[0]) == {"LogicalName", "EntitySetName", "ChangeTrackingEnabled", "MetadataId"}
    assert client.get("EntityDefinitions", orderby="LogicalName").status_code == 400


def test_attributes_tell_the_columns_with_those_of_the_organisation(client: Dataverse) -> None:
    rows = client.rows("EntityDefinitions(LogicalName='msdyn_project')/Attributes", select="LogicalName,AttributeType")
    types = {row["LogicalName"]: row["AttributeType"] for row in rows}
    assert types["pb_initiativekey"] == "String"
    assert types["msdyn_projectmanager"] == "Lookup"
    assert client.get("EntityDefinitions(LogicalName='none')/Attributes").status_code == 404


def test_who_am_i_and_the_organisation(client: Dataverse) -> None:
    me = client.get("WhoAmI").json()
    assert client.get(f"systemusers({me['UserId']})").json()["fullname"] == "# Plumbrule"
    [organization] = client.rows("organizations")
    assert organization["organizationid"] == me["OrganizationId"]
    [currency] = client.rows("transactioncurrencies", select="isocurrencycode")
    assert currency["isocurrencycode"] == "EUR"


def test_strangers_are_told_where_to_get_a_token(client: Dataverse) -> None:
    for sign_in in ("", "Bearer other", "Basic x"):
        refused = client.get("msdyn_projects", sign_in=sign_in)
        assert refused.status_code == 401
        assert "authorization_uri=https://login." in refused.headers["WWW-Authenticate"]


def test_a_user_without_organisation_wide_read_sees_its_own_rows_only(client: Dataverse, site: DataverseSite) -> None:
    site.admit("narrow", Caller(user="99999999-9999-4999-8999-999999999999", depth="user"))
    assert client.rows("msdyn_projects", sign_in="Bearer narrow") == []
    site.edit("msdyn_projects", TOWER, _ownerid_value="99999999-9999-4999-8999-999999999999")
    assert [r["msdyn_projectid"] for r in client.rows("msdyn_projects", sign_in="Bearer narrow")] == [TOWER]


def test_an_unknown_column_is_refused_when_the_site_is_filled(site: DataverseSite) -> None:
    with pytest.raises(KeyError, match="msdyn_projects has no column colour"):
        site.add("msdyn_projects", BRIDGE, colour="red")
    with pytest.raises(KeyError):
        site.edit("msdyn_projects", BRIDGE, modified=datetime(2026, 1, 1, tzinfo=UTC))
