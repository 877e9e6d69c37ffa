"""Everything that can be wrong with the files of a dump: what is told, and that nothing counts as deleted."""

import io

import pytest

from connectors.odata_dump.formats import BadFile, records
from portfolio.errors import ConfigurationError
from portfolio.ports import Scope
from tests.connectors.odata_dumps import PUBLISHED, SMALL, T1, P, exported, light, pages, rows, source, torn, written


def test_a_file_of_no_known_set_is_told_and_the_others_are_read(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    (folder / "Budget 2026.json").write_text("[]")
    (page,) = pages(source(folder))
    assert [r.code for r in page.rejected] == ["dump.unknown_file"]
    assert "Budget 2026.json" in page.rejected[0].reason
    assert page.rows["work_item"]


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
    page, told = torn(source(folder))
    assert told.what.startswith("a file is damaged: Tasks.json: ")
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


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.json").write_text(light(SMALL["Tasks"]))
    folder = written(tmp_path / "d", {"Projects": SMALL["Projects"]})
    (folder / "Tasks.json").symlink_to(tmp_path / "secret.json")
    assert "work_item" not in rows(folder)


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
    page, _ = torn(source(folder))
    assert "it is empty" in page.rejected[0].reason
    assert "work_item" not in {scope.table for scope in page.scopes}


def test_several_damaged_files_are_named_and_the_others_read(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    (folder / "Tasks.json").write_text('{"value": [')
    (folder / "Assignments.json").write_text("<html>")
    page, told = torn(source(folder))
    assert told.what.startswith("2 files are damaged: Assignments.json: it holds no list of records")
    assert "; Tasks.json: it is cut off" in told.what
    assert len(page.rows["baseline"]) == len(page.rows["account"]) == 1


def test_very_many_damaged_files_are_counted(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    for number in range(20):
        (folder / f"Risks-{number:04}.json").write_text("")
    _, told = torn(source(folder))
    assert told.what.startswith("20 files are damaged: Risks-0000.json: it is empty; ")
    assert told.what.endswith("; and 8 more")


def test_a_damaged_dump_is_read_again_until_it_is_whole(tmp_path):
    folder = written(tmp_path / "d", SMALL)
    (good,) = pages(source(folder))
    (folder / "Tasks.json").write_text("[")
    torn(source(folder), good.position)
    torn(source(folder), good.position)
    written(folder, {"Tasks": SMALL["Tasks"][:1]})
    (mended,) = pages(source(folder), good.position)
    assert Scope("work_item", "source", "plans") in mended.scopes
    assert [row["title"] for row in mended.rows["work_item"]] == ["Dig"]


@pytest.mark.parametrize("again", [False, True], ids=["first", "read before"])
def test_where_the_projects_are_damaged_the_name_of_a_file_writes_over_none_that_is_stored(tmp_path, again):
    folder = written(tmp_path / "d", {**SMALL, exported("Tasks"): SMALL["Tasks"]})
    (folder / f"Dock_{T1}_published.xml").write_text(PUBLISHED.replace(P, T1))
    (good,) = pages(source(folder))
    (folder / "Projects.json").write_text("[")
    page, _ = torn(source(folder), good.position if again else None)
    assert {row["native_id"] for row in page.rows.get("project", ())} == (set() if again else {P, T1})
    assert page.rows["work_item"]
    assert {"project", "budget_line"}.isdisjoint(scope.table for scope in page.scopes)


@pytest.mark.parametrize("head", ["ProjectId,TaskId,TaskWork,TaskWork", "ProjectId,TaskWork,TaskId, TaskWork "])
def test_a_column_that_a_head_line_names_twice_is_told_with_its_file(tmp_path, head):
    folder = written(tmp_path / "d", {"Projects": SMALL["Projects"]})
    (folder / "Tasks.csv").write_text(f"{head}\n{P},{T1},8,9\n")
    page, told = torn(source(folder))
    at = "3 and 4" if head.endswith("k") else "2 and 4"
    assert told.what == (
        f"a file is damaged: Tasks.csv: its head line has more than one column `TaskWork` (columns {at}); keep one"
    )
    assert "work_item" not in page.rows


def test_columns_without_a_name_are_no_doubled_ones(tmp_path):
    text = f"ProjectId,TaskId,TaskName,,\n{P},{T1},Dig,,\n".encode()
    assert [r["TaskName"] for r in records(io.BytesIO(text), "Tasks.csv")] == ["Dig"]
