"""What is read of a Data Center before its issues: projects, people, names, versions."""

import pytest
from jira_dc_pulls import keys, pull, site, time, wire
from jira_dc_site import reader, user

from portfolio.errors import ConfigurationError
from portfolio.ports import Partition

__all__ = ["site", "time", "wire"]


def test_the_catalogue_holds_projects_and_the_people_that_lead_them(wire, site, time):
    site.properties["10000"] = {"department": "Finance", "manager": "pat", "currency": "EUR"}
    (page,) = pull(time, partition=Partition("catalogue", "site"))
    (project,) = page.rows["project"]
    assert (project["department"], project["manager_id"], project["currency"]) == (
        "Finance",
        "dc:account:JIRAUSER-pat",
        "EUR",
    )
    assert {row["native_id"] for row in page.rows["account"]} == {"JIRAUSER-ada", "JIRAUSER-pat"}


def test_a_field_of_the_mapping_that_the_site_lacks_is_told(wire, site, time):
    (page,) = pull(time, partition=Partition("catalogue", "site"), mapping={"custom": {"cost_centre": "Cost centre"}})
    assert [rejected.code for rejected in page.rejected] == ["mapping.field_not_found"]


def test_rates_count_for_the_members_of_a_group(wire, site, time):
    members = {"isLast": True, "total": 1, "values": [user("ada")]}
    wire.on("/group/member", 200, members)
    wire.on("/group/member", 403, {})
    rates = [
        {"group": "developers", "rate_per_hour": 90, "currency": "EUR"},
        {"group": "secret", "rate_per_hour": 120, "currency": "EUR"},
    ]
    (page,) = pull(time, partition=Partition("catalogue", "site"), mapping={"rates": rates})
    assert {row["name"]: row["rate_per_hour"] for row in page.rows["account"]} == {"Ada Example": 90}
    assert [rejected.code for rejected in page.rejected] == ["rates.group_not_readable"]


def test_a_renamed_status_reaches_issues_that_nobody_edited(wire, site, time):
    for number in range(1, 4):
        site.add(number)
    pages = pull(time)
    time.seconds = 86_400
    site.issues["10001"]["fields"]["updated"] = "2026-09-01T09:00:00.000+0000"  # long before the others
    assert keys(pull(time, pages[-1].position)) == ["PAY-2", "PAY-3"]
    site.statuses[0]["statusCategory"]["key"] = "done"
    assert keys(pull(time, pages[-1].position)) == ["PAY-1", "PAY-2", "PAY-3"]


def test_versions_are_read_once_a_day(wire, site, time):
    site.add(1)
    versions = Partition("versions", "10000")
    (page,) = pull(time, partition=versions)
    for hours, due in ((1, False), (25, True)):
        time.seconds = hours * 3600
        stages = reader(time).partitions({versions: page.position})
        assert (versions in stages[1]) is due


def test_an_archived_project_is_listed_and_its_issues_stay_as_they_were_read(wire, site, time):
    site.projects.append({"id": "10001", "key": "OLD", "name": "Old", "archived": True})
    partitions = [p for stage in reader(time).partitions({Partition("issues", "10001"): "{}"}) for p in stage]
    assert {p.key for p in partitions if p.stream in ("issues", "census", "versions")} == {"10000"}
    (page,) = pull(time, partition=Partition("catalogue", "site"))
    assert {row["key"]: row["archived"] for row in page.rows["project"]} == {"PAY": False, "OLD": True}


def test_an_address_without_its_context_path_is_told(wire, time):
    wire.on("/serverInfo", 404, {})
    with pytest.raises(ConfigurationError, match="not as Jira Data Center") as raised:
        reader(time).probe()
    assert "context path" in raised.value.remedy


def test_projects_are_chosen_by_category(wire, site, time):
    site.projects[0]["projectCategory"] = {"id": "1", "name": "Finance"}
    site.projects.append({"id": "10001", "key": "WEB", "name": "Web", "lead": user("ada")})
    (page,) = pull(time, partition=Partition("catalogue", "site"), project_categories=["finance", "Sales"])
    assert [row["key"] for row in page.rows["project"]] == ["PAY"]
    assert [(one.native_id, one.code) for one in page.rejected] == [("Sales", "project.category_unknown")]
