"""Departments, programmes, people, skills and the whole: what is added up, and where it is not known."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.measured import Portfolio

MONDAY = date(2026, 11, 23)


@pytest.fixture
def staffed(told: Portfolio) -> Portfolio:
    """Two people of whom tables speak, and two projects: one in department Web, which lies in IT, one in IT."""
    told.add("source_state", source="staff", kind="tabular", outcome="complete", complete_at=datetime(2026, 11, 20))
    for name in ("ada", "bob"):
        told.person(name.title(), f"plans:account:{name}", max_units_ratio=1)
        told.add("reference_match", f"staff:account:{name}", source="staff", kind="person",
                 target_id=f"person:{name.title()}")  # fmt: skip
    told.initiative("A", told.plan("plans:project:1", department="web", programme="One", planned_cost=100,
                                   budget_cost=90, phase="execute", size_class="large",
                                   manager_id="plans:account:ada"))  # fmt: skip
    told.initiative("B", told.plan("plans:project:2", department="IT", budget_cost=50, phase="execute"))
    unit(told, "IT", None)
    unit(told, "web", "IT", name="Web shop")
    return told


def unit(told: Portfolio, key: str, parent: str | None, kind: str = "department", **more: Any) -> None:
    told.add("org_unit", f"staff:org_unit:{key}", key=key, kind=kind, parent_key=parent, **more)


def booked(told: Portfolio, person: str, project: str, hours: int, week: date = MONDAY) -> None:
    """That many hours planned from Monday to Friday of a week."""
    number = f"{person}{project}{week}"
    told.item(f"plans:item:{number}", f"plans:project:{project}", is_active=True, is_summary=False)
    told.add("assignment", f"plans:assignment:{number}", work_item_id=f"plans:item:{number}",
             account_id=f"plans:account:{person}", planned_hours=hours, start_date=week,
             finish_date=date.fromordinal(week.toordinal() + 4))  # fmt: skip


def test_a_department_adds_up_its_projects_and_those_below(staffed: Portfolio) -> None:
    told = {row["department_id"]: row for row in staffed.view("departments")}
    it, web = told["it"], told["web"]
    assert (it["projects"], web["projects"], web["parent_id"], web["name"]) == (2, 1, "it", "Web shop")
    assert (web["forecast_cost"], web["budget_cost"]) == (100, 90), "cost of the plan before the budget"
    assert (it["forecast_cost"], it["known_forecast_cost"], it["unpriced_projects"]) == (150, 150, 0)
    assert {(r["department_id"], r["project_id"], r["depth"]) for r in staffed.view("department_projects")} == {
        ("web", "A", 0), ("it", "A", 1), ("it", "B", 0),
    }  # fmt: skip
    assert staffed.one("programmes")["programme_id"] == "one"


def test_a_cost_that_is_not_known_is_never_nothing(staffed: Portfolio) -> None:
    staffed.initiative("C", staffed.plan("plans:project:3", department="IT", phase="execute"))
    it = staffed.one("departments", department_id="it")
    assert (it["forecast_cost"], it["known_forecast_cost"], it["unpriced_projects"]) == (None, 150, 1)

    staffed.initiative("D", staffed.plan("plans:project:4", department="IT", budget_cost=1, currency="USD"))
    it = staffed.one("departments", department_id="it")
    assert (it["currency"], it["known_forecast_cost"]) == (None, None)


def test_an_envelope_counts_on_its_days_and_in_its_currency(staffed: Portfolio) -> None:
    days = {"from_date": date(2026, 1, 1), "to_date": MONDAY}
    staffed.add("envelope", "staff:envelope:1", unit_key="it", amount=100, currency="EUR", **days)
    past = {"from_date": date(2025, 1, 1), "to_date": date(2026, 11, 22)}
    staffed.add("envelope", "staff:envelope:2", unit_key="IT", amount=7, currency="EUR", **past)
    it = staffed.one("departments", department_id="it")
    assert (it["envelope_cost"], it["forecast_over_envelope_ratio"]) == (100, 0.5)
    assert staffed.one("departments", department_id="web")["envelope_cost"] is None

    staffed.add("envelope", "staff:envelope:3", unit_key="Web shop", amount=9, currency="USD")
    assert staffed.one("departments", department_id="web")["envelope_cost"] is None


def test_load_of_people_and_of_the_department_that_they_are_in(staffed: Portfolio) -> None:
    booked(staffed, "ada", "1", 30)
    booked(staffed, "ada", "2", 30)
    booked(staffed, "bob", "1", 10, date(2027, 2, 15))
    booked(staffed, "bob", "1", 99, date(2027, 3, 1))  # begins after the 90 days
    for name in ("ada", "bob"):
        staffed.add("staff_member", f"staff:staff_member:{name}", account_id=f"staff:account:{name}", unit_key="web")
    people = {row["name"]: row for row in staffed.view("people")}
    ada, bob = people["Ada"], people["Bob"]
    assert (ada["planned_90_hours"], ada["available_90_hours"], ada["projects_at_once"]) == (60, 520, 2)
    assert (ada["peak_load_ratio"], ada["peak_week"], ada["department_id"]) == (1.5, MONDAY, "web")
    assert (bob["planned_90_hours"], bob["projects_at_once"]) == (10, 1)
    assert (ada["managed_projects"], ada["managed_weight"], bob["managed_weight"]) == (1, 2.0, 0.0)
    for department in ("web", "it"):
        row = staffed.one("departments", department_id=department)
        assert (row["members"], row["planned_90_hours"], row["available_90_hours"]) == (2, 70, 1040)
        assert row["load_90_ratio"] == pytest.approx(70 / 1040)

    staffed.add("capacity_week", "staff:capacity_week:1", account_id="staff:account:ada", week_start=MONDAY,
                available_hours=0)  # fmt: skip
    assert staffed.one("people", person_id="person:Ada")["available_90_hours"] == 480


def test_hours_that_nobody_states_leave_the_load_unknown(staffed: Portfolio) -> None:
    staffed.person("Cy", "jira:account:cy")
    staffed.add("reference_match", "staff:account:cy", source="staff", kind="person", target_id="person:Cy")
    staffed.add("staff_member", "staff:staff_member:cy", account_id="staff:account:cy", unit_key="IT")
    cy = staffed.one("people", person_id="person:Cy")
    assert (cy["planned_90_hours"], cy["available_90_hours"], cy["load_90_ratio"]) == (0, None, None)
    assert staffed.one("departments", department_id="it")["load_90_ratio"] is None
    assert staffed.one("departments", department_id="web")["members"] is None


def test_demand_for_a_skill_is_weighed_and_held_against_what_its_holders_have_left(staffed: Portfolio) -> None:
    staffed.add("reference_match", "staff:project:a", source="staff", kind="project", target_id="A")
    staffed.add("skill", "staff:skill:1", account_id="staff:account:ada", skill="Testing ")
    staffed.add("skill_demand", "staff:skill_demand:1", project_id="staff:project:a", skill="testing",
                month_start=date(2026, 12, 1), hours=100, probability_ratio=0.5)  # fmt: skip
    staffed.add("skill_demand", "staff:skill_demand:2", proposal="New", skill="Testing", month_start=date(2027, 2, 1),
                hours=30)  # fmt: skip
    staffed.add("skill_demand", "staff:skill_demand:3", proposal="New", skill="Testing", month_start=date(2027, 3, 1),
                hours=500)  # fmt: skip
    booked(staffed, "ada", "1", 60)
    testing = staffed.one("skills")
    assert (testing["skill"], testing["holders"], testing["only_holder"]) == ("testing", 1, "Ada")
    assert (testing["demand_hours"], testing["planned_hours"], testing["available_hours"]) == (80, 60, 520)
    assert (testing["free_hours"], testing["gap_hours"]) == (480, -400), "an overfull week takes nothing from another"
    months = {row["month_start"]: row for row in staffed.view("skill_months")}
    assert months[date(2026, 12, 1)]["demand_hours"] == 50
    assert months[date(2027, 3, 1)]["gap_hours"] == 500 - 5 * 40
    assert [row["months_ahead"] for _, row in sorted(months.items())] == [0, 1, 2, 3, 4, 5]


def test_a_place_that_is_not_staffed_wants_the_skill_of_its_name(staffed: Portfolio) -> None:
    staffed.add("account", "plans:account:generic", name="Architect", kind="generic")
    booked(staffed, "generic", "1", 20)
    wanted = staffed.one("skills")
    assert (wanted["skill"], wanted["holders"], wanted["demand_hours"], wanted["gap_hours"]) == ("architect", 0, 20, 20)
    assert wanted["load_ratio"] is None


def test_causes_of_risks_and_the_whole(staffed: Portfolio) -> None:
    for number, (project, kind, cause) in enumerate(
        (("1", "threat", "Supplier"), ("2", "threat", "supplier "), ("2", "opportunity", "supplier"), ("1", None, None))
    ):
        staffed.add("risk", f"plans:risk:{number}", project_id=f"plans:project:{project}", kind=kind, cause=cause,
                    state="open", impact_cost=10, probability_ratio=0.5, reviewed_on=date(2026, 8, 25))  # fmt: skip
    cause = staffed.one("risk_causes")
    assert (cause["cause"], cause["projects"], cause["threats"], cause["exposure_cost"]) == ("supplier", 2, 2, 10)
    whole = staffed.one("organisation")
    assert (whole["organisation_id"], whole["projects"], whole["people"]) == ("organisation", 2, 1)
    assert (whole["open_threats"], whole["open_opportunities"], whole["reviewed_opportunities"]) == (3, 1, 1)


def test_a_rule_that_found_fault_with_projects_of_a_department_again_and_again(staffed: Portfolio) -> None:
    common = {"rule_id": "HYG-02", "subject_kind": "project", "severity": "low", "state": "resolved"}
    for number, (project, opened, mode) in enumerate(
        (("A", MONDAY, "enforce"), ("B", MONDAY, "enforce"), ("B", date(2025, 11, 23), "enforce"),
         ("B", MONDAY, "observe"))
    ):  # fmt: skip
        staffed.add("finding", f"f{number}", project_id=project, subject_id=project, opened_on=opened,
                    resolved_on=MONDAY, mode=mode, **common)  # fmt: skip
    staffed.add("finding", "f9", project_id=None, subject_id="it", opened_on=MONDAY, mode="enforce",
                **common | {"subject_kind": "department"})  # fmt: skip
    found = {row["department_id"]: (row["projects"], row["findings"]) for row in staffed.view("repeated_findings")}
    assert found == {"it": (2, 2), "web": (1, 1)}
    assert staffed.one("findings", finding_id="f9")["project_id"] is None


def test_waivers_of_projects_and_of_others_stand_side_by_side(staffed: Portfolio) -> None:
    days = {"state": "in_force", "starts_on": date(2026, 11, 1), "expires_on": date(2026, 12, 1)}
    for name, project, kind, subject in (
        ("W-1", "A", "project", "A"), ("W-2", None, "department", "it"), ("W-3", None, "person", None),
        ("W-4", "gone", "project", "gone"),
    ):  # fmt: skip
        staffed.add("waiver_state", waiver_id=name, project_id=project, subject_kind=kind, subject_id=subject,
                    first_checked_on=date(2026, 11, 20), **days)  # fmt: skip
    found = {w["waiver_id"]: (w["project_id"], w["subject_kind"], w["subject_id"]) for w in staffed.view("waivers")}
    assert found == {
        "W-1": ("A", "project", "A"), "W-2": (None, "department", "it"), "W-3": (None, "person", None),
    }  # fmt: skip
    of_department = staffed.one("waivers", waiver_id="W-2")
    assert (of_department["days_left"], of_department["not_needed_days"]) == (8, 3)


def test_a_source_that_was_read_in_part_feeds_units_of_its_projects_and_everybody(staffed: Portfolio) -> None:
    told = ("plans", "partial", datetime(2026, 11, 20))
    staffed.add("source_state", source=told[0], kind="pwa", outcome=told[1], complete_at=told[2])
    fed = {(r["subject_kind"], r["subject_id"], r["outcome"]) for r in staffed.view("subject_sources")
           if r["source"] == "plans"}  # fmt: skip
    assert {("department", "it", "partial"), ("organisation", "organisation", "partial")} <= fed
    assert ("person", "person:Ada", "partial") in fed
    assert len(fed) == 5  # with department web and programme one
