"""`plumbrule export` as a person types it: what is in the files, and what is refused."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from exported_site import FORMULA, ROWS, SECRET, make_site
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.exporting.export import DOCUMENTED
from portfolio.errors import ConfigurationError, ExitCode
from portfolio.model import TABLES, VIEWS
from sync.lake import require_lake


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("site"))


def export(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", *words, "-c", str(config)])


def written(config: Path, form: str, out: Path, *words: str) -> Path:
    result = export(config, form, "--out", str(out), *words)
    assert result.exit_code == 0, result.output
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# -- Parquet ---------------------------------------------------------------------------------------------------------


def test_every_documented_table_is_written_and_no_other(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "parquet", tmp_path / "out")
    names = {path.name for path in out.iterdir()}
    assert names == {"manifest.json", *(f"{name}.parquet" for name in (*VIEWS, "context"))}
    ledger = set(TABLES) - set(DOCUMENTED)
    assert not {f"{name}.parquet" for name in ledger} & names


def test_parquet_keeps_the_declared_types(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "parquet", tmp_path / "out", "-t", "work_items", "-t", "sync_runs", "-t", "projects")
    items, runs = pq.read_table(out / "work_items.parquet"), pq.read_table(out / "sync_runs.parquet")
    assert items.schema.field("estimate_hours").type == pa.decimal128(14, 2)
    assert items.column("estimate_hours")[0].as_py() == Decimal("8.25")
    assert items.column("labels").to_pylist() == [["x", "-y"], [], None]
    assert runs.schema.field("complete_at").type == pa.timestamp("us", tz="UTC")
    assert runs.column("complete_at")[0].as_py().isoformat() == "2026-05-04T05:30:00+00:00"
    assert pq.read_schema(out / "projects.parquet").names == list(VIEWS["projects"].names)
    assert pq.ParquetFile(out / "projects.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("form", ["parquet", "csv", "xlsx"])
def test_the_same_check_gives_the_same_bytes_and_takes_the_place_of_the_one_before(
    checked: Path, tmp_path: Path, form: str
) -> None:
    chosen = ("-t", "projects", "-t", "work_items", "-t", "sync_runs")
    first = contents(written(checked, form, tmp_path / "out", *chosen))
    again = contents(written(checked, form, tmp_path / "out", *chosen))
    assert first == again
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_manifest_tells_rows_hashes_and_what_it_shows(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "parquet", tmp_path / "out", "--table", "projects", "--table", "work_items")
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (told["run_id"], told["as_of"], told["schema_version"]) == ("20260504T053000Z-0a1b2c3d", "2026-05-04", 1)
    assert {t["name"]: t["rows"] for t in told["tables"]} == {"projects": 3, "work_items": 3}
    for table in told["tables"]:
        for file in table["files"]:
            content = (out / file["path"]).read_bytes()
            assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


# -- CSV -------------------------------------------------------------------------------------------------------------


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_csv_runs_nothing_and_tells_nothing_from_empty(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "csv", tmp_path / "out", "-t", "work_items", "-t", "projects", "-t", "sync_runs")
    items = read_csv(out / "work_items.csv")
    assert [row["title"] for row in items] == ["码头 \t'=1+1", "Pile;'=2", SECRET]
    assert items[0]["labels"] == "x; '-y"
    assert read_csv(out / "projects.csv")[1]["name"] == f"'{FORMULA}"
    assert read_csv(out / "sync_runs.csv")[0]["complete_at"] == "2026-05-04T05:30:00Z"
    raw = (out / "work_items.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfitem_id,")
    assert raw.count(b"\r\n") == 4
    assert b',"",' in raw, "the empty address of the first item; those of the others are nothing"


def test_csv_without_the_mark(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "csv", tmp_path / "out", "--no-bom", "-t", "projects")
    assert (out / "projects.csv").read_bytes().startswith(b"project_id,")


# -- Excel -----------------------------------------------------------------------------------------------------------


def test_a_book_has_a_sheet_for_each_table_and_formulas_as_text(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "xlsx", tmp_path / "out")
    book = openpyxl.load_workbook(out / "portfolio.xlsx")
    assert book.sheetnames == list(DOCUMENTED)
    rows = list(book["projects"].iter_rows())
    head = [cell.value for cell in rows[0]]
    assert head == list(VIEWS["projects"].names)
    name = rows[2][head.index("name")]
    assert (name.value, name.data_type) == (FORMULA, "s")
    assert rows[1][head.index("budget_cost")].value == 1000.5
    assert rows[1][head.index("finish_date")].value.isoformat() == "2026-09-01T00:00:00"
    assert rows[1][head.index("is_closed")].value is False


# -- Delta -----------------------------------------------------------------------------------------------------------


def test_delta_keeps_the_runs_before_and_tells_which_run_each_version_is(checked: Path, tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    out = written(checked, "delta", tmp_path / "lake", "-t", "projects", "-t", "work_items")
    written(checked, "delta", out, "-t", "projects", "-t", "work_items")
    table = deltalake.DeltaTable(out / "projects")
    assert table.version() == 1
    assert {h["run_id"] for h in table.history()} == {"20260504T053000Z-0a1b2c3d"}
    assert json.loads((out / "manifest.json").read_text())["tables"][0]["files"] == [{"path": "projects/"}]


def test_delta_refuses_other_columns_before_it_writes_anything(checked: Path, tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    out = written(checked, "delta", tmp_path / "lake", "-t", "projects", "-t", "scope")
    deltalake.write_deltalake(out / "scope", pa.table({"key": ["x"]}), mode="overwrite", schema_mode="overwrite")
    refused = export(checked, "delta", "--out", str(out), "-t", "projects", "-t", "scope")
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[export.schema_changed]" in refused.output
    assert "key is no longer a column" in refused.output
    assert deltalake.DeltaTable(out / "projects").version() == 0


def test_without_the_extra_delta_says_what_to_install() -> None:
    with pytest.raises(ConfigurationError, match="not installed") as refused:
        require_lake("no_such_library")
    assert 'pip install "plumbrule[lake]"' in refused.value.remedy


# -- scope -----------------------------------------------------------------------------------------------------------


def test_nothing_of_other_projects_enters_a_report_s_export(checked: Path, tmp_path: Path) -> None:
    whole = written(checked, "csv", tmp_path / "whole", "-t", "projects")
    assert SECRET.encode() in contents(whole)["projects.csv"]
    out = written(checked, "csv", tmp_path / "ports", "--report", "ports")
    assert not [name for name, content in contents(out).items() if SECRET.encode() in content]
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert told["report"] == "ports"
    assert {t["name"]: t["rows"] for t in told["tables"] if t["rows"]} == {
        "context": 1, "projects": 2, "work_items": 2, "sync_runs": 1, "time_entries": 1, "department_projects": 2,
    }  # fmt: skip
    assert "people" in told["left_out"]


def test_a_table_of_no_project_is_refused_for_a_scope(checked: Path, tmp_path: Path) -> None:
    refused = export(checked, "csv", "--out", str(tmp_path / "o"), "--report", "ports", "-t", "people")
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "belong to no project" in refused.output
    assert not (tmp_path / "o").exists()


# -- refusals --------------------------------------------------------------------------------------------------------


def test_before_the_first_check_it_says_what_to_do(tmp_path: Path) -> None:
    config = tmp_path / "plumbrule.toml"
    config.write_text('[store]\nfolder = "store"\n', encoding="utf-8")
    refused = export(config, "parquet", "--out", str(tmp_path / "out"))
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[usage.nothing_checked]" in refused.output
    assert "`plumbrule run`" in refused.output


@pytest.mark.parametrize(
    ("words", "code", "help_"),
    [
        (["-t", "work_item"], "export.table", "did you mean `work_items`?"),
        (["-t", "xyzzy"], "export.table", "docs/model.md"),
        (["-t", "finding"], "export.table", "did you mean `findings`?"),
        (["--report", "port"], "export.report", "did you mean `ports`?"),
        (["--report", "xyzzy"], "export.report", "Reports: ports."),
    ],
)
def test_what_is_not_known_is_told_with_what_was_probably_meant(
    checked: Path, tmp_path: Path, words: list[str], code: str, help_: str
) -> None:
    refused = export(checked, "parquet", "--out", str(tmp_path / "out"), *words)
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert f"error[{code}]" in refused.output
    assert help_ in refused.output


def test_a_format_that_does_not_exist_is_refused_with_the_known_ones(checked: Path, tmp_path: Path) -> None:
    refused = export(checked, "parket", "--out", str(tmp_path / "out"))
    assert refused.exit_code == 2
    assert "parquet" in refused.output


@pytest.mark.parametrize("form", ["parquet", "csv", "xlsx", "delta"])
def test_a_folder_that_holds_something_else_is_left_alone(checked: Path, tmp_path: Path, form: str) -> None:
    if form == "delta":
        pytest.importorskip("deltalake")
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    refused = export(checked, form, "--out", str(out))
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[export.folder_in_use]" in refused.output
    assert "notes.txt" in refused.output
    assert contents(out) == {"notes.txt": b"mine"}


def test_a_file_that_was_put_into_an_export_keeps_it_from_being_replaced(checked: Path, tmp_path: Path) -> None:
    out = written(checked, "parquet", tmp_path / "out", "-t", "projects")
    (out / "pivot.xlsx").write_bytes(b"mine")
    refused = export(checked, "parquet", "--out", str(out))
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "pivot.xlsx, which no export wrote" in refused.output
    assert (out / "pivot.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize("content", ['{"made_by": "somebody"}', "[]", "not JSON", '{"made_by": "plumbrule export"}'])
def test_somebody_else_s_manifest_is_no_leave_to_replace(checked: Path, tmp_path: Path, content: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text(content, encoding="utf-8")
    refused = export(checked, "parquet", "--out", str(out))
    assert "error[export.folder_in_use]" in refused.output
    assert (out / "manifest.json").read_text(encoding="utf-8") == content


def test_a_file_or_a_link_in_the_folder_s_place_is_refused(checked: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "it is a file" in export(checked, "csv", "--out", str(tmp_path / "file")).output
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    refused = export(checked, "csv", "--out", str(tmp_path / "link"))
    assert "error[export.folder_in_use]" in refused.output
    assert (tmp_path / "link").is_symlink()


_STARVED = """
import resource, signal, sys
import duckdb, pyarrow, xlsxwriter
from plumbrule.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
sys.argv[0] = "plumbrule"
main()
"""


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_a_full_disk_is_told_and_the_export_before_is_kept(checked: Path, tmp_path: Path, form: str) -> None:
    out = written(checked, form, tmp_path / "out", "-t", "projects")
    before = contents(out)
    command = [sys.executable, "-c", _STARVED, "export", form, "-t", "projects", "--out", str(out), "-c", str(checked)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == ExitCode.CONFIGURATION, ended.stderr
    assert "room left" in ended.stderr or "File too large" in ended.stderr or "free space" in ended.stderr
    assert contents(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_a_check_by_an_older_plumbrule_is_told_as_such(tmp_path: Path, form: str) -> None:
    config = make_site(tmp_path / "site", {})
    with duckdb.connect(str(tmp_path / "site" / "store" / "snapshots" / "latest.duckdb")) as connection:
        connection.execute("ALTER TABLE risks DROP COLUMN cause")
    refused = export(config, form, "-t", "risks", "--out", str(tmp_path / "out"))
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[usage.old_check]" in refused.output
    assert "`plumbrule check` first" in refused.output
    assert not (tmp_path / "out").exists()


def test_a_snapshot_that_is_damaged_is_told_as_such(tmp_path: Path) -> None:
    config = make_site(tmp_path / "site", {"projects": ROWS["projects"]})
    snapshot = tmp_path / "site" / "store" / "snapshots" / "latest.duckdb"
    snapshot.write_bytes(snapshot.read_bytes()[:4096])
    refused = export(config, "parquet", "--out", str(tmp_path / "out"))
    assert refused.exit_code == ExitCode.STORE
    assert "cannot be read as a snapshot" in refused.output
