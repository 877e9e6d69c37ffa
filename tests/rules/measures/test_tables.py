"""What people keep in tables: which budget counts, which rate, who is approved, where a project belongs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.measured import Portfolio, simple_plan

DAY = date(2026, 11, 2)


def budget(told: Portfolio, id: str, amount: Any, project: str = "finance:project:a", **columns: Any) -> None:
    told.add("budget_line", id, **{"project_id": project, "amount": amount, "currency": "EUR"} | columns)


@pytest.fixture
def finance(told: Portfolio) -> Portfolio:
    """A plan, and a source of tables that names it and one person."""
    told.add("source_state", source="finance", kind="tabular", outcome="complete", complete_at=datetime(2026, 11, 20))
    told.person("Ada", "jira:account:ada", rate_per_hour=50, currency="EUR")
    told.add("reference_match", "finance:project:a", source="finance", kind="project", target_id="A")
    told.add("reference_match", "finance:account:ada", source="finance", kind="person", target_id="person:Ada")
    told.add("reference_match", "finance:project:x", source="finance", kind="project")
    return told


def booked(told: Portfolio, id: str, on: date = DAY, hours: Any = 8, account: str = "jira:account:ada") -> None:
    told.add("time_entry", id, project_id="plans:project:1", account_id=account, hours=hours, spent_on=on)


def test_lines_of_a_table_are_the_budget_and_those_of_a_tool_do_not_count_beside_them(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan(budget_cost=1))
    budget(finance, "plans:budget:1", 900, "plans:project:1")
    assert finance.one("projects")["budget_cost"] == 900

    budget(finance, "finance:budget_line:1", 700, origin="b.csv")
    budget(finance, "finance:budget_line:2", 50, origin="c.csv")
    budget(finance, "finance:budget_line:3", 9999, "finance:project:x", origin="b.csv")

    assert finance.one("projects")["budget_cost"] == 750
    assert {r["budget_line_id"]: r["counts"] for r in finance.view("budget_lines")} == {
        "plans:budget:1": False,
        "finance:budget_line:1": True,
        "finance:budget_line:2": True,
    }


def test_lines_of_different_currencies_are_never_added(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    budget(finance, "finance:budget_line:1", 700, origin="b.csv", category="work")
    budget(finance, "finance:budget_line:2", 50, origin="b.csv", currency="USD", category="Work ")

    assert finance.one("projects")["budget_cost"] is None
    [use] = finance.view("budget_use")
    assert (use["budget_cost"], use["spent_ratio"]) == (None, None)


def test_a_table_names_no_project_of_its_own(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    budget(finance, "finance:budget_line:1", 700, "finance:project:x", origin="b.csv")

    assert len(finance.view("projects")) == 1
    assert finance.view("budget_lines") == []


def test_a_category_is_held_against_its_costs(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    budget(finance, "finance:budget_line:1", 100, origin="b.csv", category="Travel")
    budget(finance, "finance:budget_line:2", 50, origin="b.csv", category="Licences")
    cost = {"project_id": "finance:project:a", "currency": "EUR", "category": "travel"}
    finance.add("cost", "finance:cost:1", amount=60, **cost)
    finance.add("cost", "finance:cost:2", amount=70, **cost)

    used = {r["category"]: (r["spent_cost"], r["spent_ratio"]) for r in finance.view("budget_use")}
    assert used == {"Travel": (130, 1.3), "Licences": (0, 0)}

    finance.add("cost", "finance:cost:3", **cost | {"amount": 1, "currency": "USD"})
    used = {r["category"]: r["spent_ratio"] for r in finance.view("budget_use")}
    assert used == {"Travel": None, "Licences": 0}


@pytest.mark.parametrize(
    ("stated", "category", "covered"),
    [(None, "travel", True), (None, "L-7", True), (None, "cake", False), (None, None, None), (False, "travel", False)],
)
def test_an_invoice_is_covered_by_the_line_or_category_that_it_names(
    finance: Portfolio, stated: bool | None, category: str | None, covered: bool | None
) -> None:
    finance.initiative("A", finance.plan())
    budget(finance, "finance:budget_line:1", 100, origin="b.csv", category="Travel", number="l-7")
    finance.add(
        "invoice", "finance:invoice:1", project_id="finance:project:a", category=category, has_budget_line=stated
    )

    assert finance.one("invoices")["has_budget_line"] is covered


def test_the_rate_of_the_day_comes_before_the_roles_and_both_before_the_tools(finance: Portfolio) -> None:
    simple_plan(finance, (1000, 1.0, 0.5, 0))
    rate = {"currency": "EUR", "kind": "cost", "origin": "r.csv"}
    for day in (1, 10, 20):
        booked(finance, f"jira:time:{day}", date(2026, 10, day))
    assert finance.one("evm")["ac"] == 3 * 8 * 50

    finance.add("rate", "finance:rate:role", role="Architect", rate_per_hour=60, from_date=date(2026, 10, 10), **rate)
    finance.add("approved_resource", "finance:approved_resource:1", account_id="finance:account:ada", role="architect ",
                to_date=date(2026, 12, 31))  # fmt: skip
    assert finance.one("evm")["ac"] == 8 * 50 + 2 * 8 * 60

    person = {"account_id": "finance:account:ada", **rate}
    finance.add("rate", "finance:rate:1", rate_per_hour=70, from_date=date(2026, 10, 15), **person)
    finance.add("rate", "finance:rate:2", rate_per_hour=999, to_date=date(2026, 9, 30), **person)
    finance.add("rate", "finance:rate:3", rate_per_hour=998, **person | {"kind": "billing"})
    finance.add("rate", "finance:rate:4", rate_per_hour=997, **person | {"currency": "USD"})
    assert finance.one("evm")["ac"] == 8 * 50 + 8 * 60 + 8 * 70
    assert finance.one("evm")["ac_method"] == "time_entries_at_rates"
    assert finance.one("person_months")["cost"] == 8 * 50 + 8 * 60 + 8 * 70


def test_hours_without_a_rate_have_no_cost(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    finance.person("Bo", "jira:account:bo")
    booked(finance, "jira:time:1", account="jira:account:bo")
    assert finance.view("person_months") == []  # no table of rates is read

    finance.add("rate", "finance:rate:1", role="Architect", rate_per_hour=60, currency="EUR")

    row = finance.one("person_months")
    assert (row["hours"], row["rated_hours"], row["cost"], row["currency"]) == (8, 0, None, "EUR")


def test_people_and_suppliers_are_held_against_the_approved_list(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    bo = finance.person("Bo", "jira:account:bo")
    booked(finance, "jira:time:1")
    booked(finance, "jira:time:2", account="jira:account:bo")
    bill = {"project_id": "finance:project:a", "amount": 1, "currency": "EUR"}
    finance.add("invoice", "finance:invoice:1", supplier="Acme GmbH", issued_on=DAY, **bill)
    finance.add("cost", "finance:cost:1", supplier="Bolt Ltd", spent_on=DAY, **bill)
    assert finance.view("resource_use") == []

    approved = {"account_id": "finance:account:ada", "origin": "a.csv"}
    finance.add("approved_resource", "finance:approved_resource:1", to_date=date(2026, 11, 1), **approved)
    finance.add("supplier", "finance:supplier:1", name="ACME GmbH ")
    finance.add("supplier", "finance:supplier:2", name="Bolt Ltd", state="suspended")

    use = {r["user_id"]: r["is_approved"] for r in finance.view("resource_use")}
    assert use == {"person:Ada": False, bo: False, "acme gmbh": True, "bolt ltd": False}

    finance.add("approved_resource", "finance:approved_resource:2", project_id="finance:project:a", **approved)
    finance.add("approved_resource", "finance:approved_resource:3", project_id="finance:project:x",
                account_id="finance:account:bo")  # fmt: skip
    use = {r["user_id"]: r["is_approved"] for r in finance.view("resource_use")}
    assert (use["person:Ada"], use[bo]) == (True, False)


def test_a_supplier_with_only_dated_approval_is_unknown_where_the_bill_has_no_day(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    finance.add("invoice", "finance:invoice:1", project_id="finance:project:a", supplier="Acme")
    finance.add("supplier", "finance:supplier:1", name="Acme", to_date=DAY)

    assert finance.one("resource_use")["is_approved"] is None


def test_stated_capacity_comes_before_the_plans_share_of_full_time(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    finance.connection.execute("UPDATE account SET max_units_ratio = 1")
    finance.item("plans:item:1", "plans:project:1", status_category="todo")
    finance.add("assignment", "plans:assignment:1", project_id="plans:project:1", work_item_id="plans:item:1",
                account_id="jira:account:ada", remaining_hours=60, start_date=date(2026, 11, 23),
                finish_date=date(2026, 12, 4))  # fmt: skip
    finance.add("capacity_week", "finance:capacity_week:1", account_id="finance:account:ada",
                week_start=date(2026, 11, 30), available_hours=20)  # fmt: skip

    weeks = {r["week_start"].day: (r["available_hours"], r["load_ratio"]) for r in finance.view("person_weeks")}

    assert weeks == {23: (Decimal(40), 0.75), 30: (Decimal(20), 1.5)}


def test_the_latest_record_of_a_course_counts(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan(manager_id="jira:account:ada"))
    course = {"account_id": "finance:account:ada"}
    for number, year in ((1, 2024), (2, 2026)):
        finance.add("training_record", f"finance:training_record:{number}", course="Safety", **course,
                    completed_on=date(year, 1, 1), expires_on=date(year + 1, 1, 1))  # fmt: skip
    finance.add("training_record", "finance:training_record:3", course="Scrum", **course)

    rows = {r["course"]: (r["training_id"], r["days_left"], r["is_manager"]) for r in finance.view("trainings")}

    assert rows == {
        "Safety": ("finance:training_record:2", 39, True),
        "Scrum": ("finance:training_record:3", None, True),
    }


def test_a_project_lies_in_its_department_and_all_above_it(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan(department="plant 2", programme="Nowhere"))
    for key, kind, parent in (("ORG", "organisation", None), ("MAN", "department", "org"), ("P2", "department", "MAN")):
        name = "Plant 2" if key == "P2" else key
        finance.add("org_unit", f"finance:org_unit:{key}", key=key, name=name, kind=kind, parent_key=parent)

    rows = {(r["stated_as"], r["depth"]): r["unit_key"] for r in finance.view("project_units")}

    assert rows == {
        ("department", 0): "P2",
        ("department", 1): "MAN",
        ("department", 2): "ORG",
        ("programme", 0): None,
    }


def test_a_table_is_a_source_of_every_project(finance: Portfolio) -> None:
    finance.initiative("A", finance.plan())
    finance.initiative("B", finance.tracker())

    assert {(r["project_id"], r["source"]) for r in finance.view("sync_runs")} >= {("A", "finance"), ("B", "finance")}


@pytest.mark.parametrize(
    ("on", "until", "valid", "left"),
    [
        (date(2026, 11, 23), None, True, None),
        (date(2026, 11, 24), None, False, None),
        (date(2026, 1, 1), date(2026, 11, 23), True, 0),
        (date(2026, 1, 1), date(2026, 11, 22), False, -1),
        (None, None, None, None),
    ],
)
def test_an_attestation_is_valid_from_its_day_to_its_last(
    finance: Portfolio, on: date | None, until: date | None, valid: bool | None, left: int | None
) -> None:
    finance.initiative("A", finance.plan())
    finance.add("attestation", "finance:attestation:1", project_id="finance:project:a", topic="x",
                attested_on=on, valid_until=until)  # fmt: skip
    finance.add("attestation", "finance:attestation:2", project_id="finance:project:x", topic="x")

    [row] = finance.view("attestations")

    assert (row["project_id"], row["is_valid"], row["days_left"]) == ("A", valid, left)
