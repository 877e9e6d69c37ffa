"""What the model says about the portfolio."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import get_args

import pytest
from fixture_portfolio import TODAY, MemoryReader, initiative, inputs, rows

from plumbrule.settings import SourceSettings
from portfolio.errors import ConfigurationError
from portfolio.tools import TOOL_NAMES, tool_name
from reports.build import build
from reports.inputs import LANGUAGES, PortfolioScore, ProjectHealth, Reason
from reports.model import SECTIONS, ReportModel, SourceState
from reports.render import render_json


@pytest.fixture(scope="module")
def model() -> ReportModel:
    return build(MemoryReader(rows()), **inputs())


def project(model: ReportModel, key: str):
    return next(p for p in model.projects if p.ref.key == key)


def test_health_counts_open_projects_and_keeps_unknown_apart(model: ReportModel) -> None:
    tile = model.tiles.health
    assert (tile.total, tile.red, tile.amber, tile.green, tile.unknown) == (11, 3, 4, 3, 1)


def test_a_project_that_rules_said_nothing_about_is_unknown_and_never_green() -> None:
    given = inputs() | {"health": {}}
    model = build(MemoryReader(rows()), **given)
    assert model.tiles.health.green == 0
    assert model.tiles.health.unknown == model.tiles.health.total
    assert {p.computed for p in model.projects} == {"unknown"}
    assert all(colour == "unknown" for p in model.projects for colour in p.dimensions.values())


def test_reported_better_needs_both_colours(model: ReportModel) -> None:
    assert {p.ref.key for p in model.projects if p.reported_better} == {
        "INI-01",
        "INI-02",
        "INI-03",
        "INI-09",
        "INI-10",
    }
    assert not project(model, "INI-06").reported_better, "computed is unknown"
    assert not project(model, "INI-11").reported_better, "nothing was reported"


def test_amounts_of_two_currencies_are_never_added(model: ReportModel) -> None:
    tile = model.tiles.eac
    assert tile.main is not None
    assert (tile.main.currency, tile.main.projects) == ("EUR", 9)
    assert [(o.currency, o.bac) for o in tile.others] == [("USD", Decimal("1120000.0000"))]
    supply = [b for b in model.budget_by_programme if b.programme == "Supply Chain"]
    assert [b.currency for b in supply] == ["EUR", "USD"]


def test_the_budget_is_compared_over_the_projects_that_have_one(model: ReportModel) -> None:
    main = model.tiles.eac.main
    assert main is not None
    assert main.budgeted_projects == main.projects - 1
    assert main.eac_of_budgeted is not None
    assert main.eac_of_budgeted < main.eac


def test_earned_value_counted_in_hours_is_not_money() -> None:
    given = rows()
    for row in given["evm"]:
        row["basis"] = "hours"
    tile = build(MemoryReader(given), **inputs()).tiles.eac
    assert tile.main is None
    assert tile.not_computable == 11


def test_missing_numbers_stay_none(model: ReportModel) -> None:
    bare = project(model, "INI-06")
    assert (bare.evm, bare.slip_days, bare.scope_growth_ratio, bare.score) == (None, None, None, None)


def test_the_leaning_projects_come_worst_first_with_their_heaviest_reason(model: ReportModel) -> None:
    assert [r.project.key for r in model.attention.rows[:3]] == ["INI-02", "INI-01", "INI-05"]
    assert [r.computed for r in model.attention.rows] == ["red"] * 3 + ["amber"] * 4
    first = next(r for r in model.attention.rows if r.project.key == "INI-01")
    assert first.reason is not None
    assert first.reason.startswith("EAC €2.5M")
    assert first.more_reasons == 2


def test_at_most_seven_decisions_and_one_per_project(model: ReportModel) -> None:
    keys = [d.project.key for d in model.decisions]
    assert len(keys) == len(set(keys)) <= 7
    assert [d.rank for d in model.decisions] == list(range(1, len(keys) + 1))
    assert [d.kind for d in model.decisions] == ["money", "money", "time", "budget", "budget", "scope", "gate"]


def test_the_heavier_overrun_comes_first_and_says_what_is_asked(model: ReportModel) -> None:
    first, second = model.decisions[:2]
    assert (first.project.key, second.project.key) == ("INI-01", "INI-05")
    assert first.what == "Fund €558K more, cut scope, or stop"
    assert first.why == "€1.94M approved, €2.5M expected (+29%)"
    assert first.who == "Karl Weber"


def test_a_question_is_not_asked_again_while_other_kinds_wait() -> None:
    given = rows()
    for row in given["projects"]:
        row["budget_cost"] = None if row["key"] != "INI-04" else Decimal(400_000)
    kinds = [d.kind for d in build(MemoryReader(given), **inputs()).decisions]
    assert {"money", "time", "budget", "scope", "change"} == set(kinds)
    assert kinds.count("budget") == 2, "nothing else is left to ask"


def asked(project: str, **values: object) -> list[tuple[str, str, str]]:
    """Decisions (kind, what, why) about one project of an otherwise calm portfolio."""
    calm = {"slip_days": None, "approved_on": TODAY, "manager_active": True, "budget_cost": Decimal(9_000_000)}
    given = rows()
    given["projects"] = [row | calm for row in given["projects"]]
    for table in ("evm", "scope", "gates", "changes", "person_weeks"):
        given[table] = []
    at = next(n for n, row in enumerate(given["projects"]) if row["key"] == project)
    given["projects"][at] |= values
    found = build(MemoryReader(given), **inputs() | {"health": {}}).decisions
    assert {d.project.key for d in found} <= {project, "INI-06"}, "INI-06 has no plan"
    return [(d.kind, d.what, d.why) for d in found if d.project.key == project]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"budget_cost": None}, ("budget", "Approve a budget, or stop the work", "1,240 h booked so far")),
        (
            {"budget_cost": None, "booked_hours": None},
            ("budget", "Approve a budget, or stop the work", "the work is under way"),
        ),
        ({"approved_on": None}, ("approval", "Approve the project, or stop the work", "1,240 h booked so far")),
        (
            {"has_baseline": False},
            ("baseline", "Approve a baseline", "the plan is carried out, and nothing approved to measure it against"),
        ),
        ({"manager_name": None}, ("manager", "Appoint a project manager", "nobody is named")),
        ({"manager_active": False}, ("manager", "Appoint a project manager", "Idris Bello is no longer active")),
    ],
)
def test_what_is_missing_is_asked_for(values: dict[str, object], expected: tuple[str, str, str]) -> None:
    assert asked("INI-04", **values) == [expected]


def test_a_project_that_is_not_under_way_is_not_asked_for_its_budget() -> None:
    assert asked("INI-04", budget_cost=None, phase="initiate") == []


@pytest.mark.parametrize("column", ["budget_cost", "approved_on", "manager_name"])
def test_what_no_project_states_is_not_asked_for(column: str) -> None:
    given = rows()
    for row in given["projects"]:
        row["manager_active"] = None
        row[column] = None
    kinds = {d.kind for d in build(MemoryReader(given), **inputs()).decisions}
    assert not kinds & {{"budget_cost": "budget", "approved_on": "approval", "manager_name": "manager"}[column]}


def test_a_red_project_that_asks_nothing_else_is_mended_or_waived() -> None:
    given = rows()
    for table in ("evm", "scope", "gates", "changes", "person_weeks"):
        given[table] = []
    for row in given["projects"]:
        row |= {"slip_days": 0, "budget_cost": None, "has_baseline": True}
    [first, *_] = build(MemoryReader(given), **inputs()).decisions
    assert (first.project.key, first.kind) == ("INI-01", "waiver")
    assert first.what == "Have BUD-03 mended, or grant a waiver"
    assert first.why.startswith("EAC €2.5M")


def test_what_could_not_be_evaluated_is_no_reason_to_lean() -> None:
    given = inputs()
    lacking = Reason("COST-9", "critical", "cannot be evaluated", "cost", "unknown")
    health = given["health"][initiative("INI-01")]
    given["health"][initiative("INI-01")] = replace(health, reasons=(lacking, *health.reasons))
    model = build(MemoryReader(rows()), **given)
    row = next(r for r in model.attention.rows if r.project.key == "INI-01")
    assert row.reason is not None
    assert row.reason.startswith("EAC €2.5M")
    assert row.more_reasons == 2
    assert [r.outcome for r in project(model, "INI-01").reasons] == ["unknown", "fail", "fail", "fail"]


def test_the_plan_s_own_numbers_are_told(model: ReportModel) -> None:
    given = rows()
    given["projects"][0] |= {
        "plan_items": 87,
        "planned_cost": Decimal(149_000),
        "baseline_cost": Decimal(139_600),
        "actual_cost": Decimal(44_700),
        "planned_hours": Decimal(1_532),
        "tracker_items": 12,
    }
    told = project(build(MemoryReader(given), **inputs()), "INI-01")
    assert (told.plan_items, told.tracker_items, told.planned_hours) == (87, 12, Decimal(1_532))
    assert (told.planned_cost, told.baseline_cost, told.actual_cost) == (149_000, 139_600, 44_700)
    assert project(model, "INI-01").plan_items is None


def test_the_week_s_work_is_counted_from_tracker_or_plan_never_twice() -> None:
    given = rows()
    item = {"is_leaf": True, "is_milestone": False, "status_category": "done", "source_project_id": "x", "source": "x"}
    done = {"project_id": initiative("INI-01"), "resolved_on": TODAY}
    given["work_items"] += [
        item | done | {"item_id": "t:1", "origin": "tracker", "title": "Told by the tracker"},
        item | done | {"item_id": "p:1", "origin": "plan", "title": "Told by the plan as well"},
        item | done | {"item_id": "t:2", "origin": "tracker", "title": "Long ago", "resolved_on": date(2026, 11, 16)},
    ]
    given["time_entries"] = [
        {"entry_id": "e:1", "project_id": initiative("INI-01"), "spent_on": TODAY, "hours": Decimal("7.5")},
        {"entry_id": "e:2", "project_id": initiative("INI-01"), "spent_on": date(2026, 11, 16), "hours": Decimal(8)},
    ]
    before = build(MemoryReader(rows()), **inputs()).changes.activity
    after = build(MemoryReader(given), **inputs()).changes.activity
    assert (after.done_items - before.done_items, after.booked_hours - before.booked_hours) == (1, Decimal("7.5"))


def test_a_single_project_is_judged_by_its_name() -> None:
    given = rows()
    given["projects"] = given["projects"][:1]
    model = build(MemoryReader(given), **inputs())
    assert model.verdict[:2] == ("Billing platform renewal is computed red.", "Its status report says green.")
    blind = build(MemoryReader(given), **inputs() | {"health": {}}).verdict[0]
    assert blind == "Billing platform renewal could not be judged: the data that the rules need is missing."


def test_a_milestone_that_plan_and_tracker_both_hold_is_told_once() -> None:
    given = rows()
    twin = dict(next(r for r in given["work_items"] if r["title"] == "Design freeze"))
    given["work_items"].append(twin | {"item_id": "jira:item:9", "origin": "tracker", "title": "design freeze "})
    told = [m.title for m in build(MemoryReader(given), **inputs()).milestones.rows]
    assert told.count("Design freeze") == 1
    assert "design freeze " not in told


@pytest.mark.parametrize("opened", [TODAY, date(2026, 11, 17)], ids=["on the first run", "later in the first week"])
def test_where_no_earlier_state_is_kept_nothing_is_compared(opened: date) -> None:
    given = rows()
    given["finding"] = [r | {"opened_on": opened} for r in given["finding"]]
    assert build(MemoryReader(given), **inputs() | {"previous": {}}).changes.no_earlier_state
    assert not build(MemoryReader(given), **inputs()).changes.no_earlier_state


def test_findings_that_were_open_on_the_day_compared_with_are_an_earlier_state() -> None:
    given = rows()
    given["finding"] = [r | {"opened_on": date(2026, 11, 16)} for r in given["finding"]]
    assert not build(MemoryReader(given), **inputs() | {"previous": {}}).changes.no_earlier_state


@pytest.mark.parametrize(
    ("red", "amber", "said"),
    [
        (1, 2, "Of 12 open projects, 1 is red and 2 are amber."),
        (2, 1, "Of 12 open projects, 2 are red and 1 is amber."),
        (0, 1, "Of 12 open projects, 1 is amber."),
        (3, 0, "Of 12 open projects, 3 are red."),
    ],
)
def test_the_verdict_counts_what_leans_and_leaves_out_noughts(red: int, amber: int, said: str) -> None:
    given = rows()
    ids = [row["project_id"] for row in given["projects"]]
    for row in given["projects"]:
        row["is_closed"] = False
    colours = ["red"] * red + ["amber"] * amber + ["green"] * (len(ids) - red - amber)
    health = {i: ProjectHealth(i, colour) for i, colour in zip(ids, colours, strict=True)}  # type: ignore[arg-type]
    assert build(MemoryReader(given), **inputs() | {"health": health}).verdict[0] == said


def test_closed_projects_need_no_decision() -> None:
    given = rows()
    for row in given["projects"]:
        row["is_closed"] = True
    model = build(MemoryReader(given), **inputs())
    assert model.decisions == ()
    assert model.attention.rows == ()
    assert len(model.projects) == 12


def test_changes_tell_transitions_slips_and_missed_milestones(model: ReportModel) -> None:
    changes = model.changes
    seen = {(t.project.key, t.basis, t.before, t.after) for t in changes.transitions}
    assert ("INI-01", "computed", "amber", "red") in seen
    assert ("INI-07", "reported", "green", "amber") in seen
    assert (changes.worse, changes.better) == (3, 2)
    worst = changes.slips[0]
    assert (worst.project.key, worst.before_days, worst.after_days) == ("INI-01", 50, 64)
    assert [m.title for m in changes.missed] == ["Pilot accepted"]
    assert changes.findings_resolved == 1


def test_the_day_compared_with_defaults_to_a_week_before() -> None:
    given = inputs() | {"compared_with": None}
    assert build(MemoryReader(rows()), **given).compared_with == date(2026, 11, 16)


def test_milestones_tell_missed_from_late_from_due(model: ReportModel) -> None:
    states = [(m.project.key, m.state) for m in model.milestones.rows]
    assert states[:3] == [("INI-02", "missed"), ("INI-01", "missed"), ("INI-07", "late")]
    assert ("INI-04", "done") not in states


def test_risks_are_ranked_inside_a_currency(model: ReportModel) -> None:
    assert [(r.currency, r.exposure) for r in model.risks.rows] == [
        ("EUR", Decimal("200000.0000")),
        ("EUR", Decimal("150000.0000")),
        ("EUR", Decimal("54000.0000")),
        ("EUR", Decimal("30000.0000")),
        ("USD", Decimal("120000.0000")),
    ]
    assert model.risks.without_exposure == 1
    assert model.risks.without_owner == 1


def test_a_week_within_capacity_leaves_its_cell_empty(model: ReportModel) -> None:
    people = {p.person: p.loads for p in model.allocation.people}
    assert "Sam Okoro" not in people
    assert people["Julia Brandt"][0] is None
    assert all(load is None or load > 1 for loads in people.values() for load in loads)


def test_sources_are_told_apart_by_freshness_and_failure(model: ReportModel) -> None:
    states = {s.name: (s.state, s.age_hours) for s in model.sources}
    assert states == {"jira": ("fresh", 0), "plans": ("stale", 34), "rates": ("failed", 528)}


@pytest.mark.parametrize(
    ("outcome", "complete", "state"),
    [("partial", "2026-11-23 05:00:00", "partial"), ("complete", None, "never"), (None, None, "never")],
)
def test_a_source_read_in_part_or_never_says_so(outcome: str | None, complete: str | None, state: str) -> None:
    given = rows()
    given["source_state"] = [{"source": "jira", "complete_at": complete, "outcome": outcome}]
    assert build(MemoryReader(given), **inputs()).sources[0].state == state


def slow_source(waited_seconds: int, token: str | None = None) -> SourceState:
    waits = {"jira-burst-based": 170.4, "own limit of requests a second": 400.0, "lost connection": 2.0}
    given = rows()
    given["source_state"] = [
        {
            "source": "jira",
            "outcome": "complete",
            "complete_at": "2026-11-23 05:00:00",
            "waited_seconds": waited_seconds,
            "traffic": json.dumps({"waited_by_reason": waits}),
            "token_expires_on": token,
        }
    ]
    return build(MemoryReader(given), **inputs()).sources[0]


def test_a_source_that_made_us_wait_says_for_what() -> None:
    assert [(w.reason, w.seconds) for w in slow_source(172).waits] == [
        ("jira-burst-based", 170),
        ("lost connection", 2),
    ]


def test_waiting_that_is_a_matter_of_course_is_not_told() -> None:
    assert slow_source(59).waits == ()


@pytest.mark.parametrize(("day", "told"), [("2026-12-23", True), ("2026-12-24", False), ("2026-11-01", True)])
def test_a_token_is_told_about_a_month_before_it_ends(day: str, told: bool) -> None:
    assert (slow_source(0, day).token_expires_on is not None) is told


def test_gaps_name_what_is_unknown_and_why(model: ReportModel) -> None:
    gaps = {g.kind: g.items for g in model.gaps}
    assert gaps["no_baseline"] == ("INI-06",)
    assert gaps["not_judged"] == ("INI-06",)
    assert gaps["failed_source"] == ("rates: the folder cannot be read",)
    assert {"stale_source", "rejected", "suggestion", "unverified", "never_reported"} <= set(gaps)


def test_messages_of_findings_may_come_in_the_report_s_language() -> None:
    number = f"BUD-03:{initiative('INI-01')}"
    given = inputs() | {"language": "zh-Hans", "messages": {number: "完工估算超出基线"}}
    model = build(MemoryReader(rows()), **given)
    assert next(f for f in model.findings if f.id == number).message == "完工估算超出基线"


def test_an_empty_portfolio_gives_a_report_that_says_so() -> None:
    given = inputs() | {"health": {}, "scores": {}, "portfolio_score": PortfolioScore(), "previous": {}}
    model = build(MemoryReader(), **given)
    assert model.verdict == ("There are no open projects in this portfolio.",)
    assert model.tiles.eac.main is None
    assert model.tiles.scope.median_growth_ratio is None
    assert model.tiles.compliance.score is None


def test_a_portfolio_that_could_not_be_judged_is_not_praised() -> None:
    given = inputs() | {"health": {}}
    said = build(MemoryReader(rows()), **given).verdict[0]
    assert said == "No project could be judged: the data that the rules need is missing."


def test_a_calm_portfolio_is_told_with_the_number_that_could_be_judged() -> None:
    given = inputs()
    given["health"] = {i: replace(h, computed="green") for i, h in given["health"].items()}
    given["health"][initiative("INI-06")] = ProjectHealth(initiative("INI-06"), "unknown")
    assert build(MemoryReader(rows()), **given).verdict[0] == "No project leans among the 10 that could be judged."


def test_rows_of_the_store_in_another_order_give_the_same_bytes() -> None:
    turned = {name: list(reversed(found)) for name, found in rows().items()}
    one, other = build(MemoryReader(rows()), **inputs()), build(MemoryReader(turned), **inputs())
    assert render_json(one) == render_json(other)


def test_the_json_reads_back_into_the_same_model(model: ReportModel) -> None:
    text = render_json(model)
    assert ReportModel.model_validate_json(text) == model
    assert b'"format": "plumbrule.report/1"' in text


def test_sections_can_be_left_out() -> None:
    model = build(MemoryReader(rows()), **inputs(), without={"risks"})
    assert model.sections == tuple(s for s in SECTIONS if s != "risks")


def test_a_language_that_is_not_shipped_is_refused_with_the_choice() -> None:
    with pytest.raises(ConfigurationError) as caught:
        build(MemoryReader(), **inputs() | {"language": "tlh"})
    assert "en, zh-Hans" in caught.value.remedy


def test_findings_come_heaviest_first_with_their_age(model: ReportModel) -> None:
    order = ["critical", "high", "medium", "low"]
    weights = [order.index(f.severity) for f in model.findings]
    assert weights == sorted(weights)
    first = model.findings[0]
    assert first.opened_on is not None
    assert first.age_days == (TODAY - first.opened_on).days
    assert model.tiles.compliance.open_findings == len(model.findings) - 1, "one is only observed"


def test_sources_of_a_project_are_told_with_age_and_state_and_history_is_not_stale(model: ReportModel) -> None:
    told = {p.ref.key: [(s.tool_name, s.age_hours, s.state) for s in p.sources] for p in model.projects}
    assert told["INI-01"] == [("Jira", 0, "fresh"), ("Project Server", 34, "stale")]
    assert told["INI-02"] == [
        ("Jira", 0, "fresh"),
        ("Planner Premium", 2, "fresh"),
        ("Project Online export", 2220, "history"),
    ]
    assert told["INI-05"] == [("Jira", 0, "fresh"), ("Project XML file", 528, "failed")]
    assert told["INI-06"] == [("Jira", 0, "fresh")]


def test_a_source_that_is_declared_as_history_is_no_stale_one_in_header_and_gaps() -> None:
    given = rows()
    read = {"complete_at": datetime(2026, 11, 23, 5), "data_at": datetime(2026, 8, 22), "outcome": "complete"}
    given["source_state"].append({"source": "online", "kind": "odata_dump", **read})
    model = build(MemoryReader(given), **inputs())
    assert {s.name: s.state for s in model.sources}["online"] == "history"
    assert not [gap for gap in model.gaps if any("online" in item for item in gap.items)]
    for row in given["project_sources"]:
        row["source_is_history"] = False
    assert {s.name: s.state for s in build(MemoryReader(given), **inputs()).sources}["online"] == "stale"


def test_two_sources_of_one_kind_are_told_apart_by_their_names() -> None:
    given = rows()
    extra = {"project_id": initiative("INI-01"), "name": "Wave 2", "tool": "jira_data_center", "origin": "tracker"}
    given["project_sources"].append(
        extra
        | {"source": "jira_eu", "source_project_id": "jira_eu:project:1", "role": "current", "source_is_history": False}
    )
    told = {p.ref.key: [s.tool_name for s in p.sources] for p in build(MemoryReader(given), **inputs()).projects}
    assert told["INI-01"] == ["Jira jira", "Jira jira_eu", "Project Server"]
    assert told["INI-02"][0] == "Jira"


def test_every_kind_of_source_has_a_name_in_every_language() -> None:
    kinds = {
        kind for one in get_args(get_args(SourceSettings)[0]) for kind in get_args(one.model_fields["kind"].annotation)
    }
    assert set(TOOL_NAMES) == kinds
    assert all(set(names) == set(LANGUAGES) for names in TOOL_NAMES.values())
    assert tool_name("unheard_of", "mine", "en") == "mine"
