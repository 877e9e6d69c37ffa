"""The ProjectServer API: what it tells of a plan and its fields, and how a field of the draft becomes public."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from pwa_client import OTHER, PLAN, Client
from shared_data import SHARED, needs_shared

from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from sandbox.pwa.fields import custom_field
from sandbox.pwa.server_shapes import amount

API = "/pwa/_api/ProjectServer"
AUTH = ("pmo", "sandbox-password")
PHASE = custom_field("Phase", "text", "Initiate", "Plan", "Execute", "Close")
VERDICT = custom_field("PMO verdict", "text", "Plumb", "Leans", several=True)
FINDINGS = custom_field("Findings", "decimal")


@pytest.fixture
def writable(site: PwaSite) -> PwaSite:
    site.updates_custom_fields = True
    site.add_custom_field(VERDICT)
    site.add_custom_field(FINDINGS)
    return site


class Poster:
    """Signed in by password, with a form digest."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.digest = self._send("/pwa/_api/contextinfo", None, {}).json()["FormDigestValue"]

    def __call__(self, path: str, document: object = None, project: str = PLAN) -> requests.Response:
        return self._send(f"{API}/Projects('{project}')/{path}", document, {"X-RequestDigest": self.digest})

    def _send(self, path: str, document: object, headers: dict[str, str]) -> requests.Response:
        headers = {"Accept": "application/json", **headers}
        return requests.post(self._url + path, json=document, auth=AUTH, headers=headers, timeout=10)


@pytest.fixture
def post(client: Client) -> Poster:
    return Poster(client.url)


def fields(*pairs: tuple[str, object, str]) -> dict[str, Any]:
    told = [{"Key": key, "Value": value, "ValueType": kind} for key, value, kind in pairs]
    return {"customFieldDictionary": told}


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["odata.error"]["code"].partition(",")[0]


def polled(client: Client, job: str) -> list[int]:
    states = []
    while not states or states[-1] < 4:
        states.append(client.get(f"{API}/QueueJobs('{job}')").document["JobState"])
    return states


def test_a_field_changed_in_the_draft_is_seen_in_the_feed_only_once_it_is_published(
    client: Client, post: Poster, writable: PwaSite
) -> None:
    assert post("checkOut").status_code == 200
    chosen = ";#".join(entry.internal_name for entry in VERDICT.entries)
    change = fields(
        (VERDICT.internal_name, chosen, "Edm.String"),
        (FINDINGS.internal_name, "7.5", "Edm.Double"),
        (PHASE.internal_name, PHASE.entries[2].internal_name, "Edm.String"),
    )
    assert post("Draft/UpdateCustomFields()", change).status_code == 200

    def in_feed() -> dict[str, Any]:
        return client.set("Projects", filter=f"ProjectId eq guid'{PLAN}'").rows[0]

    before = in_feed()
    assert (before["PMOverdict"], before["Findings"]) == (None, None)
    job = post("Draft/Publish(true)").json()
    assert (job["odata.type"], job["JobState"]) == ("PS.QueueJob", 1)
    assert in_feed()["Findings"] is None
    assert polled(client, job["Id"]) == [3, 3, 4]
    after = in_feed()
    assert (after["PMOverdict"], after["Findings"], after["Phase"]) == ("Plumb, Leans", "7.500000", "Execute")
    assert after["ProjectModifiedDate"] > before["ProjectModifiedDate"]
    assert client.get(f"{API}/Projects('{PLAN}')").document["IsCheckedOut"] is False


def test_a_draft_tells_its_values_before_they_are_public(client: Client, post: Poster, writable: PwaSite) -> None:
    post("checkOut")
    post("Draft/UpdateCustomFields()", fields((VERDICT.internal_name, VERDICT.entries[1].internal_name, "Edm.String")))
    published = client.get(f"{API}/Projects('{PLAN}')/IncludeCustomFields").document
    draft = client.get(f"{API}/Projects('{PLAN}')/Draft/IncludeCustomFields").document
    assert VERDICT.key not in published
    assert VERDICT.key.startswith("Custom_x005f_")
    assert draft[VERDICT.key] == [VERDICT.entries[1].internal_name]


def test_updating_keeps_the_draft_and_checking_in_gives_it_back(
    client: Client, post: Poster, writable: PwaSite
) -> None:
    post("checkout")
    post("Draft/UpdateCustomFields()", fields((FINDINGS.internal_name, "1", "Edm.Double")))
    assert polled(client, post("Draft/Update()").json()["Id"])[-1] == 4
    assert polled(client, post("Draft/CheckIn()").json()["Id"])[-1] == 4
    assert client.get(f"{API}/Projects('{PLAN}')").document["IsCheckedOut"] is False
    assert writable.drafts.of(PLAN).values == {"Findings": 1}
    assert refusal(post("Draft/Publish()")) == (403, "10102")


def test_a_project_that_somebody_else_works_on(client: Client, post: Poster, writable: PwaSite) -> None:
    writable.check_out(PLAN, "Ingrid Solberg")
    told = client.get(f"{API}/Projects('{PLAN}')", expand="CheckedOutBy", select="IsCheckedOut").document
    assert (told["IsCheckedOut"], told["CheckedOutBy"]["Title"]) == (True, "Ingrid Solberg")
    assert client.get(f"{API}/Projects('{PLAN}')/CheckedOutBy").document["Title"] == "Ingrid Solberg"
    refused = post("checkOut")
    assert refusal(refused) == (403, "10100")
    assert "CICOCheckedOutToOtherUser" in refused.json()["odata.error"]["message"]["value"]
    assert refusal(post("Draft/UpdateCustomFields()", fields())) == (403, "10100")
    assert polled(client, post("Draft/CheckIn(true)").json()["Id"])[-1] == 4, "an administrator may force it"


def test_refusals_of_the_project_server(client: Client, post: Poster, writable: PwaSite) -> None:
    assert refusal(post("Draft/UpdateCustomFields()", fields())) == (403, "10102")
    post("checkOut")
    assert refusal(post("checkOut")) == (403, "10101")
    for pair, code in (
        (("Custom_none", "x", "Edm.String"), "11702"),
        ((VERDICT.internal_name, "Entry_none", "Edm.String"), "11706"),
        ((FINDINGS.internal_name, "many", "Edm.Double"), "11704"),
        ((FINDINGS.internal_name, "7", "Edm.String"), "11704"),
    ):
        assert refusal(post("Draft/UpdateCustomFields()", fields(pair))) == (403, code)
    assert writable.drafts.of(PLAN).values == {}
    assert refusal(post("Draft/UpdateCustomFields()", {}))[0] == 400
    assert refusal(post("checkOut", project="33333333-0000-0000-0000-000000000000"))[0] == 404
    post("Draft/Publish(false)")
    assert refusal(post("Draft/Publish(false)")) == (403, "1030")


def test_a_job_may_fail_and_changes_nothing_then(client: Client, post: Poster, writable: PwaSite) -> None:
    writable.drafts.failing = 1
    post("checkOut")
    post("Draft/UpdateCustomFields()", fields((FINDINGS.internal_name, "1", "Edm.Double")))
    assert polled(client, post("Draft/Publish(true)").json()["Id"])[-1] == 5
    assert client.get(f"{API}/Projects('{PLAN}')").document["IsCheckedOut"] is True
    assert client.set("Projects", filter=f"ProjectId eq guid'{PLAN}'").rows[0]["Findings"] is None
    assert client.get(f"{API}/QueueJobs('none')").status == 404


def test_project_server_does_not_take_field_values_by_rest_unless_told_to(site: PwaSite, post: Poster) -> None:
    post("checkOut")
    assert refusal(post("Draft/UpdateCustomFields()", fields()))[0] == 404
    assert PwaSite(edition="online").updates_custom_fields


def test_a_post_needs_a_fresh_digest_unless_a_bearer_token_signs_it(
    client: Client, post: Poster, writable: PwaSite
) -> None:
    address = f"{client.url}{API}/Projects('{PLAN}')/checkOut"
    none = requests.post(address, auth=AUTH, timeout=10)
    assert refusal(none) == (403, "-2130575251")
    writable.now += timedelta(minutes=31)
    assert refusal(post("checkOut")) == (403, "-2130575251")
    bearer = requests.post(address, headers={"Authorization": "Bearer sandbox-bearer"}, timeout=10)
    assert bearer.status_code == 200
    verbose = {"Accept": "application/json;odata=verbose"}
    context = requests.post(f"{client.url}/pwa/_api/contextinfo", auth=AUTH, headers=verbose, timeout=10).json()
    assert context["d"]["GetContextWebInformation"]["FormDigestTimeoutSeconds"] == 1800


def test_custom_fields_and_their_lookup_entries(client: Client, writable: PwaSite) -> None:
    rows = {row["Name"]: row for row in client.get(f"{API}/CustomFields", expand="LookupEntries").rows}
    assert rows["Findings"]["FieldType"] == 15 and rows["Findings"]["LookupEntries"] == []
    assert [entry["FullValue"] for entry in rows["Phase"]["LookupEntries"]] == ["Initiate", "Plan", "Execute", "Close"]
    assert rows["Phase"]["InternalName"] == PHASE.internal_name
    one = client.get(f"{API}/CustomFields('{PHASE.id}')/InternalName").document
    assert one["value"] == PHASE.internal_name
    tables = client.get(f"{API}/LookupTables", expand="Entries", filter="Name eq 'Phase'").rows
    assert [entry["Value"] for entry in tables[0]["Entries"]] == ["Initiate", "Plan", "Execute", "Close"]
    assert client.get(f"{API}/LookupTables('{tables[0]['Id']}')/Entries").rows == tables[0]["Entries"]
    assert client.get(f"{API}/CustomFields('none')").status == 404
    assert client.get(f"{API}/CustomFields", filter="substringof('x',Name)").status == 400
    assert client.get(f"{API}/CustomFields", expand="Nothing").status == 400


def test_fields_of_a_project_are_those_that_have_a_value(client: Client, site: PwaSite) -> None:
    assert client.get(f"{API}/Projects('{OTHER}')/CustomFields").rows == []
    site.rows("Projects", ProjectId=OTHER)[0]["Phase"] = "Plan"
    [phase] = client.get(f"{API}/Projects('{OTHER}')/CustomFields", expand="LookupEntries").rows
    assert phase["Name"] == "Phase" and len(phase["LookupEntries"]) == 4
    told = client.get(f"{API}/Projects('{OTHER}')", expand="IncludeCustomFields,Tasks,TaskLinks").document
    assert told["IncludeCustomFields"][PHASE.key] == [PHASE.entries[1].internal_name]
    assert (len(told["Tasks"]), len(told["TaskLinks"])) == (2, 1)
    select = "Id,Tasks/Id,Tasks/ConstraintType,TaskLinks/*"
    less = client.get(f"{API}/Projects('{OTHER}')", expand="Tasks,TaskLinks", select=select).document
    assert {name for name in less["Tasks"][0] if not name.startswith("odata.")} == {"Id", "ConstraintType"}
    assert less["TaskLinks"] == told["TaskLinks"]
    assert "Name" not in less


def test_resources_and_calendars(client: Client, site: PwaSite) -> None:
    site.add("Resources", ResourceId=PLAN, ResourceName="Ada", ResourceEmailAddress="ada@meridian.example")
    [ada] = client.get(f"{API}/EnterpriseResources", select="Name,Email").rows
    assert (ada["Name"], ada["Email"]) == ("Ada", "ada@meridian.example") and "Id" not in ada
    [calendar] = client.get(f"{API}/Calendars", expand="BaseCalendarExceptions").rows
    assert calendar["Name"] == "Standard" and calendar["BaseCalendarExceptions"] == []
    assert len(client.get(f"{API}/Projects", top="1", skip="1").rows) == 1


def test_an_amount_has_three_names_and_a_span_counts_24_hours_as_a_day() -> None:
    assert amount("Duration", 24, "d") == {
        "Duration": "3d", "DurationMilliseconds": 86_400_000, "DurationTimeSpan": "P1D",
    }  # fmt: skip
    assert amount("Work", 8.5, "h")["WorkTimeSpan"] == "PT8H30M"
    assert amount("Work", -36, "h")["WorkTimeSpan"] == "-P1DT12H"
    assert amount("Work", None, "h") == {"Work": "0h", "WorkMilliseconds": 0, "WorkTimeSpan": "PT0S"}


@needs_shared
@pytest.mark.parametrize(("name", "path"), [("publishedproject", ""), ("task", "/Tasks")])
def test_keys_and_types_are_those_of_captured_records(client: Client, name: str, path: str) -> None:
    record = json.loads((SHARED / "captured_records" / f"pwa_projectserver_{name}.json").read_text())
    document = client.get(f"{API}/Projects('{OTHER}'){path}").document
    ours = document["value"][0] if path else document
    assert record["captured"].keys() - ours.keys() == set()
    assert record["names_only"].keys() - ours.keys() == set()
    told = {k: v for k, v in record["captured"].items() if v is not None and ours[k] is not None}
    assert [k for k, v in told.items() if type(ours[k]) is not type(v)] == []
    assert len(told) > 30


def test_another_site_has_fields_of_its_own(writable: PwaSite) -> None:
    with Server(routes(PwaSite(language="en"))) as server:
        names = {row["Name"] for row in Client(server.url).get(f"{API}/CustomFields").rows}
    assert "Findings" not in names and "Phase" in names
