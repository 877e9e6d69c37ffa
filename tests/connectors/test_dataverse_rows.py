"""What records of Dataverse become: columns, units, days, labels."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dataverse_site import (
    A1,
    D1,
    E1,
    LABEL,
    MANAGER,
    P1,
    P2,
    R1,
    R2,
    T1,
    T2,
    T3,
    USER,
    Environment,
    assignment,
    harbour,
    project,
    serving,
    task,
)

from connectors.dataverse import normalise
from connectors.dataverse.settings import DataverseFields
from connectors.dataverse.values import Values
from tests.connectors.dataverse_pulls import pulled, rejected, rows, tables


@pytest.fixture
def site() -> Iterator[Environment]:
    with serving(environment := harbour()):
        yield environment


def test_a_project_comes_with_its_plan_its_manager_its_portfolio_and_its_currency(site: Environment) -> None:
    row = rows(site, "project", timezone="Europe/Berlin")[P1]
    assert row["kind"] == "plan"
    assert (row["start_date"], row["finish_date"]) == (date(2026, 10, 1), date(2026, 12, 18))
    assert row["complete_ratio"] == Decimal("0.5")
    assert [row[f"{which}_hours"] for which in ("planned", "actual", "remaining")] == [80, 40, 40]
    assert row["manager_id"] == f"dv:account:{MANAGER}"
    assert (row["programme"], row["currency"], row["archived"]) == ("Waterfront", "EUR", False)
    assert row["url"].startswith(f"{site.url}/main.aspx?")
    assert row["updated_at"] == datetime(2026, 11, 1, 8, tzinfo=UTC)


def test_a_deactivated_project_is_archived_and_a_deactivated_task_does_not_count(site: Environment) -> None:
    site.put("msdyn_projecttasks", msdyn_projecttaskid=T2, statecode=1)
    found = tables(pulled(site))
    assert found["project"][f"dv:project:{P2}"]["archived"] is True
    assert found["work_item"][f"dv:item:{T2}"]["is_active"] is False
    assert found["work_item"][f"dv:item:{T1}"]["is_active"] is True


def test_a_deactivated_dependency_assignment_or_entry_is_none(site: Environment) -> None:
    site.put("msdyn_projecttaskdependencies", msdyn_projecttaskdependencyid=D1, statecode=1)
    site.put("msdyn_resourceassignments", msdyn_resourceassignmentid=A1, statecode=1)
    site.put("msdyn_timeentries", msdyn_timeentryid=E1, statecode=1)
    found = tables(pulled(site))
    assert "work_item_link" not in found
    assert "time_entry" not in found
    assert f"dv:assignment:{A1}" not in found["assignment"]


def test_a_currency_that_a_project_does_not_name_is_that_of_the_settings(site: Environment) -> None:
    project(site, P2, _transactioncurrencyid_value=None)
    assert rows(site, "project")[P2]["currency"] is None
    assert rows(site, "project", currency="SEK")[P2]["currency"] == "SEK"
    assert rows(site, "project", currency="SEK")[P1]["currency"] == "EUR"


def test_days_of_a_duration_are_the_projects_own(site: Environment) -> None:
    project(site, P2, msdyn_hoursperday=6.0)
    found = rows(site, "work_item")
    assert found[T2]["duration_hours"] == 15
    assert found[T3]["duration_hours"] == 12


@pytest.mark.parametrize("hours", [None, 0, -8, 25, "eight"])
def test_without_the_length_of_a_day_a_duration_is_unknown_and_not_eight_hours_a_day(
    site: Environment, hours: object
) -> None:
    project(site, P1, msdyn_hoursperday=hours)
    assert rows(site, "work_item")[T2]["duration_hours"] is None


def test_a_task_has_its_place_its_amounts_and_its_bucket(site: Environment) -> None:
    found = rows(site, "work_item")
    row = found[T2]
    assert row["parent_id"] == f"dv:item:{T1}"
    assert (row["outline_level"], row["sequence"], row["status_category"]) == (2, 2, "in_progress")
    assert (row["estimate_hours"], row["spent_hours"], row["remaining_hours"]) == (16, 4, 12)
    assert (row["start_at"], row["finish_at"]) == (
        datetime(2026, 10, 1, 8, tzinfo=UTC),
        datetime(2026, 10, 2, 16, tzinfo=UTC),
    )
    assert json.loads(row["custom_fields"]) == {"bucket": "To do"}
    assert row["assignee_id"] == f"dv:account:{R1}"
    assert (found[T1]["kind"], found[T1]["is_summary"], found[T1]["type"]) == ("summary", True, "Summary task")
    assert found[T1]["assignee_id"] is None


@pytest.mark.parametrize(
    ("number", "name"), [(0, "Urgent"), (1, "Urgent"), (3, "Important"), (5, "Medium"), (9, "Low"), (None, None)]
)
def test_a_priority_has_the_name_that_planner_shows(number: int | None, name: str | None, site: Environment) -> None:
    task(site, T2, msdyn_priority=number)
    assert rows(site, "work_item")[T2]["priority"] == name


def test_a_task_between_two_others_has_half_a_number_and_is_kept(site: Environment) -> None:
    task(site, T2, msdyn_displaysequence=2.5)
    assert rows(site, "work_item")[T2]["sequence"] == 2


def test_a_scheduled_date_stands_in_where_the_start_is_not_filled(site: Environment) -> None:
    task(site, T2, msdyn_start=None, msdyn_finish=None, msdyn_scheduledend="2026-10-09T16:00:00Z")
    row = rows(site, "work_item")[T2]
    assert (row["start_date"], row["due_date"]) == (date(2026, 10, 1), date(2026, 10, 9))


def test_a_day_is_that_of_the_source_s_zone(site: Environment) -> None:
    task(site, T2, msdyn_finish="2026-10-02T22:30:00Z")
    assert rows(site, "work_item")[T2]["due_date"] == date(2026, 10, 2)
    assert rows(site, "work_item", timezone="Europe/Berlin")[T2]["due_date"] == date(2026, 10, 3)


@pytest.mark.parametrize(
    ("agnostic", "expected"),
    [
        ("2026-10-03T00:30:00Z", date(2026, 10, 3)),
        (None, date(2026, 10, 2)),
        ("2026-12-24T16:00:00Z", date(2026, 10, 2)),
        ("never", date(2026, 10, 2)),
    ],
    ids=["by the project's clock", "not there", "stale", "illegible"],
)
def test_a_day_by_the_clock_of_the_project_s_calendar_counts_where_it_is_credible(
    agnostic: str | None, expected: date
) -> None:
    values = Values({"at": "2026-10-02T22:30:00Z", "tza": agnostic}, ZoneInfo("UTC"))
    assert values.day("at", "tza") == expected


def test_a_dependency_has_its_type_and_its_lag_in_hours(site: Environment) -> None:
    row = rows(site, "work_item_link")[D1]
    assert (row["from_id"], row["to_id"]) == (f"dv:item:{T1}", f"dv:item:{T2}")
    assert (row["dependency_type"], row["lag_hours"]) == ("FS", 8)


def test_an_assignment_has_its_hours_always_and_its_work_over_time_where_asked_for(site: Environment) -> None:
    found = tables(pulled(site))
    row = found["assignment"][f"dv:assignment:{A1}"]
    assert [row[f"{which}_hours"] for which in ("planned", "actual", "remaining")] == [16, 4, 12]
    assert (row["work_item_id"], row["account_id"]) == (f"dv:item:{T2}", f"dv:account:{R1}")
    assert "timephased" not in found
    (part,) = [r for r in rows(site, "timephased", timephased=True).values() if r["assignment_id"] == row["id"]]
    assert (part["starts_on"], part["ends_on"], part["hours"]) == (date(2026, 9, 28), date(2026, 9, 29), 16)
    assert (part["kind"], part["work_item_id"], part["account_id"]) == ("planned", f"dv:item:{T2}", row["account_id"])


def test_a_place_in_a_team_that_nobody_fills_is_an_account_that_is_nobody(site: Environment) -> None:
    place = "cccccccc-0000-4000-8000-000000000001"
    assignment(site, A1, _msdyn_bookableresourceid_value=None, _msdyn_projectteamid_value=place)
    found = tables(pulled(site))
    assert found["assignment"][f"dv:assignment:{A1}"]["account_id"] == f"dv:account:{place}"
    assert found["account"][f"dv:account:{place}"]["kind"] == "generic"
    assert found["account"][f"dv:account:{place}"]["name"] == "Welder 1"


def test_resources_and_managers_are_accounts(site: Environment) -> None:
    found = rows(site, "account")
    assert (found[R1]["kind"], found[R1]["email"], found[R1]["active"]) == ("human", "ada@example.com", True)
    assert found[R2]["kind"] == "material"
    assert (found[MANAGER]["name"], found[MANAGER]["email"]) == ("Maja Lind", "maja.lind@example.com")


def test_a_manager_who_is_a_resource_is_that_account(site: Environment) -> None:
    project(site, P1, _msdyn_projectmanager_value=USER)
    found = tables(pulled(site))
    assert found["project"][f"dv:project:{P1}"]["manager_id"] == f"dv:account:{R1}"
    assert f"dv:account:{USER}" not in found["account"]


def test_a_baseline_is_number_0_of_the_project_and_of_its_tasks_without_cost(site: Environment) -> None:
    found = rows(site, "baseline")
    whole, part = found[f"{P1}:0"], found[f"{T2}:0"]
    assert (whole["owner_kind"], whole["start_date"], whole["finish_date"]) == (
        "project",
        date(2026, 10, 1),
        date(2026, 10, 12),
    )
    assert whole["taken_at"] == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert (part["owner_id"], part["work_hours"], part["duration_hours"]) == (f"dv:item:{T2}", 16, 15)
    assert {row["cost"] for row in found.values()} == {None}
    assert {row["number"] for row in found.values()} == {0}


@pytest.mark.parametrize(
    ("code", "state"),
    [(192350000, "open"), (192350001, "rejected"), (192350002, "approved"), (192350003, "submitted")],
)
def test_minutes_are_hours_and_a_status_is_a_state(site: Environment, code: int, state: str) -> None:
    site.put("msdyn_timeentries", msdyn_timeentryid=E1, msdyn_entrystatus=code)
    row = rows(site, "time_entry")[E1]
    assert (row["hours"], row["spent_on"], row["state"]) == (Decimal("7.5"), date(2026, 11, 20), state)
    assert (row["work_item_id"], row["account_id"]) == (f"dv:item:{T2}", f"dv:account:{R1}")


def test_time_that_is_asked_back_is_approved_until_it_is_given_back(site: Environment) -> None:
    site.put("msdyn_timeentries", msdyn_timeentryid=E1, msdyn_entrystatus=192350004)
    assert rows(site, "time_entry")[E1]["state"] == "approved"


def test_time_of_no_project_belongs_to_no_plan(site: Environment) -> None:
    site.put("msdyn_timeentries", msdyn_timeentryid=E1, _msdyn_project_value=None)
    assert rows(site, "time_entry") == {}


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-11-20T12:00:00Z", "Pacific/Auckland", date(2026, 11, 20)),
        ("2026-11-20", "Europe/Berlin", date(2026, 11, 20)),
        ("2026-11-20T00:00:00Z", "America/New_York", date(2026, 11, 20)),
        ("2026-11-19T23:00:00Z", "Europe/Berlin", date(2026, 11, 20)),
    ],
    ids=["noon UTC", "a day", "midnight UTC", "midnight there"],
)
def test_the_day_of_an_entry_is_the_one_that_was_meant(written: str, zone: str, expected: date) -> None:
    here = normalise.Environment("dv", "https://x", ZoneInfo(zone), DataverseFields())
    record = {"msdyn_timeentryid": E1, "_msdyn_project_value": P1, "msdyn_duration": 60, "msdyn_date": written}
    row = normalise.entry_row(record, here)
    assert row is not None
    assert row["spent_on"] == expected


def governed(site: Environment, **values: Any) -> None:
    site.put("msdyn_projects", msdyn_projectid=P1, **values)


def test_the_admins_own_columns_fill_what_the_pmo_governs_by(site: Environment) -> None:
    governed(
        site,
        contoso_key="INI-7",
        contoso_phase=100000001,
        **{f"contoso_phase{LABEL}": "Execute"},
        contoso_health=100000002,
        **{f"contoso_health{LABEL}": "Yellow"},
        _contoso_department_value=R2,
        **{f"_contoso_department_value{LABEL}": "Harbour works"},
        contoso_class="B",
    )
    fields = {
        "initiative_key": "contoso_Key",
        "phase": "contoso_phase",
        "health_reported": "contoso_health",
        "department": "contoso_department",
        "more": ["contoso_class"],
    }
    row = rows(site, "project", fields=fields)[P1]
    assert (row["initiative_key"], row["phase"], row["health_reported"]) == ("INI-7", "execute", "amber")
    assert row["department"] == "Harbour works"
    assert json.loads(row["custom_fields"]) == {"contoso_class": "B"}


def test_columns_of_a_proposal_are_read_as_they_are_kept_and_choices_by_their_words(site: Environment) -> None:
    governed(
        site,
        contoso_value=90000.5,
        **{f"contoso_value{LABEL}": "€90,000.50"},
        contoso_metric=100000001,
        **{f"contoso_metric{LABEL}": "Calls a day"},
        contoso_closed="2026-06-01T00:00:00Z",
        contoso_cost="much",
    )
    fields = {
        "expected_value": "contoso_value",
        "objective_metric": "contoso_metric",
        "closed_on": "contoso_closed",
        "expected_cost": "contoso_cost",
    }
    pages = pulled(site, fields=fields)
    row = tables(pages)["project"][f"dv:project:{P1}"]
    assert (row["expected_value"], row["objective_metric"], row["closed_on"]) == (
        Decimal("90000.5"),
        "Calls a day",
        date(2026, 6, 1),
    )
    assert row.get("expected_cost") is None
    assert "contoso_cost is 'much'" in rejected(pages)["dataverse.bad_project_word"]


def test_words_of_another_language_are_told_in_the_settings(site: Environment) -> None:
    governed(site, contoso_phase=1, **{f"contoso_phase{LABEL}": "Durchführung"})
    fields = {"phase": "contoso_phase", "words": {"durchführung": "execute"}}
    assert rows(site, "project", fields=fields)[P1]["phase"] == "execute"


def test_a_choice_that_nobody_knows_is_told_and_does_not_take_the_project_away(site: Environment) -> None:
    governed(site, contoso_phase=1, **{f"contoso_phase{LABEL}": "Limbo"})
    pages = pulled(site, fields={"phase": "contoso_phase"})
    assert tables(pages)["project"][f"dv:project:{P1}"]["phase"] is None
    assert "'Limbo'" in rejected(pages)["dataverse.bad_project_word"]


def test_a_lookup_whose_name_is_not_told_is_unknown() -> None:
    values = Values({"_msdyn_program_value": P1, "contoso_size": 3}, ZoneInfo("UTC"))
    assert values.label("_msdyn_program_value") is None
    assert values.label("contoso_size") == "3"


def test_a_programme_column_takes_the_place_of_the_portfolio(site: Environment) -> None:
    governed(site, contoso_programme="North")
    assert rows(site, "project", fields={"programme": "contoso_programme"})[P1]["programme"] == "North"
