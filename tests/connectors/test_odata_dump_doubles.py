"""The same record in two files of a dump: copies, and records that differ."""

import pytest

from connectors.odata_dump.doubles import KEYS
from connectors.odata_dump.spread import MAKERS
from connectors.pwa.wanted import WANTED
from sandbox.pwa.schema import SETS
from tests.connectors.odata_dumps import (
    PUBLISHED,
    SMALL,
    T1,
    T2,
    P,
    bare,
    exported,
    light,
    pages,
    rows,
    semicolons,
    source,
    table,
    verbose,
    written,
)


def told(folder, **more):
    """Rejections by their code, with the rows of the one page."""
    (page,) = pages(source(folder, **more))
    return [(r.code, r.reason) for r in page.rejected], page


@pytest.mark.parametrize(
    ("form", "ending"),
    [(light, "json"), (verbose, "json"), (bare, "json"), (table, "csv"), (semicolons, "csv")],
    ids=["light", "verbose", "list", "csv", "csv of a French Excel"],
)
def test_a_copy_counts_once_and_is_not_told_whatever_its_form(tmp_path, form, ending):
    folder = written(tmp_path / "d", SMALL)
    whole = rows(folder)
    written(folder, {f"{name} (1)": records for name, records in SMALL.items()}, form, ending)
    assert rows(folder) == whole


def test_the_first_file_by_name_counts_and_both_are_named(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    newer = {**SMALL["Tasks"][0], "TaskName": "Dig deeper"}
    written(folder, {"Tasks-0002": [newer, SMALL["Tasks"][1]]})
    reasons, page = told(folder)
    assert reasons == [
        (
            "dump.doubled_record",
            f"TaskId {T1} stands in Tasks-0002.json and in Tasks.json, and they differ;"
            " Tasks-0002.json was read, as the first by name",
        )
    ]
    titles = [row["title"] for row in page.rows["work_item"]]
    assert titles == ["Dig deeper", SMALL["Tasks"][1]["TaskName"]]
    assert "work_item" in {scope.table for scope in page.scopes}  # all of it was read


def test_a_person_whose_record_is_doubled_is_still_found_by_name(tmp_path):
    risk = {"ProjectId": P, "RiskId": T2, "Title": "Flood", "Owner": "Ada"}
    folder = written(tmp_path / "d", {**SMALL, "Risks": [risk], "Resources (1)": SMALL["Resources"]})
    (found,) = rows(folder)["risk"].values()
    assert found["owner_id"] == rows(folder)["assignment"].popitem()[1]["account_id"]


def test_hours_of_a_doubled_timesheet_count_once(tmp_path):
    line = {"TimesheetLineId": T1, "ProjectId": P, "TaskId": T1}
    day = {"TimesheetLineId": T1, "TimeByDay": "2026-09-01T00:00:00", "AdjustmentIndex": 0, "ActualWorkBillable": "6.0"}
    sets = {"TimesheetLines": [line], "TimesheetLineActualDataSet": [day, {**day, "AdjustmentIndex": 1}]}
    folder = written(tmp_path / "d", {**SMALL, **sets, "TimesheetLineActualDataSet_2": [day]})
    assert [row["hours"] for row in rows(folder)["time_entry"].values()] == [12]


def test_records_that_lack_a_part_of_their_key_are_never_taken_for_each_other(tmp_path):
    line = {"TimesheetLineId": T1, "ProjectId": P, "TaskId": T1}
    day = {"TimesheetLineId": T1, "TimeByDay": "2026-09-01T00:00:00", "ActualWorkBillable": "6.0"}
    sets = {"TimesheetLines": [line], "TimesheetLineActualDataSet": [day], "TimesheetLineActualDataSet_2": [day]}
    assert [row["hours"] for row in rows(written(tmp_path / "d", SMALL | sets))["time_entry"].values()] == [12]


def test_within_one_file_the_last_counts(tmp_path):
    sets = {**SMALL, "Tasks": [*SMALL["Tasks"], {**SMALL["Tasks"][0], "TaskName": "Dig again"}], "Tasks-2": []}
    assert rows(written(tmp_path / "d", sets))["work_item"][f"plans:item:{T1}"]["title"] == "Dig again"


def test_work_over_time_is_told_once_though_it_is_read_twice(tmp_path):
    day = {"ProjectId": P, "TaskId": T1, "TimeByDay": "2026-09-01T00:00:00", "TaskWork": "8.0"}
    projects = [{**SMALL["Projects"][0], "ProjectTimephased": "By fiscal period"}]
    sets = {**SMALL, "Projects": projects, "TaskTimephasedDataSet": [day]}
    folder = written(tmp_path / "d", sets | {"TaskTimephasedDataSet2": [{**day, "TaskWork": "9.0"}]})
    reasons, _ = told(folder, timephased=True)
    assert [code for code, _ in reasons] == ["dump.doubled_record"]


def test_a_thousand_are_told_and_the_others_counted(tmp_path):
    many = [{"ProjectId": P, "TaskId": f"{n:08}{T1[8:]}", "TaskName": "A"} for n in range(1200)]
    others = [{**record, "TaskName": "B"} for record in many]
    folder = written(tmp_path / "d", {**SMALL, "Tasks": many, "Tasks (2)": others})
    reasons, _ = told(folder)
    assert len(reasons) == 1001
    assert reasons[-1] == ("dump.many_bad_records", "200 more could not be read")


def test_two_published_plans_of_one_project_are_told_and_copies_are_not(tmp_path):
    folder = written(tmp_path / "d", {"Projects": SMALL["Projects"]})
    (folder / f"Harbour_{P}_published.xml").write_text(PUBLISHED)
    (folder / f"Old_{P}_published.xml").write_text(PUBLISHED)
    assert told(folder)[0] == []
    (folder / f"Old_{P}_published.xml").write_text(PUBLISHED.replace("Pour", "Fill"))
    reasons, page = told(folder)
    assert reasons == [
        (
            "dump.doubled_record",
            f"the published plan of ProjectId {P} stands in Harbour_{P}_published.xml and in Old_{P}_published.xml, and"
            f" they differ; Harbour_{P}_published.xml was read, as the first by name",
        )
    ]
    assert [row["title"] for row in page.rows["work_item"]] == ["Dig", "Pour"]


def test_every_set_that_is_read_has_a_key_of_columns_that_are_read():
    assert set(KEYS) == {*WANTED, *MAKERS}
    for name, key in KEYS.items():
        assert set(key) <= {column.name for column in SETS[name].columns}, name
        if name in WANTED:
            assert set(key) <= set(WANTED[name]), name


def test_files_of_two_projects_are_no_doubles(tmp_path):
    other = exported("Tasks").replace(P, T2)
    folder = written(tmp_path / "d", {exported("Tasks"): SMALL["Tasks"][:1], other: SMALL["Tasks"][1:]})
    assert len(rows(folder)["work_item"]) == 2
