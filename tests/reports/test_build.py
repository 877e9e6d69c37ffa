"""What the model says about the portfolio."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from fixture_portfolio import MemoryReader, inputs
from portfolio_basics import TODAY, initiative
from portfolio_rows import rows

from portfolio.errors import ConfigurationError
from reports.build import build
from reports.inputs import PortfolioScore, ProjectHealth, Reason
from reports.model import SECTIONS, ReportModel
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
    assert model.sections == tuple(s for s in SECTIONS if s not in ("risks", "tiles.own"))


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
