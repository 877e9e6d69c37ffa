"""Dumps of ProjectData: every form in which they lie about, and everything that can be wrong with them."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from conformance import ConnectorConformance, applied
from pydantic import ValidationError

from connectors.odata_dump import connect
from connectors.odata_dump.archive import Member, dump_at
from connectors.odata_dump.formats import BadFile, records
from connectors.odata_dump.names import columns_of, kind_of
from connectors.odata_dump.reader import DumpReader
from connectors.odata_dump.settings import OdataDumpSource
from connectors.pwa.french import COLUMNS, SETS
from connectors.pwa.settings import PwaFields
from connectors.pwa.timephased import ASSIGNMENTS
from connectors.pwa.wanted import WANTED
from portfolio.errors import ConfigurationError, RemoteRefusal
from portfolio.ports import Page, Scope
from sandbox.company.build import build
from sandbox.company.fill_plans import fill_pwa
from sandbox.http import Server
from sandbox.pwa import PwaSite, routes
from tests.pwa_client import Client
from tests.shared_data import SHARED, needs_shared

P = "aaaaaaaa-0000-4000-8000-000000000001"
T1, T2 = "aaaaaaaa-0000-4000-8000-000000000011", "aaaaaaaa-0000-4000-8000-000000000012"
A1, R1 = "aaaaaaaa-0000-4000-8000-000000000021", "aaaaaaaa-0000-4000-8000-000000000031"
Records = dict[str, list[dict[str, Any]]]

SMALL: Records = {
    "Projects": [
        {
            "ProjectId": P, "ProjectName": "Harbour", "ProjectType": 1, "ProjectCost": "5000.000000",
            "ProjectCurrency": "EUR", "ProjectModifiedDate": "2026-09-28T17:00:00.19",
            "ProjectLastPublishedDate": "2026-09-29T08:00:00",
        }
    ],
    "Tasks": [
        {"ProjectId": P, "TaskId": T1, "TaskName": "Dig", "TaskIndex": 1, "TaskWork": "16.000000",
         "TaskPercentCompleted": 50, "TaskIsMilestone": False, "TaskStartDate": "2026-09-01T08:00:00"},
        {"ProjectId": P, "TaskId": T2, "TaskName": "Größe, \"n\"", "TaskIndex": 2, "TaskWork": "8.500000",
         "TaskDeadline": "0001-01-01T00:00:00"},
    ],
    "Assignments": [
        {"ProjectId": P, "AssignmentId": A1, "TaskId": T1, "ResourceId": R1, "AssignmentWork": "16.000000"}
    ],
    "Resources": [{"ResourceId": R1, "ResourceName": "Ada", "ResourceEmailAddress": "Ada@harbour.example"}],
    "TaskBaselines": [{"ProjectId": P, "TaskId": T1, "BaselineNumber": 0, "TaskBaselineWork": "12.000000"}],
}  # fmt: skip


def light(rows: list[dict]) -> str:
    return json.dumps({"odata.metadata": "https://x/$metadata", "value": rows}, ensure_ascii=False)


def verbose(rows: list[dict]) -> str:
    return json.dumps({"d": {"results": rows, "__next": "https://x/?$skip=2"}}, ensure_ascii=False)


def bare(rows: list[dict]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def table(rows: list[dict], delimiter: str = ",", decimal: str = ".") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(names)
    for row in rows:
        cells = ["" if row.get(n) is None else str(row[n]) for n in names]
        writer.writerow([c.replace(".", decimal) if c.replace(".", "").isdecimal() else c for c in cells])
    return text.getvalue()


def semicolons(rows: list[dict]) -> str:
    return table(rows, ";", ",")


def written(folder: Path, sets: Records, form: Callable = light, ending: str = "json", encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in sets.items():
        (folder / f"{name}.{ending}").write_bytes(form(rows).encode(encoding))
    return folder


def source(path: Path, **more: Any) -> DumpReader:
    return connect("plans", OdataDumpSource(kind="odata_dump", path=path, **more))


def pages(reader: DumpReader, position: str | None = None) -> list[Page]:
    reader.probe()
    ((partition,),) = reader.partitions({})
    return list(reader.pull(partition, position))


def rows(path: Path, **more: Any) -> dict[str, dict[str, dict]]:
    found = pages(source(path, **more))
    assert [r.reason for page in found for r in page.rejected] == []
    return applied(found)


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


def test_a_zip_gives_the_same_rows(tmp_path, expected):
    with zipfile.ZipFile(tmp_path / "dump.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records_ in SMALL.items():
            archive.writestr(f"export/{name}.json", light(records_))
    assert rows(tmp_path / "dump.zip") == expected


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


def exported(name: str) -> str:
    return f"Harbour_{P}_Reporting_{name}"


def uid(sets: Records, *names: str) -> Records:
    """Those sets as Microsoft's export of user content has them: ids are called UID, the project is in the name."""
    return {exported(name): [_uids(row) for row in sets[name]] for name in names}


def _uids(row: dict[str, Any]) -> dict[str, Any]:
    named = {name: value for name, value in row.items() if name != "ProjectId"}
    return {f"{name[:-2]}UID" if name.endswith("Id") else name: value for name, value in named.items()}


def test_microsofts_export_of_user_content_gives_the_same_tasks(tmp_path, expected):
    sets = {"Projects": SMALL["Projects"], "TaskBaselines": SMALL["TaskBaselines"]}
    found = rows(written(tmp_path / "export", {**sets, **uid(SMALL, "Tasks", "Assignments", "Resources")}))
    assert found == expected


PUBLISHED = f"""<Project xmlns="http://schemas.microsoft.com/project"><Title>Harbour</Title><GUID>{P}</GUID><Tasks>
<Task><UID>1</UID><ID>1</ID><GUID>{T1}</GUID><Name>Dig</Name><Work>PT16H0M0S</Work></Task>
<Task><UID>2</UID><ID>2</ID><GUID>{T2}</GUID><Name>Pour</Name><PredecessorLink><PredecessorUID>1</PredecessorUID>
<Type>1</Type></PredecessorLink></Task></Tasks></Project>"""


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


def test_a_file_of_no_known_set_is_told_and_the_others_are_read(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    (folder / "Budget 2026.json").write_text("[]")
    (page,) = pages(source(folder))
    assert [r.code for r in page.rejected] == ["dump.unknown_file"]
    assert "Budget 2026.json" in page.rejected[0].reason
    assert page.rows["work_item"]


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


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"value": [{"TaskId": "x"}, {"TaskId"', "cut off or damaged at character"),
        ('{"value": [1, 2]}', "not records"), ('{"answer": 42}', "holds no list of records"),
        ("<html>", "no list of records"),
        ('[{"a": 1} {"b"', "cut off or damaged"), (b"\xff\xfe\x00", "neither UTF-8 nor UTF-16"),
        (b'[{"a": "\xe9"}]', "UTF-8"),
        ("[" * 100_000, "damaged"),
    ],
    ids=["cut off", "numbers", "no list", "a web page", "cut off between", "half a character", "latin-1", "deep"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_and_nothing_of_its_table_counts_as_gone(tmp_path, body, words):
    folder = written(tmp_path / "d", SMALL)
    (folder / "Tasks.json").write_bytes(body if isinstance(body, bytes) else body.encode())
    (page,) = pages(source(folder))
    reasons = [r.reason for r in page.rejected if r.code == "dump.bad_file"]
    assert len(reasons) == 1
    assert reasons[0].startswith("Tasks.json: ")
    assert words in reasons[0]
    assert {s.table for s in page.scopes} == {"project", "budget_line", "account", "assignment", "baseline"}


@pytest.mark.parametrize(("name", "body"), [("x.csv", 'a,b\n"1,2\n'), ("x.jsonl", '{"a": 1}\n[2]\n')])
def test_a_broken_line_is_told_with_its_number(name, body):
    with pytest.raises(BadFile, match="line 2"):
        list(records(io.BytesIO(body.encode()), name))


def test_a_record_that_cannot_be_read_is_rejected_with_its_column_and_its_table_is_not_cleaned_up(tmp_path):
    sets = {**SMALL, "Tasks": [*SMALL["Tasks"], {"ProjectId": P, "TaskId": "x", "TaskWork": "much"}]}
    (page,) = pages(source(written(tmp_path / "d", sets)))
    assert "TaskWork is 'much'" in page.rejected[0].reason
    assert len(page.rows["work_item"]) == 2
    assert "work_item" not in {s.table for s in page.scopes}


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


@pytest.mark.parametrize("where", ["nothing", "notes.txt"])
def test_a_path_without_dump_is_a_mistake_of_the_configuration(tmp_path, where):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ConfigurationError) as raised:
        source(tmp_path / where).probe()
    assert raised.value.code == "dump.no_files"


def test_a_folder_in_which_nothing_is_known_is_one_too(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ConfigurationError, match="no file at") as raised:
        source(tmp_path).probe()
    assert "Projects.json" in raised.value.remedy


def zipped(path: Path, name: str = "Tasks.json", body: bytes = b"[]") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return path


@pytest.mark.parametrize(
    "name", ["../Tasks.json", "/etc/Tasks.json", "a/../../Tasks.json", "C:/Tasks.json", "..\\Tasks.json"]
)
def test_a_zip_that_names_files_outside_of_itself_is_refused(tmp_path, name):
    with pytest.raises(RemoteRefusal, match="names a file outside"):
        dump_at("plans", zipped(tmp_path / "d.zip", name)).members()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = zipped(tmp_path / "d.zip", body=b" " * (80 << 20))
    with pytest.raises(RemoteRefusal, match=r"Tasks\.json, which unpacks to \d+ times its size") as raised:
        source(path).probe()
    assert "zip bomb" in raised.value.remedy


def test_a_zip_with_a_password_is_told(tmp_path):
    path = zipped(tmp_path / "d.zip")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag of the central directory
    path.write_bytes(raw)
    with pytest.raises(RemoteRefusal, match="protected by a password"):
        source(path).probe()


def test_a_damaged_zip_is_told(tmp_path):
    path = zipped(tmp_path / "d.zip", body=light(SMALL["Tasks"]).encode())
    raw = bytearray(path.read_bytes())
    raw[45] ^= 0xFF
    path.write_bytes(raw)
    reasons = [r.reason for page in pages(source(path)) for r in page.rejected]
    assert len(reasons) == 1
    assert "Tasks.json" in reasons[0]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.json").write_text(light(SMALL["Tasks"]))
    folder = written(tmp_path / "d", {"Projects": SMALL["Projects"]})
    (folder / "Tasks.json").symlink_to(tmp_path / "secret.json")
    assert "work_item" not in rows(folder)


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


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    site = PwaSite()
    fill_pwa(build(), site)
    with Server(routes(site)) as server:
        yield server


@pytest.fixture(scope="module")
def dumped(served: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set of the pretend site, page after page, as a script would save it."""
    folder = tmp_path_factory.mktemp("dump")
    client = Client(served.url)
    for entity_set in WANTED:
        with (folder / f"{entity_set}.json").open("w") as out:
            answer = client.set(entity_set)
            while True:
                out.write(answer.text)
                following = answer.document.get("odata.nextLink")
                if not following:
                    break
                answer = client.get(following)
    return folder


class TestDumpConforms(ConnectorConformance):
    networked = False
    may_dangle: ClassVar = {("risk", "owner_id"), ("project", "manager_id")}
    rows_a_part = 10_000

    @pytest.fixture
    def make(self, dumped: Path) -> Callable[[], DumpReader]:
        settings = OdataDumpSource(kind="odata_dump", path=dumped, timezone="Europe/Berlin", currency="EUR")
        return lambda: DumpReader("plans", settings, rows_a_part=self.rows_a_part)


class TestDumpInPartsConforms(TestDumpConforms):
    """On many pages."""

    rows_a_part = 50


def test_half_a_zip_is_told_as_such(tmp_path):
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    half = tmp_path / "half.zip"
    half.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(RemoteRefusal, match="no whole zip: it is cut off"):
        dump_at("online", half)


def test_a_way_of_packing_that_nobody_reads_is_told_with_its_file(tmp_path):
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    deflate64 = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        deflate64[deflate64.index(header) + offset] = 9
    path.write_bytes(deflate64)
    (page,) = pages(source(path))
    assert "packed in a way that cannot be read" in page.rejected[0].reason
    assert not page.scopes


def test_damage_in_an_lzma_archive_is_told(tmp_path):
    path = tmp_path / "d.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("Projects.json", light(SMALL["Projects"]))
    broken = bytearray(path.read_bytes())
    broken[60:66] = b"\xff" * 6
    path.write_bytes(broken)
    (page,) = pages(source(path))
    assert "is damaged at Projects.json" in page.rejected[0].reason


def test_the_end_of_the_calendar_is_told_and_stops_nothing(tmp_path):
    project = SMALL["Projects"][0] | {"ProjectStartDate": "9999-12-31T23:59:59"}
    folder = written(tmp_path / "d", SMALL | {"Projects": [project]})
    (page,) = pages(source(folder, timezone="America/New_York"))
    assert len(page.rows["work_item"]) == len(SMALL["Tasks"])


def test_a_line_with_more_cells_than_the_head_is_no_record():
    text = b"ProjectId,TaskId,TaskWork,TaskCost\nA,B,8,5,100\n"
    with pytest.raises(BadFile, match="line 2 has 5 cells, its head line 4"):
        list(records(io.BytesIO(text), "Tasks.csv"))


@pytest.mark.parametrize("name", ["Tasks.json", "Tasks.jsonl", "Tasks.csv"])
def test_a_file_without_anything_in_it_deletes_nothing(tmp_path, name):
    folder = written(tmp_path / "d", {"Projects": SMALL["Projects"]})
    (folder / name).write_bytes(b"\n")
    (page,) = pages(source(folder))
    assert "it is empty" in page.rejected[0].reason
    assert "work_item" not in {scope.table for scope in page.scopes}
