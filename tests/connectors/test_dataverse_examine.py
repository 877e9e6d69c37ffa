"""What `doctor` says of an environment of Dataverse, and what a probe shows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dataverse_site import KEYS, Environment, harbour, refuse, serving

from plumbrule.doctor import examine
from portfolio.errors import ExitCode
from portfolio.ports import Observation
from tests.connectors.dataverse_pulls import reader

NAMES = {
    "msdyn_projects": "msdyn_project",
    "msdyn_projecttasks": "msdyn_projecttask",
    "msdyn_resourceassignments": "msdyn_resourceassignment",
    "bookableresources": "bookableresource",
}


@pytest.fixture
def site() -> Iterator[Environment]:
    environment = harbour()
    environment.depths = {f"prvRead{name}": "Global" for name in NAMES.values()}
    with serving(environment):
        yield environment


def seen(site: Environment, **more: Any) -> list[Observation]:
    source = reader(site, **more)
    try:
        return list(source.examine(()))
    finally:
        source.close()


def about(found: list[Observation], subject: str) -> list[Observation]:
    return [one for one in found if one.subject == subject]


def test_a_probe_says_who_reads_which_organisation(site: Environment) -> None:
    source = reader(site)
    probe = source.probe()
    source.close()
    assert probe.account == "Reading App (application user), by bearer"
    assert probe.deployment == "Dataverse, Harbour, version 9.2.26"
    assert probe.detail == {"url": site.url}


def test_a_probe_works_where_users_and_the_organisation_are_kept_back(site: Environment) -> None:
    site.fault("systemusers(", refuse(403))
    site.fault("RetrieveCurrentOrganization", refuse(404))
    source = reader(site)
    probe = source.probe()
    source.close()
    assert probe.account == "99999999-0000-4000-8000-000000000001, by bearer"
    assert probe.deployment == "Dataverse, organisation o"


def test_all_is_well_in_an_environment_that_shows_everything(site: Environment) -> None:
    found = seen(site)
    assert {one.state for one in found} <= {"ok", "note"}
    assert {one.subject for one in found} == {"sign-in", "projects", "tables", "changes", "rights", "columns"}
    assert about(found, "projects")[0].found == "2 visible, all are read"
    assert about(found, "tables")[0].found.startswith(f"{len(KEYS)} of {len(KEYS)}")
    assert len(about(found, "changes")) == 4
    assert about(found, "rights")[0].found == "reads 4 tables in the whole organisation"


def keyed(site: Environment, *values: Any, column: str = "pb_initiativekey") -> Environment:
    """The two plans with those values in a column of the admin's own."""
    site.columns["msdyn_projects"] |= {column}
    for row, value in zip(site.tables["msdyn_projects"].values(), values, strict=True):
        row[column] = value
    return site


def test_records_that_look_like_they_carry_a_key_get_a_note_with_the_setting(site: Environment) -> None:
    (note,) = about(seen(keyed(site, "INI-07", "INI-08")), "initiatives")
    assert note.state == "note"
    assert note.found.startswith("pb_initiativekey holds what looks like a key (INI-07, INI-08)")
    assert 'initiative_key = "pb_initiativekey"' in note.remedy


@pytest.mark.parametrize(
    ("values", "column"),
    [
        (("INI-07", None), "pb_key"), (("INI-07", "INI-07"), "pb_key"), (("Harbour", "Dock 2 of the east"), "pb_key"),
        (("INI-07", "INI-08"), "msdyn_projectnumber"), ((7, 8), "pb_order"),
    ],
    ids=["one value", "the same twice", "names", "a column of Microsoft's", "numbers"],
)  # fmt: skip
def test_other_columns_are_no_keys(site: Environment, values: tuple[Any, ...], column: str) -> None:
    assert about(seen(keyed(site, *values, column=column)), "initiatives") == []


@pytest.mark.parametrize("name", ["initiative_key", "department"])
def test_a_column_that_has_a_meaning_already_is_not_suggested(site: Environment, name: str) -> None:
    assert about(seen(keyed(site, "A1", "A2"), fields={name: "pb_initiativekey"}), "initiatives") == []


def test_a_table_that_is_not_there_is_a_note(site: Environment) -> None:
    del site.tables["msdyn_timeentries"]
    told = [one.found for one in about(seen(site), "tables") if one.state == "note"]
    assert told == ["msdyn_timeentries is not read: Project Operations is not installed"]


def test_a_table_whose_changes_are_not_told_is_a_note_with_the_switch_to_set(site: Environment) -> None:
    site.tracked.discard("msdyn_projecttasks")
    (note,) = [one for one in about(seen(site), "changes") if one.state == "note"]
    assert "msdyn_projecttasks" in note.found
    assert "Track changes" in note.remedy


def test_a_right_that_reaches_not_far_enough_is_a_warning(site: Environment) -> None:
    site.depths["prvReadmsdyn_projecttask"] = "Basic"
    (warning,) = about(seen(site), "rights")
    assert warning.state == "warning"
    assert warning.found.startswith("msdyn_projecttasks: own records only")
    assert "whole organisation" in warning.remedy


def test_rights_that_are_not_told_are_a_note(site: Environment) -> None:
    site.fault("RetrieveUserSetOfPrivilegesByNames", refuse(404))
    (note,) = about(seen(site), "rights")
    assert note.state == "note"


def test_an_account_without_a_visible_project_is_told_what_it_needs(site: Environment) -> None:
    site.tables["msdyn_projects"].clear()
    (failed,) = about(seen(site), "projects")
    assert failed.state == "failed"
    assert "msdyn_project" in failed.remedy


def test_a_column_of_the_admins_is_found_or_what_may_be_meant_is_told(site: Environment) -> None:
    site.put("msdyn_projects", msdyn_projectid="11111111-0000-4000-8000-000000000001", contoso_phase="x",
             _contoso_department_value=None)  # fmt: skip
    fields = {"phase": "contoso_phase", "goal": "contoso_phasee", "department": "contoso_departmnt"}
    found = about(seen(site, fields=fields), "columns")
    assert found[0].found == "of your own, found: contoso_phase"
    lost = {one.found: one.remedy for one in found if one.state == "failed"}
    assert "contoso_phase" in lost["the table msdyn_project has no column contoso_phasee"]
    assert "contoso_department" in lost["the table msdyn_project has no column contoso_departmnt"]


def test_columns_that_this_environment_lacks_are_a_note(site: Environment) -> None:
    (note,) = [one for one in about(seen(site), "columns") if "msdyn_projecttasks" in one.found]
    assert note.state == "note"
    assert "msdyn_actualstart" in note.found


def test_what_cannot_be_looked_at_is_told_and_the_rest_is_looked_at(site: Environment) -> None:
    site.fault("RetrieveUserSetOfPrivilegesByNames", refuse(500))
    found = seen(site)
    assert about(found, "rights")[0].state == "failed"
    assert about(found, "columns")


def test_doctor_tells_of_the_clock_and_of_a_refused_sign_in(site: Environment, tmp_path: Path) -> None:
    config = tmp_path / "plumbrule.toml"
    auth = '{ type = "bearer", token = "file:token" }'
    config.write_text(f'[sources.plans]\nkind = "dataverse"\nurl = "{site.url}"\nauth = {auth}\n', encoding="utf-8")
    (tmp_path / "token").write_text("geheim", encoding="utf-8")
    (health,) = examine(config, today=date(2026, 11, 23))
    assert [one.subject for one in health.observations].count("clock") == 1
    assert health.kind == "dataverse"
    site.fault("WhoAmI", refuse(401))
    (health,) = examine(config, today=date(2026, 11, 23))
    assert health.exit_code == ExitCode.SIGN_IN
    assert "/.default" in health.observations[0].remedy
