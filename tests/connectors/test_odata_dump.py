"""Dumps of ProjectData: every form in which they lie about, and everything that can be wrong with them."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from connectors.odata_dump.archive import Member
from connectors.odata_dump.formats import records
from connectors.odata_dump.names import kind_of
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.french import COLUMNS, SETS
from connectors.pwa.settings import PwaFields
from connectors.pwa.timephased import ASSIGNMENTS
from connectors.pwa.wanted import columns_of
from portfolio.ports import Scope
from tests.connectors.odata_dumps import (
    A1,
    PUBLISHED,
    R1,
    SMALL,
    T1,
    T2,
    P,
    bare,
    light,
    lines,
    pages,
    rows,
    semicolons,
    source,
    table,
    uid,
    verbose,
    written,
)
from tests.shared_data import SHARED, needs_shared


@pytest.fixture
def expected(tmp_path) -> dict[str, dict[str, dict]]:
    return rows(written(tmp_path / "light", SMALL))


def test_a_dump_becomes_projects_tasks_people_and_baselines(expected):
    (project,) = expected["project"].values()
    assert (project["name"], project["planned_cost"], project["currency"]) == ("Harbour", 5000, "EUR")
    assert project["native_id"] == P
    assert project["url"] is None
    dig, other = (expected["work_item"][f"plans:item:{t}"] for t in (T1, T2))
    assert (dig["estimate_hours"], dig["assignee_id"]) == (16, f"plans:account:{R1}")
    assert (other["title"], other["deadline_date"]) == ('Größe, "n"', None)
    (baseline,) = expected["baseline"].values()
    assert baseline["work_hours"] == 12


@pytest.mark.parametrize(
    ("form", "ending", "encoding"),
    [
        (verbose, "json", "utf-8"), (bare, "json", "utf-8"), (lines, "jsonl", "utf-8"), (lines, "ndjson", "utf-8"),
        (table, "csv", "utf-8"), (semicolons, "csv", "utf-8-sig"), (light, "json", "utf-8-sig"),
        (light, "json", "utf-16"), (light, "json", "utf-16-le"), (light, "json", "utf-16-be"), (table, "csv", "utf-16"),
        (lambda rows: light(rows[:1]) + light(rows[1:]), "json", "utf-8"),
        (lambda rows: verbose(rows[:1]) + "\n" + bare(rows[1:]), "json", "utf-8"),
        (lambda rows: json.dumps({"d": rows}), "json", "utf-8"),
        (lambda rows: json.dumps({"count": 2, "more": {"a": [1]}, "value": rows, "after": [3]}), "json", "utf-8"),
    ],
    ids=["verbose", "bare list", "json lines", "ndjson", "csv", "csv of a French Excel", "byte order mark", "utf-16",
         "utf-16-le", "utf-16-be", "csv in utf-16", "pages in a row", "pages of two shapes", "d is a list",
         "the list among others"],
)  # fmt: skip
def test_every_form_gives_the_same_rows(tmp_path, expected, form, ending, encoding):
    assert rows(written(tmp_path / "other", SMALL, form, ending, encoding)) == expected


def test_french_names_give_the_same_rows(tmp_path, expected):
    french = {
        SETS[name]: [{COLUMNS[name].get(column, column): value for column, value in row.items()} for row in records_]
        for name, records_ in SMALL.items()
    }
    assert "Tâches" in french
    assert "IdProjet" in french["Tâches"][0]
    assert rows(written(tmp_path / "french", french)) == expected


def test_every_french_column_stands_for_one_that_is_read():
    unread = {f"{s}.{c}" for s, names in COLUMNS.items() for c in names if c not in columns_of(s, PwaFields())}
    assert unread == set()
    assert sum(map(len, COLUMNS.values())) > 100


def test_microsofts_export_of_user_content_gives_the_same_tasks(tmp_path, expected):
    sets = {"Projects": SMALL["Projects"], "TaskBaselines": SMALL["TaskBaselines"]}
    found = rows(written(tmp_path / "export", {**sets, **uid(SMALL, "Tasks", "Assignments", "Resources")}))
    assert found == expected


def test_a_published_plan_stands_for_the_tables_of_its_project(tmp_path):
    folder = written(tmp_path / "export", uid(SMALL, "Tasks", "Assignments"))
    (folder / f"Harbour_{P}_published.xml").write_text(PUBLISHED)
    (folder / f"Harbour_{P}_draft.xml").write_text(PUBLISHED.replace("Pour", "Draft"))
    found = rows(folder)
    assert [row["title"] for row in found["work_item"].values()] == ["Dig", "Pour"]
    assert len(found["work_item_link"]) == 1
    assert set(found["work_item"]) == {f"plans:item:{T1}", f"plans:item:{T2}"}
    (project,) = found["project"].values()
    assert (project["native_id"], project["name"]) == (P, "Harbour")


def test_a_project_of_which_only_tables_are_there_has_its_name_from_them(tmp_path):
    found = rows(written(tmp_path / "export", uid(SMALL, "Tasks")))
    (project,) = found["project"].values()
    assert (project["id"], project["name"], project["kind"]) == (f"plans:project:{P}", "Harbour", "plan")


@pytest.mark.parametrize(
    ("name", "entity_set"),
    [
        ("Tasks.json", "Tasks"), ("tasks.CSV", "Tasks"), ("ProjectData_Tasks.json", "Tasks"),
        ("Tasks-0002.json", "Tasks"),
        ("Tasks (3).json", "Tasks"), ("export/2026/Tâches.json", "Tasks"), ("PWA Task Baselines.csv", "TaskBaselines"),
        ("TaskBaselines.json", "TaskBaselines"), (f"A_B_{P}_Reporting_ProjectBaseline.json", "ProjectBaselines"),
        (f"X_{P}_Reporting_AssignmentTimephased.json", "AssignmentTimephasedDataSet"),
        ("Timesheets.json", "Timesheets"),
        ("notes.json", None), ("Tasks.xlsx", None), ("MyTasksList.json", None),
    ],
)  # fmt: skip
def test_a_set_is_known_by_the_name_of_its_file(name, entity_set):
    found = kind_of(Member(name, 1))
    assert (found.entity_set if found else None) == entity_set


def test_columns_and_sets_that_are_not_read_are_told_on_request(tmp_path):
    sets = {**SMALL, "FiscalPeriods": [{"FiscalPeriodId": 1}]}
    sets["Tasks"] = [{**row, "Risikoklasse": "A"} for row in SMALL["Tasks"]]
    folder = written(tmp_path / "d", sets)
    (folder / "readme.txt").write_text("hello")
    told = {o.subject: (o.state, o.found) for o in source(folder).examine(())}
    assert told["columns"] == ("note", "Tasks.json: 1 columns are not read: Risikoklasse")
    assert told["sets"] == ("note", "known and not read: FiscalPeriods")
    assert told["files"][0] == "warning"
    assert "readme.txt" in told["files"][1]
    assert "2026-09-29" in told["dump"][1]


def test_sets_that_are_read_only_where_they_are_asked_for(tmp_path):
    sets = {
        **SMALL,
        "ProjectWorkflowStageDataSet": [
            {"ProjectId": P, "StageId": T1, "StageName": "Build", "StageStatus": 2, "PhaseName": "Manage"}
        ],
        "Deliverables": [
            {"ProjectId": P, "DeliverableId": T2, "Title": "Report", "ItemRelativeUrlPath": "sites/a.docx"}
        ],
        "AssignmentBaselines": [
            {"ProjectId": P, "AssignmentId": A1, "BaselineNumber": 0, "AssignmentBaselineWork": "9.0"}
        ],
    }
    folder = written(tmp_path / "d", sets)
    told = {o.subject: o.found for o in source(folder).examine(())}
    assert told["sets"] == "known and not read: AssignmentBaselines, Deliverables, ProjectWorkflowStageDataSet"
    (plain,) = pages(source(folder))
    assert {"gate", "artefact"}.isdisjoint(plain.rows)
    assert {"gate", "artefact"}.isdisjoint(scope.table for scope in plain.scopes)
    asked = {"workflow_stages": True, "deliverables": True, "assignment_baselines": True}
    found = rows(folder, **asked)
    assert [row["name"] for row in found["gate"].values()] == ["Build"]
    assert [row["location"] for row in found["artefact"].values()] == ["sites/a.docx"]
    assert {row["owner_kind"]: row["work_hours"] for row in found["baseline"].values()} == {
        "work_item": 12,
        "assignment": 9,
    }
    assert [row["phase"] for row in found["project"].values()] == ["execute"]
    assert ("gate", "name") not in {(c.table, c.column) for c in source(folder, **asked).capabilities()}


def test_work_over_time_of_assignments_alone_fills_its_columns(tmp_path):
    sets = {name: [dict.fromkeys(columns_of(name, PwaFields()))] for name in (ASSIGNMENTS,)}
    folder = written(tmp_path / "d", {**SMALL, **sets})
    lacks = {c.column for c in source(folder, timephased=True).capabilities() if c.table == "timephased"}
    assert lacks.isdisjoint({"project_id", "work_item_id", "assignment_id", "kind", "starts_on", "hours", "cost"})


def test_a_field_of_your_own_is_found_by_what_people_call_it(tmp_path):
    sets = {"Projects": [{**SMALL["Projects"][0], "Servicesduprojet": "Harbours", "Zielbild": "Grow"}]}
    fields = {"goal": "Ziel-Bild", "more": ["Nothing"]}
    reader = source(written(tmp_path / "d", sets), fields=fields)
    (page,) = pages(reader)
    (project,) = page.rows["project"]
    assert (project["department"], project["goal"], project["custom_fields"]) == ("Harbours", "Grow", None)


def test_the_hidden_project_of_administrative_time_is_left_out(tmp_path):
    hidden = {"ProjectId": T1, "ProjectName": "Elements de travail", "ProjectType": 7}
    sets = {"Projects": [*SMALL["Projects"], hidden], "Tasks": [*SMALL["Tasks"], {"ProjectId": T1, "TaskId": R1}]}
    for form, ending in ((light, "json"), (table, "csv")):
        found = rows(written(tmp_path / ending, sets, form, ending))
        assert len(found["project"]) == 1
        assert len(found["work_item"]) == 2


def test_guids_in_braces_and_capitals_are_the_same_project(tmp_path, expected):
    sets = json.loads(json.dumps(SMALL).replace(P, "{" + P.upper() + "}"))
    assert set(rows(written(tmp_path / "d", sets))["project"]) == set(expected["project"])


@pytest.mark.parametrize(
    ("stale", "baselines", "kept", "state"),
    [
        (True, None, None, "stale"),
        (True, [{"ProjectBaselineWork": "80.0"}], None, "stale"),
        (False, [], None, "no_baseline"),
        (False, [{"BaselineNumber": 1, "ProjectBaselineWork": "80.0"}], None, "no_baseline"),
        (False, [{"ProjectBaselineWork": "0.000000", "ProjectBaselineCost": "0.000000"}], None, "baseline_empty"),
        (False, [{"ProjectBaselineWork": "80.0"}], 99, "kept"),
        (False, None, 99, "kept"),
    ],
    ids=["stale", "stale with baseline", "no baseline", "no baseline 0", "of zeros", "kept", "the dump does not say"],
)
def test_the_tools_earned_value_is_kept_only_where_it_means_something(tmp_path, stale, baselines, kept, state):
    sets = {"Projects": [{**SMALL["Projects"][0], "ProjectBCWP": "99.0", "ProjectEarnedValueIsStale": stale}]}
    if baselines is not None:
        sets["ProjectBaselines"] = [{"ProjectId": P, "BaselineNumber": 0, **row} for row in baselines]
    (project,) = rows(written(tmp_path / "d", sets))["project"].values()
    assert (project["vendor_ev"], project["vendor_ev_stale"], project["vendor_ev_state"]) == (kept, stale, state)


def test_work_over_days_is_read_where_asked_for(tmp_path):
    day = {"ProjectId": P, "AssignmentId": A1, "TaskId": T1, "ResourceId": R1, "TimeByDay": "2026-09-01T00:00:00"}
    sets = {
        **SMALL,
        "AssignmentTimephasedDataSet": [{**day, "AssignmentWork": "8.0", "AssignmentActualWork": "4.0",
                                         "AssignmentCost": "640.0", "AssignmentActualOvertimeWork": "0.0",
                                         "AssignmentOvertimeWork": "2.0"}],
        "AssignmentBaselineTimephasedDataSet": [{**day, "BaselineNumber": 0, "AssignmentBaselineWork": "6.0"}],
    }  # fmt: skip
    folder = written(tmp_path / "d", sets)
    assert "timephased" not in rows(folder)
    found = {(r["kind"], r["number"]): r for r in rows(folder, timephased=True)["timephased"].values()}
    assert set(found) == {("planned", None), ("actual", None), ("baseline", 0)}
    assert (found["planned", None]["hours"], found["planned", None]["cost"]) == (8, 640)
    assert found["actual", None]["starts_on"] == date(2026, 9, 1)


def test_the_age_is_that_of_the_newest_change_or_as_configured(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    assert source(folder).probe().data_at == datetime(2026, 9, 29, 8, tzinfo=UTC)
    told = datetime(2026, 9, 30, 18, tzinfo=UTC)
    assert source(folder, as_of=told).probe().data_at == told
    with pytest.raises(ValidationError, match="give the moment with its zone"):
        OdataDumpSource(kind="odata_dump", path=folder, as_of=datetime(2026, 9, 30))


def test_an_unchanged_dump_is_not_read_again_and_a_changed_one_loses_what_is_gone(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    (page,) = pages(source(folder))
    assert pages(source(folder), page.position) == []
    assert len(pages(source(folder, timezone="Asia/Shanghai"), page.position)) == 1
    written(folder, {"Tasks": SMALL["Tasks"][:1]})
    (again,) = pages(source(folder), page.position)
    assert Scope("work_item", "source", "plans") in again.scopes
    assert len(again.rows["work_item"]) == 1


def test_a_large_file_is_read_record_by_record(tmp_path):
    import tracemalloc

    body = light([{"TaskId": f"t{n}", "TaskName": "x" * 500} for n in range(20_000)]).encode()
    tracemalloc.start()
    try:
        count = sum(1 for _ in records(io.BytesIO(body), "Tasks.json"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (count, len(body) > 10_000_000) == (20_000, True)
    assert peak < 2_000_000


@needs_shared
def test_a_real_verbose_answer_of_a_server_is_read(tmp_path):
    answer = (SHARED / "projectdata" / "projects_verbose_response.json").read_bytes()
    (tmp_path / "Projects.json").write_bytes(answer)
    found = rows(tmp_path)["project"]
    assert len(found) == len(json.loads(answer)["d"]["results"])
    assert found["plans:project:c31023fc-1404-e211-86b2-3c075433b7bd"]["planned_cost"] == Decimal(2400)
