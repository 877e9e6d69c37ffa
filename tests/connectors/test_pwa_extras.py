"""What is read of a site only where the admin wants it: stages, deliverables, baselines, and amounts over time."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import responses
from fake_clock import FakeClock

from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from connectors.pwa.timephased import Window
from tests.connectors.pwa_site import HIDDEN, P1, P2, R1, T1, URL, project, pulled, reader, site_of, task

STAGES = "ProjectWorkflowStageDataSet"


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as active:
        yield active


def stage(number, status, phase="Plan", owner=P1, **more):
    return {
        "ProjectId": owner,
        "StageId": f"44444444-0000-0000-0000-00000000000{number}",
        "StageName": f"Stage {number}",
        "StageOrder": number,
        "StageStatus": status,
        "StageEntryDate": "2026-10-01T08:00:00",
        "StageCompletionDate": "2026-10-15T08:00:00",
        "PhaseName": phase,
        **more,
    }


# -- workflow stages ----------------------------------------------------------------------------------------------


def test_stages_become_gates_and_the_one_under_way_tells_the_phase(mock):
    site = site_of(
        **{STAGES: [stage(1, 4, "Create"), stage(2, 2, "Manage"), stage(3, 0, "Finished"), stage(1, 4, owner=HIDDEN)]},
        Projects=[project(), project(HIDDEN, ProjectType=7)],
    )
    site.install(mock)
    (page,) = pulled(reader(workflow_stages=True))["projects:all"]
    gates = [(g["name"], g["sequence"], g["state"], g["decided_on"]) for g in page.rows["gate"]]
    assert gates == [
        ("Stage 1", 1, "passed", date(2026, 10, 15)),
        ("Stage 2", 2, "planned", None),
        ("Stage 3", 3, "planned", None),
    ]
    assert page.rows["project"][0]["phase"] == "execute"
    assert any(scope.table == "gate" for scope in page.scopes)


@pytest.mark.parametrize(
    ("listed", "phase"),
    [
        ([stage(1, 4, "Create"), stage(2, 6, "Select")], "initiate"),
        ([stage(1, 0, "Create")], None),
        ([stage(1, 1, "Concept")], None),
        ([stage(1, 1, "close")], "close"),
        ([stage(1, "odd", "Plan")], None),
    ],
    ids=["last done", "not begun", "a name of their own", "our own name", "unreadable"],
)
def test_a_phase_that_cannot_be_told_stays_unknown(mock, listed, phase):
    site_of(**{STAGES: listed}).install(mock)
    (page,) = pulled(reader(workflow_stages=True))["projects:all"]
    assert page.rows["project"][0]["phase"] == phase


def test_the_field_of_the_phase_counts_before_the_workflow(mock):
    site_of(**{STAGES: [stage(1, 1, "Manage")]}, Projects=[project(Phase="Close")]).install(mock)
    (page,) = pulled(reader(workflow_stages=True))["projects:all"]
    assert page.rows["project"][0]["phase"] == "close"


def test_a_stage_that_cannot_be_read_leaves_the_known_gates_alone(mock):
    site_of(**{STAGES: [stage(1, 9)]}).install(mock)
    (page,) = pulled(reader(workflow_stages=True))["projects:all"]
    assert [r.code for r in page.rejected] == ["pwa.bad_stage"]
    assert all(scope.table != "gate" for scope in page.scopes)
    assert page.rows["project"]


def test_without_the_setting_stages_are_not_read_and_gates_are_not_available(mock):
    site = site_of(**{STAGES: [stage(1, 1)]})
    site.install(mock)
    source = reader()
    (page,) = pulled(source)["projects:all"]
    assert "gate" not in page.rows
    notes = {(c.table, c.column): c.note for c in source.capabilities() if c.state == "not_available"}
    assert "workflow_stages" in notes["gate", "state"]
    assert not any(STAGES in path for path in site.asked if "$metadata" not in path)


# -- deliverables and baselines -----------------------------------------------------------------------------------


def test_deliverables_become_artefacts_where_they_are_wanted(mock):
    listed = [
        {
            "ProjectId": P1,
            "DeliverableId": T1,
            "Title": "Drawing",
            "ItemRelativeUrlPath": "One/Lists/D",
            "IsFolder": False,
        },
        {"ProjectId": P1, "DeliverableId": R1, "Title": "Folder", "IsFolder": True},
    ]
    site_of(Deliverables=listed).install(mock)
    (page,) = pulled(reader(deliverables=True))[f"plan:{P1}"]
    assert [(a["title"], a["kind"], a["location"]) for a in page.rows["artefact"]] == [
        ("Drawing", "other", f"{URL}/One/Lists/D")
    ]
    (page,) = pulled(reader())[f"plan:{P1}"]
    assert "artefact" not in page.rows


def baselines():
    own = {"ProjectId": P1, "TaskId": T1}
    return {
        "TaskBaselines": [
            {**own, "BaselineNumber": 0, "TaskBaselineWork": "8.0"},
            {**own, "BaselineNumber": 3, "TaskBaselineWork": "9.0"},
        ],
        "AssignmentBaselines": [
            {"ProjectId": P1, "AssignmentId": R1, "BaselineNumber": 0, "AssignmentBaselineWork": "8.0"}
        ],
    }


@pytest.mark.parametrize(
    ("settings", "numbers", "kinds"),
    [
        ({}, {0, 3}, {"work_item"}),
        ({"interim_baselines": False}, {0}, {"work_item"}),
        ({"assignment_baselines": True}, {0, 3}, {"work_item", "assignment"}),
    ],
    ids=["default", "no interim ones", "assignments too"],
)
def test_baselines_are_read_as_far_as_they_are_wanted(mock, settings, numbers, kinds):
    site_of(Tasks=[task()], **baselines()).install(mock)
    (page,) = pulled(reader(**settings))[f"plan:{P1}"]
    assert {row["number"] for row in page.rows["baseline"]} == numbers
    assert {row["owner_kind"] for row in page.rows["baseline"]} == kinds


# -- over time ----------------------------------------------------------------------------------------------------


def bucket(day, **more):
    return {
        "ProjectId": P1,
        "TaskId": T1,
        "TimeByDay": f"{day}T00:00:00",
        "TaskWork": "8.000000",
        "TaskCost": "400.000000",
        "TaskActualWork": "0.000000",
        **more,
    }


def baseline_bucket(day, hours):
    own = {"ProjectId": P1, "TaskId": T1, "TimeByDay": f"{day}T00:00:00"}
    return {**own, "BaselineNumber": 0, "TaskBaselineWork": hours}


def over_time(mock, site, **more):
    site.install(mock)
    settings = PwaSource(
        kind="pwa", url=URL, auth={"type": "bearer", "token": "x"}, timephased=True, timephased_months=1, **more
    )
    source = PwaReader("plans", settings, clock=FakeClock().clock)
    return source, pulled(source)


def test_work_and_cost_over_time_are_read_within_the_window(mock):
    site = site_of(
        Projects=[project(ProjectTimephased="Daily")],
        TaskTimephasedDataSet=[
            bucket("2026-09-30"),
            bucket("2026-10-01", TaskActualWork="3.0"),
            bucket("2026-12-31", TaskWork="0.000000", TaskCost="0.000000"),
            bucket("2027-01-01"),
        ],
        TaskBaselineTimephasedDataSet=[
            {
                "ProjectId": P1,
                "TaskId": T1,
                "TimeByDay": "2026-11-02T00:00:00",
                "BaselineNumber": 0,
                "TaskBaselineWork": "7.5",
            }
        ],
    )
    _, pages = over_time(mock, site)
    (page,) = pages[f"plan:{P1}"]
    told = [(r["kind"], r["starts_on"], r["ends_on"], r["hours"], r.get("number")) for r in page.rows["timephased"]]
    assert told == [
        ("planned", date(2026, 10, 1), date(2026, 10, 1), Decimal(8), None),
        ("actual", date(2026, 10, 1), date(2026, 10, 1), Decimal(3), None),
        ("baseline", date(2026, 11, 2), date(2026, 11, 2), Decimal("7.5"), 0),
    ], "nothing outside the window, and no rows of zeros"
    assert page.rows["timephased"][0]["work_item_id"] == f"plans:item:{T1}"
    assert len({r["id"] for r in page.rows["timephased"]}) == 3
    assert any(scope.table == "timephased" for scope in page.scopes)


@pytest.mark.parametrize(
    ("setting", "ends"),
    [
        ("Daily", [date(2026, 10, 5), date(2026, 11, 2)]),
        ("Weekly", [date(2026, 10, 11), date(2026, 11, 8)]),
        ("Monthly", [date(2026, 10, 31), date(2026, 11, 30)]),
        ("FiscalPeriods", [date(2026, 11, 1), date(2026, 11, 30)]),
        (None, [date(2026, 10, 5), date(2026, 11, 2)]),
    ],
)
def test_a_bucket_ends_as_the_project_collects(mock, setting, ends):
    listed = [bucket("2026-10-05"), bucket("2026-11-02")]
    _, pages = over_time(mock, site_of(Projects=[project(ProjectTimephased=setting)], TaskTimephasedDataSet=listed))
    assert [row["ends_on"] for row in pages[f"plan:{P1}"][0].rows["timephased"]] == ends


def test_a_project_that_collects_nothing_is_not_asked_and_the_source_says_so(mock):
    site = site_of(Projects=[project(ProjectTimephased="Disabled")], TaskTimephasedDataSet=[bucket("2026-10-05")])
    source, pages = over_time(mock, site)
    assert pages[f"plan:{P1}"][0].rows["timephased"] == []
    assert not any("TimephasedDataSet?" in path for path in site.asked)
    notes = {(c.table, c.column): c.note for c in source.capabilities() if c.state == "not_available"}
    assert "Disabled" in notes["timephased", "hours"]


def test_one_project_that_collects_keeps_the_column_provided(mock):
    site = site_of(
        Projects=[project(ProjectTimephased="Disabled"), project(P2, ProjectTimephased="Weekly")],
        TaskTimephasedDataSet=[bucket("2026-10-05")],
    )
    source, _ = over_time(mock, site)
    assert ("timephased", "hours") not in {(c.table, c.column) for c in source.capabilities()}


def test_assignments_over_time_are_read_where_they_are_wanted(mock):
    row = {
        "ProjectId": P1,
        "AssignmentId": R1,
        "TaskId": T1,
        "ResourceId": R1,
        "TimeByDay": "2026-11-02T00:00:00",
        "AssignmentWork": "4.0",
        "AssignmentOvertimeWork": "3.0",
        "AssignmentActualOvertimeWork": "1.0",
    }
    site = site_of(TaskTimephasedDataSet=[], AssignmentTimephasedDataSet=[row])
    _, pages = over_time(mock, site, timephased_assignments=True)
    told = pages[f"plan:{P1}"][0].rows["timephased"]
    assert [(r["kind"], r["hours"], r["assignment_id"], r["account_id"]) for r in told] == [
        ("planned", 4, f"plans:assignment:{R1}", f"plans:account:{R1}"),
        ("overtime", 1, f"plans:assignment:{R1}", f"plans:account:{R1}"),
    ]


@pytest.mark.parametrize(("interim", "numbers"), [(True, [0, 3]), (False, [0])], ids=["all baselines", "baseline 0"])
def test_baselines_of_assignments_over_time_come_with_them(mock, interim, numbers):
    rows = [
        {"ProjectId": P1, "AssignmentId": R1, "TaskId": T1, "ResourceId": R1, "TimeByDay": f"{day}T00:00:00",
         "BaselineNumber": number, "AssignmentBaselineWork": "6.0", "AssignmentBaselineCost": "300.0"}
        for number, day in ((0, "2026-11-02"), (3, "2026-11-02"), (0, "2025-11-03"))
    ]  # fmt: skip
    site = site_of(TaskTimephasedDataSet=[], AssignmentBaselineTimephasedDataSet=rows)
    _, pages = over_time(mock, site, timephased_assignments=True, interim_baselines=interim)
    told = pages[f"plan:{P1}"][0].rows["timephased"]
    assert [(r["kind"], r["number"], r["hours"], r["cost"], r["assignment_id"]) for r in told] == [
        ("baseline", number, 6, 300, f"plans:assignment:{R1}") for number in numbers
    ]


def test_baselines_of_assignments_over_time_are_not_asked_for_without_them(mock):
    site = site_of(Projects=[project(ProjectTimephased="Daily")], TaskTimephasedDataSet=[bucket("2026-10-05")])
    over_time(mock, site)
    assert not any("AssignmentBaselineTimephasedDataSet?" in path for path in site.asked)


def test_a_bucket_that_cannot_be_read_is_rejected_and_the_rest_kept(mock):
    listed = [bucket("2026-10-05"), bucket("2026-10-06", TaskWork="many")]
    _, pages = over_time(mock, site_of(TaskTimephasedDataSet=listed))
    (page,) = pages[f"plan:{P1}"]
    assert len(page.rows["timephased"]) == 1
    assert [r.code for r in page.rejected if "timephased" in r.code] == ["pwa.bad_timephased"]
    assert all(scope.table != "timephased" for scope in page.scopes)


def test_without_the_setting_nothing_over_time_is_asked_for(mock):
    site = site_of(Projects=[project(ProjectTimephased="Daily")], TaskTimephasedDataSet=[bucket("2026-10-05")])
    site.install(mock)
    source = reader()
    assert "timephased" not in pulled(source)[f"plan:{P1}"][0].rows
    assert not any("TimephasedDataSet?" in path for path in site.asked)
    notes = {(c.table, c.column): c.note for c in source.capabilities() if c.state == "not_available"}
    assert notes["timephased", "hours"] == "what is spread over time is not read (timephased = false)"


def test_the_window_moves_once_a_month_and_then_plans_are_read_again(mock):
    assert Window.around(date(2026, 11, 1), 1) == Window.around(date(2026, 11, 30), 1)
    assert Window.around(date(2026, 12, 1), 1) == Window(date(2026, 11, 1), date(2027, 1, 31))
    assert Window.around(date(2026, 1, 31), 0) == Window(date(2026, 1, 1), date(2026, 1, 31))
    site = site_of(TaskTimephasedDataSet=[])
    site.install(mock)
    positions = {}
    pulled(reader(), positions)
    settings = PwaSource(kind="pwa", url=URL, auth={"type": "bearer", "token": "x"}, timephased=True)
    for month, again in ((11, True), (11, False), (12, True)):
        clock = FakeClock()
        clock.start = datetime(2026, month, 5, tzinfo=UTC)
        pages = pulled(PwaReader("plans", settings, clock=clock.clock), positions)
        assert (f"plan:{P1}" in pages) is again


# -- fields -------------------------------------------------------------------------------------------------------


FIELD = "9d77ad3e-0000-0000-0000-000000000001"
INTERNAL = "Custom_9d77ad3e000000000000000000000001"


def custom_field(name="Risk class", **more):
    return {
        "Id": FIELD,
        "Name": name,
        "InternalName": "Custom_9d77ad3e000000000000000000000001",
        "FieldType": 21,
        **more,
    }


@pytest.mark.parametrize("called", ["RiskClass", "Risk class", FIELD, INTERNAL])
def test_a_field_is_read_under_any_of_its_names_and_kept_under_the_configured_one(mock, called):
    site = site_of(Projects=[project(RiskClass="high")])
    site.server["", "CustomFields"] = [custom_field()]
    site.install(mock)
    (page,) = pulled(reader(fields={"more": [called]}))["projects:all"]
    assert page.rows["project"][0]["custom_fields"] == f'{{"{called}": "high"}}'


def test_fields_of_tasks_are_kept_with_them(mock):
    site_of(Tasks=[task(CostCentre="4711")]).install(mock)
    (page,) = pulled(reader(fields={"task_more": ["Cost Centre"]}))[f"plan:{P1}"]
    assert page.rows["work_item"][0]["custom_fields"] == '{"Cost Centre": "4711"}'


@pytest.mark.parametrize("verbose", [False, True])
def test_choices_that_come_by_their_internal_name_are_told_in_words(mock, verbose):
    entries = [{"InternalName": "Entry_1", "FullValue": "Execute"}, {"InternalName": "Entry_2", "FullValue": "Plan"}]
    site = site_of(Projects=[project(Phase="Entry_1", Method="Entry_1;#Entry_2;#Entry_9")])
    site.server["", "CustomFields"] = [custom_field(LookupEntries={"results": entries} if verbose else entries)]
    site.install(mock)
    (page,) = pulled(reader())["projects:all"]
    (row,) = page.rows["project"]
    assert (row["phase"], row["method"]) == ("execute", "Execute, Plan, Entry_9")


def test_fields_that_cannot_be_expanded_are_listed_without_their_choices(mock):
    asked = []
    site = site_of(Projects=[project(RiskClass="high")])

    def answer(query):
        asked.append(query)
        from tests.connectors.pwa_site import ok, refuse

        return refuse(400) if "$expand" in query else ok([custom_field(), {"Id": "", "Name": "broken"}])

    site.answers["ProjectServer/CustomFields"] = answer
    site.install(mock)
    (page,) = pulled(reader(fields={"more": [FIELD]}))["projects:all"]
    assert page.rows["project"][0]["custom_fields"] == f'{{"{FIELD}": "high"}}'
    assert len(asked) == 2


def test_a_site_that_does_not_list_its_fields_is_read_all_the_same(mock):
    site_of().install(mock)
    source = reader(fields={"phase": "Projektphase"})
    (page,) = pulled(source)["projects:all"]
    assert page.rows["project"][0]["phase"] is None
    notes = {(c.table, c.column): c.note for c in source.capabilities() if c.state == "not_available"}
    assert notes["project", "phase"] == "this site's Projects has no column Projektphase"
