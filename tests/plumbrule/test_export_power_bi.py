"""`plumbrule export powerbi`: the star's files fit the model's text, and what somebody built upon them is kept."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from exported_site import SECRET, make_site
from powerbi_model import model_of, numbers, opened
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.errors import ExitCode
from portfolio.model import Kind
from reports.powerbi.star import STAR

ARROW = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"), "DECIMAL(18,4)": pa.decimal128(18, 4), "DOUBLE": pa.float64(),
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def place(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("power") / "bi"
    assert export(site, out).exit_code == 0
    return out


def export(config: Path, out: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["export", "powerbi", "--out", str(out), *words, "-c", str(config)])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", [table.name for table in STAR.tables])
def test_each_file_has_the_columns_and_types_that_the_model_declares(place: Path, name: str) -> None:
    table = STAR.table(name)
    schema = pq.read_schema(place / "data" / f"{table.file}.parquet")
    assert [(f.name, f.type) for f in schema] == [(c.name, ARROW[c.form.sql]) for c in table.columns]


def test_every_relationship_leads_to_one_row(place: Path) -> None:
    with opened(place) as connection:
        for r in STAR.relationships:
            one, many = f'"{r.to_table}"', f'"{r.table}"'
            key = f"lower(trim({r.to_column}::VARCHAR))"  # as Power BI's engine compares texts
            doubled = connection.execute(f"SELECT {key} FROM {one} GROUP BY 1 HAVING count(*) > 1 OR {key} IS NULL")
            assert doubled.fetchall() == [], r
            if r.to_table != "Date":  # a day far away has no row: the calendar is kept small
                known = f"(SELECT {key} FROM {one})"
                where = f"{r.column} IS NOT NULL AND lower(trim({r.column})) NOT IN {known}"
                lost = connection.execute(f"SELECT {r.column} FROM {many} WHERE {where}")
                assert lost.fetchall() == [], r


def test_keys_are_keys(place: Path) -> None:
    with opened(place) as connection:
        for table in STAR.tables:
            key = ", ".join(table.key)
            doubled = connection.execute(f'SELECT {key} FROM "{table.name}" GROUP BY ALL HAVING count(*) > 1')
            assert doubled.fetchall() == [], table.name


def test_the_calendar_has_every_day_of_its_years_and_stays_small(place: Path) -> None:
    days = pq.read_table(place / "data" / "date.parquet").column("date").to_pylist()
    assert (days[-1] - days[0]).days + 1 == len(days) == len(set(days))
    assert (days[0].isoformat(), days[-1].isoformat()) == ("2026-01-01", "2041-12-31"), "9999 is cut off"


def test_statuses_sources_and_people_that_differ_in_case_are_one(place: Path) -> None:
    with opened(place) as connection:
        statuses = connection.execute('SELECT status_id, status FROM "Status" ORDER BY 1').fetchall()
        assert statuses == [("in_progress:doing", "Doing"), ("unknown:", "unknown")]
        assert connection.execute("SELECT count(*) FROM \"Source\" WHERE source ILIKE 'jira'").fetchone() == (1,)
        people = connection.execute("SELECT person FROM \"Person\" WHERE person_id ILIKE 'p'").fetchall()
        assert people == [("Grace Example",)]


def test_facts_say_what_the_check_found(place: Path) -> None:
    with opened(place) as connection:
        figures = connection.execute(
            'SELECT computed_health, score, is_open, is_late, slip_days FROM "Project Figures" ORDER BY project_id'
        ).fetchall()
        assert figures == [("red", 0.5, True, True, 40), ("unknown", None, True, False, None),
                           ("unknown", 0.9, False, False, None)]  # fmt: skip
        milestones = connection.execute('SELECT item_id, slip_days, is_overdue FROM "Milestone"').fetchall()
        assert milestones == [("b", 31, True)]
        rules = dict(
            connection.execute("SELECT rule_id, rule FROM \"Rule\" WHERE rule_id IN ('SCO-01', 'OLD-99')").fetchall()
        )
        assert rules["OLD-99"] == "OLD-99", "a rule that is gone is still named"
        assert len(rules["SCO-01"]) > len("SCO-01")
        units = connection.execute('SELECT department_id, department, owner FROM "Department" ORDER BY 1').fetchall()
        assert units == [("arms", SECRET, None), ("ports", "Ports and quays", "Alan Example")]
    told = numbers(place)
    assert (told["Open Projects"], told["Red Projects"], told["Findings Open"], told["High Findings"]) == (2, 1, 3, 1)
    assert (told["Findings Overdue"], told["Booked Hours"], told["Portfolio Score"]) == (1, 10.0, 0.7)
    assert told["Budget"] == 1000.5


def test_the_same_check_gives_the_same_bytes(site: Path, place: Path) -> None:
    before = contents(place)
    assert export(site, place).exit_code == 0
    assert contents(place) == before


def test_nothing_of_other_projects_enters_a_report_s_star(site: Path, place: Path, tmp_path: Path) -> None:
    assert any(SECRET in str(pq.read_table(p).to_pylist()) for p in (place / "data").glob("*.parquet"))
    assert export(site, tmp_path / "ports", "--report", "ports").exit_code == 0
    for path in sorted((tmp_path / "ports" / "data").glob("*.parquet")):
        assert SECRET not in str(pq.read_table(path).to_pylist()), path.name
    told = numbers(tmp_path / "ports")
    assert (told["Open Projects"], told["Booked Hours"], told["Findings Open"]) == (2, 2.5, 1)
    assert json.loads((tmp_path / "ports" / "data" / "manifest.json").read_text("utf-8"))["report"] == "ports"


def test_a_project_that_somebody_changed_is_kept_and_its_data_renewed(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "bi"
    export(site, out)
    page = out / "Plumbrule.Report" / "definition" / "pages" / "findings" / "page.json"
    page.write_text(page.read_text(encoding="utf-8").replace("Findings", "What leans"), encoding="utf-8")
    (out / "Plumbrule.Report" / "definition" / "pages" / "mine").mkdir()
    (out / "data" / "date.parquet").write_bytes(b"old")
    result = export(site, out, "--data-folder", r"\\server\pmo")
    assert result.exit_code == 0
    assert "The project was changed since it was exported" in result.output
    assert "`--data-folder` was not written" in result.output
    assert "What leans" in page.read_text(encoding="utf-8")
    assert (out / "Plumbrule.Report" / "definition" / "pages" / "mine").is_dir()
    assert pq.read_table(out / "data" / "date.parquet").num_rows > 365


def test_the_folder_of_the_data_is_written_once_and_kept_by_later_exports(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "bi"
    export(site, out, "--data-folder", "\\\\server\\pmo\\data\\")
    assert "\\\\server\\pmo\\data" in export(site, out).output
    [parameter] = model_of(out)["expressions.tmdl"]
    assert parameter.value.startswith('"\\\\server\\pmo\\data" meta')


def test_a_project_of_another_version_is_told(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "bi"
    export(site, out)
    record = out / "plumbrule-project.json"
    told = json.loads(record.read_text(encoding="utf-8")) | {"model_version": 0}
    told["files"]["Plumbrule.pbip"] = "0"
    record.write_text(json.dumps(told), encoding="utf-8")
    assert "made for version 0 of the tables" in export(site, out).output


def test_what_cannot_be_meant_is_refused(site: Path, tmp_path: Path) -> None:
    refused = export(site, tmp_path / "out", "-t", "projects")
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[export.table]" in refused.output
    assert not (tmp_path / "out").exists()


def test_a_file_among_the_data_is_not_swept_away(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "bi"
    export(site, out)
    (out / "data" / "pivot.xlsx").write_bytes(b"mine")
    refused = export(site, out)
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "pivot.xlsx, which no export wrote" in refused.output
    assert (out / "data" / "pivot.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize("content", ["", "[]", '{"made_by": "plumbrule export", "files": 3}'])
def test_a_record_that_is_not_ours_is_no_leave_to_write(site: Path, tmp_path: Path, content: str) -> None:
    out = tmp_path / "bi"
    out.mkdir()
    (out / "plumbrule-project.json").write_text(content, encoding="utf-8")
    refused = export(site, out)
    assert refused.exit_code == ExitCode.CONFIGURATION
    assert "error[export.folder_in_use]" in refused.output
    assert contents(out) == {"plumbrule-project.json": content.encode()}


def test_a_star_knows_no_lists_and_no_bytes() -> None:
    kinds = {column.kind for table in STAR.tables for column in table.columns}
    assert not kinds & {Kind.TEXTS, Kind.BYTES}
