"""What may be written: the organisation's own columns, and nothing of the schedule."""

import pytest
from dataverse_client import Dataverse

from sandbox.dataverse import Caller, DataverseSite

BRIDGE = "11111111-1111-4111-8111-111111111111"
PROJECT = f"msdyn_projects({BRIDGE})"


def test_own_columns_are_written_and_the_row_has_a_new_version(client: Dataverse) -> None:
    before = client.get(PROJECT).json()
    answer = client.patch(PROJECT, {"pb_initiativekey": "INI-03", "pb_health": 2})
    assert answer.status_code == 204
    assert answer.headers["OData-EntityId"].endswith(f"/api/data/v9.2/{PROJECT}")
    after = client.get(PROJECT).json()
    assert (after["pb_initiativekey"], after["pb_health"]) == ("INI-03", 2)
    assert after["versionnumber"] > before["versionnumber"] and after["@odata.etag"] != before["@odata.etag"]
    assert client.patch(PROJECT, {"pb_initiativekey": None}).status_code == 204
    assert client.get(PROJECT).json()["pb_initiativekey"] is None


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"pb_colour": "red"}, "0x80048d19", "The property 'pb_colour' does not exist"),
        ({"pb_initiativekey": 12}, "0x80048d19", "Cannot convert the literal '12'"),
        ({"pb_health": True}, "0x80048d19", "Cannot convert the literal 'True'"),
        ({"pb_health": 9}, "0x80048d19", "outside the valid range"),
        ({"pb_initiativekey": "x" * 21}, "0x80044331", "maximum allowed length of '20'"),
        ({"msdyn_finish": "2026-12-01T17:00:00Z"}, "0x80040265", "cannot directly do 'Update' operation to 'msdyn_p"),
        (["pb_initiativekey"], "0x80048d19", "must be a JSON object"),
    ],
)
def test_refused_changes(client: Dataverse, change: object, code: str, words: str) -> None:
    refused = client.patch(PROJECT, change)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert words in refused.json()["error"]["message"]


def test_a_refused_change_changes_nothing(client: Dataverse) -> None:
    assert client.patch(PROJECT, {"pb_initiativekey": "INI-03", "msdyn_subject": "x"}).status_code == 400
    assert client.get(PROJECT).json()["pb_initiativekey"] is None


def test_an_old_tag_and_a_record_that_is_gone(client: Dataverse, site: DataverseSite) -> None:
    tag = client.get(PROJECT).json()["@odata.etag"]
    assert client.patch(PROJECT, {"pb_health": 1}, If_Match=tag).status_code == 204
    assert client.patch(PROJECT, {"pb_health": 2}, If_Match=tag).status_code == 412
    missing = "msdyn_projects(33333333-3333-4333-8333-333333333333)"
    assert client.patch(missing, {"pb_health": 2}).status_code == 404
    assert client.patch(missing, {"pb_health": 2}, If_Match="").json()["error"]["code"] == "0x80040265"


def test_who_may_not_write_is_told_so(client: Dataverse, site: DataverseSite) -> None:
    site.admit("sandbox-dataverse-token", Caller(user=BRIDGE, writes=False))
    refused = client.patch(PROJECT, {"pb_health": 1})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "0x80040220")
