"""Dependencies between projects, and what risks may cost, on hand-made tables."""

from datetime import date
from typing import Any

import pytest

from tests.measured import AS_OF, Portfolio, money

ONE, TWO = "jira:project:1", "jira:project:2"


@pytest.fixture
def two(told: Portfolio) -> Portfolio:
    """A supplier S and a consumer C, each with one open item."""
    told.initiative("S", told.tracker(ONE, health_reported="green"))
    told.initiative("C", told.tracker(TWO))
    told.person("Ada", "jira:account:ada")
    told.item("jira:item:s", ONE, key="S-1", title="Deliver", status_category="in_progress",
              due_date=date(2026, 11, 20), assignee_id="jira:account:ada")  # fmt: skip
    told.item("jira:item:c", TWO, key="C-1", title="Build on it", status_category="todo", start_date=date(2026, 11, 18))
    return told


def tied(told: Portfolio, first: str = "jira:item:s", second: str = "jira:item:c", **columns: Any) -> None:
    told.add("work_item_link", f"jira:link:{first}{second}", from_id=first, to_id=second, kind="blocks", **columns)


def changed(told: Portfolio, item: str, **columns: Any) -> None:
    for name, value in columns.items():
        told.connection.execute(f"UPDATE work_item SET {name} = ? WHERE id = ?", [value, item])


def test_a_dependency_says_who_delivers_what_to_whom_and_how_far_the_dates_are_apart(two: Portfolio) -> None:
    tied(two)

    row = two.one("dependencies")

    assert (row["project_id"], row["supplier_project_key"], row["supplier_item_key"]) == ("C", "S", "S-1")
    assert (row["supplier_assignee_name"], row["consumer_item_key"], row["is_open"]) == ("Ada", "C-1", True)
    assert row["slack_days"] == -2
    assert (row["blocked_since"], row["blocked_days"]) == (date(2026, 11, 18), 5)
    assert (row["supplier_is_red"], row["red_steps"], row["onward_projects"], row["in_cycle"]) == (
        False,
        None,
        0,
        False,
    )


@pytest.mark.parametrize(
    ("item", "columns", "expected"),
    [
        ("jira:item:c", {"start_date": date(2026, 11, 24)}, (True, None)),
        ("jira:item:c", {"status_category": "in_progress"}, (True, None)),
        ("jira:item:c", {"start_date": None, "due_date": AS_OF}, (True, AS_OF)),
        ("jira:item:s", {"status_category": "done"}, (False, None)),
        ("jira:item:s", {"status_category": None}, (None, None)),
    ],
    ids=["not yet needed", "begun all the same", "by its due date", "delivered", "not known whether delivered"],
)
def test_who_waits_and_since_when(two: Portfolio, item: str, columns: dict[str, Any], expected: Any) -> None:
    tied(two)
    changed(two, item, **columns)

    row = two.one("dependencies")

    assert (row["is_open"], row["blocked_since"]) == expected


def test_ends_tied_otherwise_have_no_slack_and_links_inside_a_project_are_not_told(two: Portfolio) -> None:
    tied(two, dependency_type="SS")
    two.item("jira:item:c2", TWO, status_category="todo")
    tied(two, "jira:item:c", "jira:item:c2")

    assert two.one("dependencies")["slack_days"] is None


def test_items_that_wait_for_each_other_are_named_until_one_is_done(two: Portfolio) -> None:
    tied(two)
    tied(two, "jira:item:c", "jira:item:s")

    assert {r["item_circle"] for r in two.view("links")} == {"C-1 → S-1 → C-1"}
    assert {r["project_circle"] for r in two.view("dependencies")} == {"C → S → C"}

    changed(two, "jira:item:s", status_category="done")
    assert {r["item_circle"] for r in two.view("links")} == {None}


def test_red_reaches_from_project_to_project_over_open_dependencies(two: Portfolio) -> None:
    two.connection.execute("UPDATE project SET health_reported = 'red' WHERE id = ?", [ONE])
    two.initiative("E", two.tracker("jira:project:3"))
    two.item("jira:item:e", "jira:project:3", key="E-1", title="End", status_category="todo")
    tied(two)
    tied(two, "jira:item:c", "jira:item:e")

    near, far = (two.one("dependencies", project_id=project) for project in ("C", "E"))
    assert (near["supplier_is_red"], near["supplier_red_by"], near["red_steps"]) == (True, "reported", 1)
    assert near["onward_projects"] == 1
    assert (far["supplier_is_red"], far["red_steps"], far["red_way"]) == (None, 2, "S → C → E")

    changed(two, "jira:item:s", status_category="done")
    assert two.one("dependencies", project_id="E")["red_steps"] is None


@pytest.mark.parametrize(
    ("columns", "red"),
    [
        ({"health_reported": "red"}, True),
        ({"health_reported": "red", "phase": "closed"}, False),
        ({"health_reported": "amber"}, False),
        ({"health_reported": None}, None),
    ],
)
def test_a_supplier_is_red_by_what_is_reported_while_it_is_not_closed(two: Portfolio, columns: Any, red: Any) -> None:
    tied(two)
    for name, value in columns.items():
        two.connection.execute(f"UPDATE project SET {name} = ? WHERE id = ?", [value, ONE])

    assert two.one("dependencies")["supplier_is_red"] is red


def risk(told: Portfolio, number: int, **columns: Any) -> None:
    told.add("risk", f"jira:risk:{number}", **{"project_id": ONE, "state": "open", "probability_ratio": "0.5",
             "impact_cost": 1000, "currency": "EUR"} | columns)  # fmt: skip


@pytest.fixture
def funded(told: Portfolio) -> Portfolio:
    told.initiative("S", told.tracker(ONE, currency="EUR"))
    for number, (category, amount) in enumerate(
        (("Work", 9000), ("Contingency reserve", 400), ("Management reserve", 70))
    ):
        told.add(
            "budget_line", f"jira:budget:{number}", project_id=ONE, category=category, amount=amount, currency="EUR"
        )
    return told


def test_open_threats_are_added_and_opportunities_are_apart(funded: Portfolio) -> None:
    risk(funded, 1)
    risk(funded, 2, kind="threat", probability_ratio="0.1")
    risk(funded, 3, kind="opportunity")
    risk(funded, 4, state="closed")

    row = funded.one("risk_exposure")

    assert (row["open_threats"], row["exposure_cost"], row["reserve_cost"]) == (2, money("600"), money("400"))
    assert (row["open_opportunities"], row["opportunity_cost"]) == (1, money("500"))
    assert (row["exposure_ratio"], row["currency"]) == (1.5, "EUR")


@pytest.mark.parametrize(
    ("columns", "counted"),
    [
        ({"probability_ratio": None}, {"unvalued_threats": 1, "foreign_threats": 0}),
        ({"impact_cost": None}, {"unvalued_threats": 1, "foreign_threats": 0}),
        ({"currency": "USD"}, {"unvalued_threats": 0, "foreign_threats": 1}),
    ],
)
def test_one_threat_that_is_not_valued_in_the_currency_leaves_the_sum_unknown(
    funded: Portfolio, columns: dict[str, Any], counted: dict[str, int]
) -> None:
    risk(funded, 1)
    risk(funded, 2, **columns)

    row = funded.one("risk_exposure")

    assert (row["exposure_cost"], row["exposure_ratio"]) == (None, None)
    assert {name: row[name] for name in counted} == counted


def test_a_project_without_risks_has_none_and_a_budget_without_such_a_line_no_reserve(told: Portfolio) -> None:
    told.initiative("S", told.tracker(ONE, currency="EUR"))
    calm = told.one("risk_exposure")
    assert (calm["open_threats"], calm["exposure_cost"], calm["reserve_cost"]) == (0, money("0"), None)

    risk(told, 1)
    assert told.one("risk_exposure")["reserve_cost"] is None


def test_risks_of_a_table_take_the_projects_currency_and_doubled_rows_count_for_none(funded: Portfolio) -> None:
    funded.add("reference_match", "pmo:project:s", source="pmo", kind="project", target_id="S")
    for number in (1, 2):
        risk(funded, number, project_id="pmo:project:s", currency=None, origin="risks.csv")
    funded.add("doubled_row", "jira:risk:2", source="pmo")

    row = funded.one("risks")

    assert (row["project_id"], row["currency"], row["origin"], row["is_opportunity"]) == (
        "S",
        "EUR",
        "risks.csv",
        False,
    )
