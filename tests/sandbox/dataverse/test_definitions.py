"""Definitions of one column, and what an environment tells of its callers' rights and of itself."""

import json

from dataverse_client import Dataverse

from sandbox.dataverse import Caller, DataverseSite
from sandbox.dataverse.site import SERVICE_USER

PROJECT = "EntityDefinitions(LogicalName='msdyn_project')/Attributes(LogicalName='{}')"
RIGHTS = "systemusers({})/Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p1)?@p1={}"


def test_a_text_tells_its_length_and_a_choice_its_options_by_the_cast_to_their_kind(client: Dataverse) -> None:
    told = client.get(PROJECT.format("pb_initiativekey"), select="LogicalName,AttributeType").json()
    assert (told["LogicalName"], told["AttributeType"]) == ("pb_initiativekey", "String")
    text = client.get(PROJECT.format("pb_initiativekey") + "/Microsoft.Dynamics.CRM.StringAttributeMetadata").json()
    assert (text["MaxLength"], text["IsCustomAttribute"]) == (20, True)
    expand = "OptionSet($select=Options),GlobalOptionSet($select=Options)"
    cast = "/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    choice = client.get(PROJECT.format("pb_health") + cast, select="LogicalName", expand=expand).json()
    labels = {o["Value"]: o["Label"]["UserLocalizedLabel"]["Label"] for o in choice["OptionSet"]["Options"]}
    assert (labels, choice["GlobalOptionSet"]) == ({1: "Green", 2: "Red"}, None)


def test_what_is_not_there_or_not_of_that_kind_is_refused(client: Dataverse) -> None:
    assert client.get(PROJECT.format("pb_none")).status_code == 404
    assert (
        client.get(PROJECT.format("pb_health") + "/Microsoft.Dynamics.CRM.StringAttributeMetadata").status_code == 404
    )
    assert client.get(PROJECT.format("pb_health"), select="Nothing").status_code == 400


def test_rights_are_told_by_name_and_how_far_they_reach(client: Dataverse, site: DataverseSite) -> None:
    site.admit("small", Caller(SERVICE_USER, depth="user", writes=False))
    asked = RIGHTS.format(SERVICE_USER, json.dumps(["prvReadmsdyn_project", "prvWritemsdyn_project", "prvNone"]))
    mine = client.get(asked).json()["RolePrivileges"]
    assert {right["PrivilegeName"]: right["Depth"] for right in mine} == {
        "prvReadmsdyn_project": "Global",
        "prvWritemsdyn_project": "Global",
    }
    small = client.get(asked, sign_in="Bearer small").json()["RolePrivileges"]
    assert {right["PrivilegeName"]: right["Depth"] for right in small} == {"prvReadmsdyn_project": "Basic"}
    assert client.get(RIGHTS.format(SERVICE_USER, "[oops")).status_code == 400


def test_the_organisation_tells_its_name(client: Dataverse, site: DataverseSite) -> None:
    asked = "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'"
    assert client.get(asked).json()["Detail"]["FriendlyName"] == site.name
