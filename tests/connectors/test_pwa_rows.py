"""What records of a PWA site become, and what is read again at the next pull."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.pwa import wanted
from connectors.pwa.odata import answer
from connectors.pwa.settings import PwaFields
from portfolio.model import SOURCE_TABLES, arrow_schema
from portfolio.ports import Scope
from tests.connectors.pwa_rows import OWN, day, line, plan_page, rows, time_site
from tests.connectors.pwa_site import (
    HIDDEN,
    P1,
    P2,
    R1,
    R2,
    T1,
    T2,
    ZERO,
    ok,
    project,
    pulled,
    reader,
    site_of,
    task,
)
from tests.shared_data import SHARED, needs_shared


def test_decimals_that_come_as_texts_become_decimals(mock):
    (row,) = rows(mock, site_of(Projects=[project(ProjectWork="48.005000", ProjectPercentCompleted=29)]), "project")
    assert (row["planned_cost"], row["complete_ratio"]) == (Decimal(2400), Decimal("0.29"))
    assert row["planned_hours"] == Decimal("48.00")
    assert all(not isinstance(value, float) for value in row.values())


def test_zero_guids_and_the_year_one_are_nothing(mock):
    site = site_of(Projects=[project(ProjectOwnerId=ZERO, ProjectStatusDate="0001-01-01T00:00:00")])
    (row,) = rows(mock, site, "project")
    assert (row["manager_id"], row["status_date"]) == (None, None)


def test_times_are_taken_in_the_sites_zone(mock):
    (row,) = rows(mock, site_of(), "project", timezone="Europe/Berlin")
    assert row["updated_at"] == datetime(2026, 11, 1, 9, 0, 0, 190000, tzinfo=UTC)


def test_verbose_dates_are_read_without_zone(mock):
    milliseconds = int(datetime(2026, 10, 1, 23, tzinfo=UTC).timestamp() * 1000)
    (row,) = rows(
        mock,
        site_of(Projects=[project(ProjectStartDate=f"/Date({milliseconds})/")]),
        "project",
        timezone="Asia/Shanghai",
    )
    assert row["start_date"] == date(2026, 10, 1)


def test_a_project_is_a_plan_with_its_page_its_owner_and_its_governance(mock):
    site = site_of(
        Projects=[
            project(
                ProjectOwnerId=R1.upper(), InitiativeKey="INI-01", Phase="Execute", SizeClass="LARGE",
                ReportedHealth="Amber", Sponsor="Ada", StrategyGoal="Grow", ProjectDepartments="Works",
            )
        ]
    )  # fmt: skip
    (row,) = rows(mock, site, "project")
    assert row["id"] == OWN
    assert row["url"] == f"https://projects.example/pwa/Project%20Detail%20Pages/Schedule.aspx?ProjUid={P1}"
    assert row["manager_id"] == f"plans:account:{R1}"
    assert (row["kind"], row["initiative_key"], row["phase"], row["size_class"]) == (
        "plan",
        "INI-01",
        "execute",
        "large",
    )
    assert (row["health_reported"], row["sponsor_name"], row["goal"]) == ("amber", "Ada", "Grow")
    assert row["department"] == "Works"


def test_a_project_says_what_it_was_proposed_for_and_when_it_was_closed(mock):
    site = site_of(
        Projects=[
            project(
                ObjectiveMetric="calls", ObjectiveTarget="40", ObjectiveDue="2026-12-31T00:00:00",
                ExpectedValue="90000.000000", ExpectedCost="1", ExpectedHours="320", ApprovalProbability="60",
                RequestedOn="2026-05-01T08:00:00", ClosedOn="2026-06-01T17:00:00",
            )
        ]
    )  # fmt: skip
    (row,) = rows(mock, site, "project")
    assert (row["objective_metric"], row["objective_target"], row["objective_due_on"]) == (
        "calls",
        "40",
        date(2026, 12, 31),
    )
    assert [row[f"expected_{name}"] for name in ("value", "cost", "hours")] == [90000, 1, 320]
    assert (row["approval_ratio"], row["requested_on"], row["closed_on"]) == (
        Decimal("0.6"),
        date(2026, 5, 1),
        date(2026, 6, 1),
    )


def test_an_amount_that_is_none_is_told_and_does_not_take_the_project_away(mock):
    site_of(Projects=[project(ExpectedValue="plenty")]).install(mock)
    (page,) = pulled(reader())["projects:all"]
    (row,) = page.rows["project"]
    assert row.get("expected_value") is None
    assert any("ExpectedValue is 'plenty', expected a number" in r.reason for r in page.rejected)


def test_a_task_shows_what_proves_its_acceptance_where_the_site_has_a_field_for_it(mock):
    site = site_of(Tasks=[task(T1, AcceptanceEvidence="signed by Ada"), task(T2)])
    found = {row["native_id"]: row["acceptance"] for row in rows(mock, site, "work_item")}
    assert found == {T1: "signed by Ada", T2: None}


def test_a_governance_word_of_the_sites_own_is_told_and_does_not_take_the_project_away(mock):
    site = site_of(Projects=[project(Phase="Ausführung")])
    site.install(mock)
    (page,) = pulled(reader())["projects:all"]
    assert [(r["name"], r["phase"]) for r in page.rows["project"]] == [("Project 1", None)]
    assert page.rejected[0].code == "pwa.bad_project_word_1"
    assert "Phase is 'Ausführung', expected one of propose" in page.rejected[0].reason
    assert Scope("project", "source", "plans") in page.scopes


def test_mapped_columns_are_the_admins_choice_and_more_of_them_are_kept(mock):
    site = site_of(Projects=[project(Vorhaben="INI-09", Risikoklasse="C")])
    fields = {"initiative_key": "Vorhaben", "phase": "", "more": ["Risikoklasse"]}
    (row,) = rows(mock, site, "project", fields=fields)
    assert row["initiative_key"] == "INI-09"
    assert json.loads(row["custom_fields"]) == {"Risikoklasse": "C"}


EARNED = {"ProjectBCWS": "10.0", "ProjectBCWP": "8.0", "ProjectACWP": "9.0", "ProjectEAC": "90.0"}


def own_baseline(number=0, **amounts):
    return {"ProjectId": P1, "BaselineNumber": number, "ProjectBaselineWork": "0.000000", **amounts}


@pytest.mark.parametrize(
    ("baselines", "stale", "state"),
    [
        ([own_baseline(ProjectBaselineCost="100.0")], False, "kept"),
        ([own_baseline(ProjectBaselineCost="100.0")], None, "kept"),
        ([own_baseline(ProjectBaselineCost="100.0")], True, "stale"),
        ([own_baseline()], False, "baseline_empty"),
        ([own_baseline()], True, "baseline_empty"),
        ([own_baseline(1, ProjectBaselineCost="100.0")], False, "no_baseline"),
        ([], False, "no_baseline"),
        (None, False, "kept"),
    ],
    ids=["fresh", "not told", "stale", "zeros", "zeros and stale", "interim only", "none", "baselines not listed"],
)
def test_the_sites_own_earned_value_is_kept_only_where_it_means_something(mock, baselines, stale, state):
    site = site_of(Projects=[project(**EARNED, ProjectEarnedValueIsStale=stale)])
    if baselines is not None:
        site.sets["ProjectBaselines"] = baselines
        site.columns["ProjectBaselines"] = {"ProjectId", "BaselineNumber", "ProjectBaselineWork", "ProjectBaselineCost"}
    (row,) = rows(mock, site, "project")
    told = tuple(row[f"vendor_{name}"] for name in ("pv", "ev", "ac", "eac"))
    assert told == ((10, 8, 9, 90) if state == "kept" else (None,) * 4)
    assert (row["vendor_ev_state"], row["vendor_ev_stale"]) == (state, stale)


def test_money_keeps_the_currency_of_its_project(mock):
    site = site_of(Projects=[project(), project(P2, ProjectCurrency="USD", ProjectBudgetCost="5.0")])
    assert [row["currency"] for row in rows(mock, site, "project")] == ["EUR", "USD"]
    assert [row["currency"] for row in rows(mock, site, "budget_line")] == ["USD"]


def test_a_budget_becomes_one_line_and_a_zero_budget_none(mock):
    site = site_of(Projects=[project(ProjectBudgetCost="9000.0"), project(P2, ProjectBudgetCost="0.000000")])
    (line,) = rows(mock, site, "budget_line")
    assert (line["id"], line["project_id"], line["amount"], line["currency"]) == (
        f"plans:budget:{P1}",
        OWN,
        9000,
        "EUR",
    )


def test_the_hidden_project_of_administrative_time_is_not_a_project(mock):
    site = site_of(Projects=[project(), project(HIDDEN, ProjectType=7)])
    assert [row["native_id"] for row in rows(mock, site, "project")] == [P1]
    assert not any(HIDDEN in path for path in site.asked)


def test_a_bad_project_is_rejected_and_then_nothing_counts_as_deleted(mock):
    site = site_of(Projects=[project(), project(P2, ProjectCost="much")])
    site.install(mock)
    (page,) = pulled(reader())["projects:all"]
    assert [r["native_id"] for r in page.rows["project"]] == [P1]
    assert (page.rejected[0].native_id, page.rejected[0].code) == (P2, "pwa.bad_project")
    assert "ProjectCost is 'much', expected a number" in page.rejected[0].reason
    assert page.scopes == []


def test_resources_become_accounts(mock):
    site = site_of(
        Resources=[
            {"ResourceId": R1, "ResourceName": "Ada", "ResourceEmailAddress": "Ada@Works.example",
             "ResourceIsActive": True, "ResourceIsGeneric": False, "ResourceStandardRate": "80.0",
             "ResourceMaxUnits": "1.0", "ResourceDepartments": "Works", "TypeName": "Work"},
            {"ResourceId": R2, "ResourceName": "Mason", "ResourceIsGeneric": True},
            {"ResourceId": T1, "ResourceName": "Sand", "ResourceMaterialLabel": "t", "ResourceStandardRate": "3.0"},
            {"ResourceId": T2, "ResourceName": "Travel", "TypeName": "Cost"},
        ]
    )  # fmt: skip
    found = {row["name"]: row for row in rows(mock, site, "account", currency="EUR")}
    assert (found["Ada"]["email"], found["Ada"]["rate_per_hour"], found["Ada"]["currency"]) == (
        "ada@works.example",
        80,
        "EUR",
    )
    assert (found["Ada"]["kind"], found["Ada"]["active"], found["Ada"]["department"]) == ("human", True, "Works")
    assert {name: row["kind"] for name, row in found.items()} == {
        "Ada": "human",
        "Mason": "generic",
        "Sand": "material",
        "Travel": "cost",
    }
    assert found["Sand"]["rate_per_hour"] is None


def risk(native, **more):
    return {"ProjectId": P1, "RiskId": native, "Title": "<b>Flood</b>", "Status": "(1) Active", **more}


def test_risks_keep_their_probability_cost_and_owner(mock):
    site = site_of(
        Resources=[{"ResourceId": R1, "ResourceName": "Ada"}],
        Risks=[
            risk(
                T1,
                Probability=40.0,
                Cost=1000.5,
                Owner="Ada",
                MitigationPlan="Wall",
                Category="(2) Supplier",
                DueDate="2026-12-01T00:00:00",
            ),
            risk(T2, Probability=0.25, Status="(3) Closed", Owner="Somebody"),
        ],
    )
    watched, closed = rows(mock, site, "risk")
    assert (watched["title"], watched["state"], watched["kind"]) == ("<b>Flood</b>", "open", "threat")
    assert (watched["probability_ratio"], watched["impact_cost"]) == (Decimal("0.4"), Decimal("1000.5"))
    assert (watched["owner_id"], watched["currency"], watched["response"]) == (f"plans:account:{R1}", "EUR", "Wall")
    assert watched["cause"] == "Supplier"
    assert (closed["state"], closed["probability_ratio"], closed["owner_id"]) == ("closed", Decimal("0.25"), None)


def logged(native, **more):
    return {"ProjectId": P1, "IssueId": native, "Title": "<b>No power</b>", "Status": "(1) Active", **more}


def test_the_issue_log_keeps_owner_dates_state_and_resolution(mock):
    site = site_of(
        Resources=[{"ResourceId": R1, "ResourceName": "Ada"}],
        Issues=[
            logged(
                T1,
                Owner="Ada",
                Priority="(1) High",
                Category="(2) Supplier",
                Resolution="Call them",
                CreatedDate="2026-10-01T09:00:00",
                DueDate="2026-12-01T00:00:00",
            ),
            logged(T2, Status="(2) Postponed", Owner="Somebody"),
            logged(P2, Status="Closed"),
            logged(R1, Title="Older entries", IsFolder=True),
        ],
    )
    one, postponed, closed = rows(mock, site, "project_issue")
    assert (one["title"], one["state"], one["priority"]) == ("<b>No power</b>", "open", "High")
    assert (one["owner_id"], one["cause"], one["response"]) == (f"plans:account:{R1}", "Supplier", "Call them")
    assert (one["raised_on"], one["due_date"]) == (date(2026, 10, 1), date(2026, 12, 1))
    assert (postponed["state"], postponed["owner_id"], postponed["due_date"]) == ("postponed", None, None)
    assert closed["state"] == "closed"


def test_an_entry_of_the_issue_log_that_cannot_be_read_leaves_the_known_ones_alone(mock):
    site = site_of(Issues=[logged(T1), logged(T2, DueDate="soon")])
    page = plan_page(mock, site)
    assert [row["id"] for row in page.rows["project_issue"]] == [f"plans:project_issue:{T1}"]
    assert [(r.native_id, r.code) for r in page.rejected] == [(T2, "pwa.bad_project_issue")]
    assert "project_issue" not in {scope.table for scope in page.scopes}


def test_a_missing_column_is_unknown_and_stated_as_not_available(mock):
    site = site_of(Tasks=[task()])
    site.install(mock)
    source = reader()
    pages = pulled(source)
    assert pages[f"plan:{P1}"][0].rows["work_item"][0]["total_slack_hours"] is None
    stated = {(c.table, c.column): c for c in source.capabilities()}
    assert stated["work_item", "total_slack_hours"].state == "not_available"
    assert stated["work_item", "total_slack_hours"].note == "this site's Tasks has no column TaskTotalSlack"
    assert ("work_item", "estimate_hours") not in stated


def test_everything_that_is_mapped_exists_in_the_model_and_every_row_fits_its_table(mock):
    pa = pytest.importorskip("pyarrow")
    site = time_site([line()], [day(2, ActualWorkBillable="1.0")])
    site.sets["Tasks"] = [task()]
    site.sets["Risks"] = [risk(T1, Probability=1 / 3)]
    site.sets["Assignments"] = [{"ProjectId": P1, "AssignmentId": T1, "TaskId": T1, "AssignmentWork": "0.3333333"}]
    site.server[P1, "TaskLinks"] = [{"PredecessorTaskId": T1, "SuccessorTaskId": T2, "DependencyType": 1, "LinkLag": 1}]
    site.install(mock)
    seen = set()
    for pages in pulled(reader()).values():
        for table, found in ((t, r) for page in pages for t, r in page.rows.items()):
            declared = SOURCE_TABLES[table]
            seen.add(table)
            pa.Table.from_pylist([{**dict.fromkeys(declared.names), **r} for r in found], arrow_schema(declared))
            assert all(set(row) <= set(declared.names) for row in found)
    assert {"project", "work_item", "work_item_link", "assignment", "risk", "time_entry", "account"} <= seen
    for entity_set in wanted.WANTED:
        for targets in wanted.columns_of(entity_set, PwaFields()).values():
            for target in targets.split():
                table, _, column = target.partition(".")
                assert SOURCE_TABLES[table].column(column), target


@needs_shared
def test_every_column_that_is_asked_for_exists_on_a_real_server():
    schema = json.loads((Path(SHARED) / "projectdata" / "projectdata_schema_merged.json").read_text())["entity_sets"]
    for entity_set, columns in wanted.WANTED.items():
        real = {column["name"] for column in schema[entity_set]["columns"]}
        assert set(columns) <= real


@needs_shared
def test_a_real_verbose_answer_is_read(mock):
    body = json.loads((Path(SHARED) / "projectdata" / "projects_verbose_response.json").read_text())
    found = answer(body, "Projects")
    assert (len(found.rows), found.next_link) == (3, None)
    site = site_of(Projects=[{k: v for k, v in row.items() if k != "__metadata"} for row in found.rows])
    by_cost = {row["planned_cost"]: row for row in rows(mock, site, "project")}
    assert (by_cost[2400]["actual_cost"], by_cost[2400]["complete_ratio"]) == (700, Decimal("0.29"))
    assert by_cost[2400]["planned_hours"] == 48


@needs_shared
def test_a_captured_project_record_is_read(mock):
    captured = json.loads((Path(SHARED) / "captured_records" / "pwa_projectdata_projects_element.json").read_text())
    site = site_of(Projects=[{**project(), **captured["captured"]}])
    (row,) = rows(mock, site, "project")
    assert row["vendor_ev_stale"] is True
    assert (row["vendor_ev_state"], row["vendor_pv"]) == ("stale", None)
    assert (row["remaining_hours"], row["budget_cost"]) == (0, None)
    assert row["published_at"] == datetime(2024, 4, 25, 17, 19, 25, 190000, tzinfo=UTC)


def test_verbose_pages_are_followed_by_their_own_kind_of_link(mock):
    site, asked = site_of(), []

    def verbose(query):
        asked.append(query)
        if query.get("$top"):
            return ok([])
        if "$skiptoken" in query:
            return 200, {}, json.dumps({"d": [project(P2)]})
        return 200, {}, json.dumps({"d": {"results": [project()], "__next": "Projects?$skiptoken=1"}})

    site.answers["ProjectData/[en-us]/Projects"] = verbose
    site.install(mock)
    _, stage = reader().partitions({})
    assert [p.key for p in stage if p.stream == "plan"] == [P1, P2]
