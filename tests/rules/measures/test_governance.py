"""The views of governance, on portfolios told by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.measured import AS_OF, GONE, Portfolio

PLAN, TRACKER = "plans:project:1", "jira:project:1"
DAY = date(2026, 9, 2)


def cannot(told: Portfolio, source: str, table: str, column: str) -> None:
    told.add("capability", source=source, table_name=table, column_name=column, state="not_available")


def test_a_gate_counts_those_before_it_that_were_not_passed_or_only_later(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    passed = {"state": "passed", "project_id": TRACKER}
    told.add("gate", "g1", name="1", sequence=1, decided_on=date(2026, 9, 9), **passed)
    told.add("gate", "g2", name="2", sequence=2, state="planned", project_id=TRACKER)
    told.add("gate", "g3", name="3", sequence=3, decided_on=date(2026, 9, 8), **passed)
    told.add("gate", "g4", name="4", decided_on=DAY, **passed)
    told.add("gate", "g5", name="5", sequence=9, state="passed", project_id=PLAN)
    told.add("gate", "g0", name="0", sequence=0, state="rejected", project_id=TRACKER, deleted_at=GONE)

    found = {row["gate_id"]: row["earlier_open"] for row in told.view("gates")}

    assert found == {"g1": 0, "g2": None, "g3": 2, "g4": None, "g5": 0}


def test_gates_passed_on_one_day_are_in_order(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    for number in (1, 2):
        told.add("gate", f"g{number}", name="g", sequence=number, state="passed", decided_on=DAY, project_id=TRACKER)

    assert {row["earlier_open"] for row in told.view("gates")} == {0}


def test_a_table_of_gates_approves_a_project(told: Portfolio) -> None:
    told.initiative("A", told.plan())
    told.add("reference_match", "files:project:a", source="files", kind="project", target_id="A")
    told.add("gate", "files:gate:1", name="G", state="passed", decided_on=DAY, decided_by="Grace", sequence=1,
             project_id="files:project:a", origin="gates.csv")  # fmt: skip

    project = told.one("projects")

    assert (project["approved_on"], project["approved_by"]) == (DAY, "Grace")
    told.add("doubled_row", "files:gate:1", source="files")
    assert told.one("projects")["approved_on"] is None
    assert told.view("gates") == []


def test_a_document_is_versioned_not_or_its_source_has_no_place_for_it(told: Portfolio) -> None:
    told.initiative("A", told.tracker(), told.plan())
    cannot(told, "plans", "artefact", "version")
    told.add("artefact", "jira:a:1", title="a", project_id=TRACKER, version="2.0")
    told.add("artefact", "jira:a:2", title="b", project_id=TRACKER, version="  ")
    told.add("artefact", "jira:a:3", title="c", project_id=TRACKER)
    told.add("artefact", "plans:a:4", title="d", project_id=PLAN)

    found = {row["title"]: row["is_versioned"] for row in told.view("artefacts")}

    assert found == {"a": True, "b": False, "c": False, "d": None}


@pytest.mark.parametrize(("alive", "dead"), [(True, False), (False, True), (None, False)])
def test_an_address_is_dead_only_where_somebody_found_it_so(told: Portfolio, alive: bool | None, dead: bool) -> None:
    told.initiative("A", told.tracker())
    told.add("artefact", "1", title="a", project_id=TRACKER, link_alive=alive)

    assert told.one("artefacts")["link_dead"] is dead


def test_the_objective_is_the_projects_own_before_a_benefit_but_a_whole_one_before_a_half(told: Portfolio) -> None:
    told.initiative("own", told.tracker(objective_metric="calls", objective_target="40", objective_due_on=DAY))
    told.initiative("half", told.tracker("jira:project:2", objective_metric="calls"))
    told.initiative("none", told.tracker("jira:project:3"))
    for project in (TRACKER, "jira:project:2"):
        told.add("benefit", f"b:{project}", name="Faster", planned_amount=100, due_on=AS_OF, project_id=project)

    found = {
        row["project_id"]: (row["objective_metric"], row["objective_target"], row["objective_due_on"])
        for row in told.view("mandate")
    }

    assert found == {
        "own": ("calls", "40", DAY),
        "half": ("Faster", "100.0000", AS_OF),
        "none": (None, None, None),
    }


def test_the_furthest_resource_plan_counts_and_no_other_document(told: Portfolio) -> None:
    for number, states in enumerate((("draft", "in_review"), ("approved", "draft"), (None,), ())):
        project = told.tracker(f"jira:project:{number}")
        told.initiative(str(number), project)
        told.add("artefact", f"o:{number}", title="o", kind="charter", state="approved", project_id=project)
        for place, state in enumerate(states):
            told.add("artefact", f"{number}:{place}", title="r", kind="resource_plan", state=state, project_id=project)

    found = {row["project_id"]: row["resource_plan_state"] for row in told.view("mandate")}

    assert found == {"0": "in_review", "1": "approved", "2": "draft", "3": None}


@pytest.mark.parametrize(
    ("lines", "approved"),
    [
        ([("b.csv", "Grace", None), ("b.csv", None, DAY)], True),
        ([("b.csv", "Grace", None), ("b.csv", None, None)], False),
        ([(None, None, None)], None),
        ([(None, None, None), ("b.csv", "Grace", None)], True),  # lines of a table outrank those of a tool
        ([], None),
    ],
)
def test_funding_is_approved_line_by_line(told: Portfolio, lines: list[tuple], approved: bool | None) -> None:
    told.initiative("A", told.plan())
    for number, (origin, by, on) in enumerate(lines):
        told.add("budget_line", f"l{number}", amount=5, currency="EUR", origin=origin, approved_by=by, approved_on=on,
                 project_id=PLAN)  # fmt: skip

    found = told.one("mandate")

    assert found["funding_approved"] is approved
    assert found["budget_lines"] == (1 if len(lines) == 2 and lines[0][0] is None else len(lines))


def test_a_project_was_closed_as_stated_else_with_its_plan_else_with_its_last_gate(told: Portfolio) -> None:
    told.initiative("stated", told.tracker(closed_on=DAY), told.plan(actual_finish_date=AS_OF))
    told.initiative("plan", told.plan("plans:project:2", actual_finish_date=AS_OF))
    for number, second in ((3, "passed"), (4, "planned")):
        told.initiative(f"gates {second}", told.tracker(f"jira:project:{number}"))
        for place, state in enumerate(("passed", second)):
            told.add("gate", f"{number}:{place}", name="g", state=state, decided_on=date(2026, 9, 1 + place),
                     project_id=f"jira:project:{number}")  # fmt: skip

    found = {row["project_id"]: row["closed_on"] for row in told.view("mandate")}

    assert found == {"stated": DAY, "plan": AS_OF, "gates passed": DAY, "gates planned": None}


def test_a_proposal_waits_until_it_is_decided(told: Portfolio) -> None:
    told.initiative("A", told.tracker(currency="EUR"))
    told.person("Ada", "jira:account:1")
    asked = {"project_id": TRACKER, "requested_on": date(2026, 10, 24)}
    for state in ("waiting", "approved", "rejected", "deferred"):
        told.add("proposal", state, title=state, state=state, requested_by="jira:account:1", **asked)
    told.add("proposal", "undated", title="u", state="waiting", project_id=TRACKER)

    rows = {row["proposal_id"]: row for row in told.view("proposals")}

    assert {key: row["days_waiting"] for key, row in rows.items()} == {
        "waiting": 30, "approved": None, "rejected": None, "deferred": None, "undated": None,
    }  # fmt: skip
    assert (rows["waiting"]["requested_by"], rows["waiting"]["currency"]) == ("Ada", "EUR")
    assert not any(row["is_project"] for row in rows.values())


def test_a_project_in_phase_propose_is_a_proposal_with_what_its_plan_says(told: Portfolio) -> None:
    told.initiative(
        "A",
        told.plan(phase="propose", planned_cost=500, planned_hours=40, created_at=datetime(2026, 10, 24, 12)),
        told.tracker(expected_value=900, approval_ratio="0.6", sponsor_name="Grace"),
    )
    told.initiative("zero", told.plan("plans:project:2", phase="propose", planned_cost=0, planned_hours=0))
    told.initiative("later", told.plan("plans:project:3", phase="initiate"))

    rows = {row["proposal_id"]: row for row in told.view("proposals")}

    assert set(rows) == {"A", "zero"}
    row = rows["A"]
    assert (row["state"], row["days_waiting"], row["requested_by"], row["is_project"]) == ("waiting", 30, "Grace", True)
    amounts = [row[c] for c in ("expected_value", "expected_cost", "expected_hours", "approval_ratio")]
    assert amounts == [900, 500, 40, Decimal("0.6")]
    assert [rows["zero"][c] for c in ("expected_value", "expected_cost", "expected_hours", "days_waiting")] == [
        None
    ] * 4


def test_a_project_in_phase_propose_is_decided_by_its_first_gate(told: Portfolio) -> None:
    told.initiative("A", told.tracker(phase="propose", requested_on=date(2026, 8, 1)))
    told.add("gate", "g1", name="1", sequence=1, state="passed", decided_on=DAY, project_id=TRACKER)

    row = told.one("proposals")

    assert (row["state"], row["decided_on"], row["days_waiting"]) == ("approved", DAY, None)


def test_deliveries_are_done_work_of_the_tracker_else_of_the_plan(told: Portfolio) -> None:
    told.initiative("both", told.tracker(), told.plan())
    told.initiative("plan", told.plan("plans:project:2"))
    cannot(told, "plans", "work_item", "acceptance")
    done = {"status_category": "done", "resolved_at": datetime(2026, 10, 1, 9)}
    told.item("t1", TRACKER, kind="story", source="jira", acceptance="signed", **done)
    told.item("t2", TRACKER, kind="bug", source="jira", acceptance=" ", **done)
    told.item("t3", TRACKER, kind="story", source="jira", status_category="in_progress")
    told.item("t4", TRACKER, kind="subtask", source="jira", **done)
    told.item("t5", TRACKER, kind="proposal", source="jira", **done)
    told.item("p1", PLAN, source="plans", **done)
    told.item("p2", "plans:project:2", source="plans", **done)
    told.item("p3", "plans:project:2", source="plans", is_summary=True, **done)

    found = {row["item_id"]: (row["is_accepted"], row["resolved_on"]) for row in told.view("deliveries")}

    day = date(2026, 10, 1)
    assert found == {"t1": (True, day), "t2": (False, day), "p2": (None, day)}


def test_the_record_set_has_a_row_for_each_kind_whether_there_is_a_document_or_not(told: Portfolio) -> None:
    told.initiative("A", told.tracker(phase="execute"))
    told.add("artefact", "1", title="Charter v1", kind="charter", state="draft", project_id=TRACKER)
    told.add("artefact", "2", title="Charter v2", kind="charter", state="approved", project_id=TRACKER)
    told.add("artefact", "3", title="Menu", kind="other", state="approved", project_id=TRACKER)

    rows = {row["kind"]: row for row in told.view("record_set")}

    assert len(rows) == 12 and "other" not in rows
    charter, plan = rows["charter"], rows["quality_plan"]
    assert [charter[c] for c in ("documents", "title", "state", "phase")] == [2, "Charter v1", "approved", "execute"]
    assert [plan[c] for c in ("documents", "title", "state")] == [0, None, None]


def test_gaps_lie_between_days_of_checks_and_up_to_the_runs_day(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.initiative("new", told.tracker("jira:project:2"))
    for day in (date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 20), date(2024, 1, 1)):
        for measure in ("cpi", "spi"):
            told.add("project_snapshot", project_id="A", taken_on=day, measure=measure, value=1)

    found = [(row["project_id"], row["to_on"], row["gap_days"]) for row in told.view("snapshot_gaps")]

    assert sorted(found) == [
        ("A", date(2026, 11, 9), 7),
        ("A", date(2026, 11, 20), 11),
        ("A", AS_OF, 3),
    ]


def test_a_check_earlier_on_the_same_day_is_no_gap_of_its_own(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.add("project_snapshot", project_id="A", taken_on=AS_OF, measure="cpi", value=1)

    assert told.view("snapshot_gaps") == []


def test_a_review_is_of_the_supplier_that_it_states_else_of_those_that_its_title_names(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    for number, supplier in enumerate(("Bolt", " bolt ", "Nut & Son", "Screw", "Rivet", "  ")):
        told.add("invoice", f"i{number}", supplier=supplier, issued_on=DAY, project_id=TRACKER)
    told.add("cost", "c1", supplier="BOLT", amount=1, spent_on=AS_OF, project_id=TRACKER)
    review = {"kind": "supplier_review", "state": "approved", "project_id": TRACKER}
    told.add("artefact", "1", title="Review of Screw", supplier="Bolt", approved_on=DAY, **review)
    told.add("artefact", "2", title="Review of nut & son, 2026", **review)
    told.add("artefact", "3", title="Rivet", **review | {"state": "draft"})
    told.add("artefact", "4", title="Review of all", **review)
    told.add("artefact", "5", title="Rivet", **review | {"kind": "end_report"})

    rows = {row["supplier_id"]: row for row in told.view("supplier_reviews")}

    assert {key: row["review_title"] for key, row in rows.items()} == {
        "bolt": "Review of Screw", "nut & son": "Review of nut & son, 2026", "screw": None, "rivet": None,
    }  # fmt: skip
    assert [rows["bolt"][c] for c in ("charges", "last_charged_on", "reviewed_on")] == [3, AS_OF, DAY]


def test_a_review_that_names_nobody_is_of_the_only_supplier(told: Portfolio) -> None:
    told.initiative("A", told.tracker())
    told.add("invoice", "i1", supplier="Bolt", project_id=TRACKER)
    told.add("artefact", "1", title="Supplier review", kind="supplier_review", state="in_review", project_id=TRACKER)

    assert told.one("supplier_reviews")["review_title"] == "Supplier review"


def test_charges_of_closed_projects_lie_before_or_after_the_closing(told: Portfolio) -> None:
    told.person("Ada", "jira:account:1")
    told.initiative("A", told.tracker(phase="closed", closed_on=DAY))
    told.initiative("open", told.tracker("jira:project:2", phase="execute", closed_on=DAY))
    told.initiative("when", told.tracker("jira:project:3", phase="closed"))
    for number, (project, day, state) in enumerate(
        (
            (TRACKER, date(2026, 9, 1), None),
            (TRACKER, date(2026, 9, 5), "approved"),
            (TRACKER, date(2026, 9, 9), "rejected"),
            ("jira:project:2", AS_OF, None),
            ("jira:project:3", AS_OF, None),
        )
    ):
        told.add("time_entry", f"t{number}", project_id=project, account_id="jira:account:1", spent_on=day, hours=2,
                 state=state)  # fmt: skip
    told.add("cost", "c1", supplier="Bolt", amount=10, currency="EUR", spent_on=date(2026, 9, 12), project_id=TRACKER)
    told.add("cost", "c2", amount=10, currency="EUR", project_id=TRACKER)

    rows = {row["charge_id"]: row for row in told.view("closing_charges")}

    assert {key: row["days_after"] for key, row in rows.items()} == {
        "t0": -1,
        "t1": 3,
        "t4": None,
        "c1": 10,
        "c2": None,
    }
    assert [rows["t1"][c] for c in ("charge_kind", "charged_by", "hours", "amount")] == ["time", "Ada", 2, None]
    assert [rows["c1"][c] for c in ("charge_kind", "charged_by", "hours", "amount")] == ["cost", "Bolt", None, 10]
