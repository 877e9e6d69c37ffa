"""From one pull to the next: the unchanged is left alone, what left the table is gone, what fails keeps what was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conformance import ConnectorConformance, Make

from connectors.tabular.opening import copied
from connectors.tabular.reader import TabularReader
from portfolio.errors import ConfigurationError, RemoteError
from sync import DuckStore, Owner, PullReport, begin_run, open_store, pull
from tests.tables import budget, pages, rows, tables, workbook, write

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
HEAD = "project,category,amount"


class TestTablesConform(ConnectorConformance):
    networked = False

    @pytest.fixture
    def make(self, tmp_path: Path) -> Make:
        here = tmp_path / "tables"
        money = [HEAD, "INI-07,x,1", "INI-07,y,2", "INI-08,x,abc", "INI-09,x,1", "INI-09,x,1"]
        entries = [
            {"into": "budget_line", "path": write(here / "b.csv", *money), "constants": {"currency": "EUR"}},
            {
                "into": "cost",
                "path": write(here / "c.csv", HEAD, *(f"P{n % 7},{n},{n}" for n in range(12_000))),
                "constants": {"currency": "EUR"},
            },
            {
                "into": "rate",
                "path": write(here / "r.csv", "person,rate_per_hour,currency", "a@example.com,80,EUR"),
            },
            {
                "into": "org_unit",
                "path": workbook(here / "o.xlsx", [("key", "kind", "owner"), ("IT", "department", "a")]),
            },
        ]
        return lambda: tables(*entries)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckStore]:
    with open_store(tmp_path / "store" / "p.duckdb", owner=Owner(1, "here", NOW)) as opened:
        yield opened


def run(store: DuckStore, reader: TabularReader, name: str = "1") -> PullReport:
    owner = Owner(1, "here", NOW)
    begin_run(store, name, owner=owner, as_of=NOW, version="0", config_hash="")
    return pull(store, [reader], as_of=NOW, run_id=name, progress=lambda *_: None)


def live(store: DuckStore, table: str = "budget_line") -> list[dict[str, Any]]:
    return store.rows(f"SELECT * FROM {table} WHERE deleted_at IS NULL ORDER BY id")


def test_a_file_as_it_was_is_not_read_again(tmp_path: Path, store: DuckStore) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    assert run(store, budget(path)).outcome == "complete"
    os.utime(path)  # another day on the file is no other file

    reader = budget(path)
    report = run(store, reader, "2")

    assert (report.outcome, report.sources[0].partitions[0].pages) == ("complete", 0)
    assert pages(budget(path), dict(store.positions("finance"))) == []
    assert len(pages(budget(path, decimal=","), dict(store.positions("finance")))) == 1


def test_a_row_that_left_the_table_is_gone_and_one_that_changed_keeps_its_id(tmp_path: Path, store: DuckStore) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1", "INI-08,y,2")
    run(store, budget(path))
    before = {row["category"]: row["id"] for row in live(store)}
    write(path, HEAD, "INI-09,z,3", "INI-07,x,5")

    run(store, budget(path), "2")

    after = {row["category"]: (row["id"], int(row["amount"])) for row in live(store)}
    assert after["x"] == (before["x"], 5)
    assert set(after) == {"x", "z"}
    assert {row["reference"] for row in live(store, "reference")} == {"INI-07", "INI-09"}


def test_a_row_that_cannot_be_read_any_more_keeps_what_was(tmp_path: Path, store: DuckStore) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1", "INI-08,y,2")
    run(store, budget(path))
    write(path, HEAD, "INI-07,x,abc", "INI-08,y,2")
    run(store, budget(path), "2")
    assert len(live(store)) == 2
    assert len(store.rows("SELECT * FROM rejection")) == 1
    write(path, HEAD, "INI-07,x,7", "INI-08,y,2")
    run(store, budget(path), "3")
    assert sorted(int(row["amount"]) for row in live(store)) == [2, 7]
    assert store.rows("SELECT * FROM rejection") == []


def test_nothing_is_removed_while_a_row_cannot_be_told_apart(tmp_path: Path, store: DuckStore) -> None:
    path = write(tmp_path / "c.csv", "project,number,amount,spent_on", "INI-07,1,1,2026-01-01", "INI-08,2,2,2026-01-01")
    entry = {"into": "cost", "path": path, "constants": {"currency": "EUR"}, "key": ["spent_on", "project"]}
    run(store, tables(entry))
    write(path, "project,number,amount,spent_on", "INI-07,1,1,01/02/2026")
    run(store, tables(entry), "2")
    assert len(live(store, "cost")) == 2


def test_a_file_that_is_gone_takes_its_rows_along_unless_all_are_gone(tmp_path: Path, store: DuckStore) -> None:
    folder = tmp_path / "budgets"
    write(folder / "a.csv", HEAD, "INI-07,x,1")
    second = write(folder / "b.csv", HEAD, "INI-08,x,1")
    pattern = folder / "*.csv"
    run(store, budget(pattern))
    second.unlink()
    assert run(store, budget(pattern), "2").outcome == "complete"
    assert [row["origin"] for row in live(store)] == ["budgets/a.csv"]
    assert run(store, budget(pattern), "3").outcome == "complete"

    (folder / "a.csv").rename(tmp_path / "elsewhere.csv")
    other = {"into": "rate", "path": write(tmp_path / "r.csv", "person,rate_per_hour,currency", "a,1,EUR")}
    both = tables({"into": "budget_line", "path": pattern, "constants": {"currency": "EUR"}}, other)
    report = run(store, both, "4")
    assert report.outcome == "partial"
    assert [failure.code for failure in report.failures] == ["tabular.no_files"]
    assert len(live(store)) == 1
    with pytest.raises(ConfigurationError, match="none of its tables has a file"):
        budget(pattern).probe()

    assert run(store, tables(other), "5").outcome == "complete"  # the table is no longer configured
    assert live(store) == []


def test_a_great_loss_is_held_back_as_everywhere(tmp_path: Path, store: DuckStore) -> None:
    path = write(tmp_path / "b.csv", HEAD, *(f"INI-{n},x,1" for n in range(100)))
    run(store, budget(path))
    write(path, HEAD, "INI-1,x,1")
    report = run(store, budget(path), "2")
    assert [failure.code for failure in report.failures] == ["sync.brake"]
    assert len(live(store)) == 100


def test_a_failing_table_keeps_its_rows_and_the_others_are_read(tmp_path: Path, store: DuckStore) -> None:
    broken = write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    good = write(tmp_path / "c.csv", HEAD, "INI-07,x,1")
    entries = [
        {"into": "budget_line", "path": broken, "constants": {"currency": "EUR"}},
        {"into": "cost", "path": good, "constants": {"currency": "EUR"}},
    ]
    run(store, tables(*entries))
    write(broken, "project;cash", "INI-07;5")
    write(good, HEAD, "INI-07,x,9")

    report = run(store, tables(*entries), "2")

    assert report.outcome == "partial"
    assert [failure.code for failure in report.failures] == ["tabular.no_column"]
    assert (len(live(store)), int(live(store, "cost")[0]["amount"])) == (1, 9)


def test_of_two_files_with_one_record_the_earlier_counts_and_the_other_tells(tmp_path: Path, store: DuckStore) -> None:
    folder = tmp_path / "budgets"
    write(folder / "b.csv", HEAD, "INI-07,x,1", "INI-08,x,1")
    run(store, budget(folder))
    write(folder / "a.csv", HEAD, "INI-07,x,5")

    for name in ("2", "3"):
        run(store, budget(folder), name)
        assert {(r["origin"], int(r["amount"])) for r in live(store)} == {("budgets/a.csv", 5), ("budgets/b.csv", 1)}
        [rejection] = store.rows("SELECT * FROM rejection")
        assert "budgets/b.csv, row 2: the same record is in budgets/a.csv, row 2" in rejection["reason"]

    (folder / "a.csv").unlink()
    run(store, budget(folder), "4")
    assert {(r["origin"], int(r["amount"])) for r in live(store)} == {("budgets/b.csv", 1)}
    assert store.rows("SELECT * FROM rejection") == []


def test_a_renamed_sheet_leaves_nothing_behind(tmp_path: Path, store: DuckStore) -> None:
    path = workbook(tmp_path / "b.xlsx", [HEAD.split(","), ("INI-07", "x", 1)], "Old")
    run(store, budget(path))
    workbook(path, [HEAD.split(","), ("INI-07", "y", 1)], "New")
    run(store, budget(path), "2")
    assert [row["category"] for row in live(store)] == ["y"]


def test_a_large_table_comes_in_pages_and_rows_that_left_it_are_gone(tmp_path: Path, store: DuckStore) -> None:
    lines = [f"INI-{n % 9},c{n},{n}" for n in range(12_000)]
    path = write(tmp_path / "b.csv", HEAD, *lines)
    found = pages(budget(path))
    assert [len(page.rows["budget_line"]) for page in found] == [5_000, 5_000, 2_000]
    assert [page.position is None for page in found] == [True, True, False]
    run(store, budget(path))
    write(path, HEAD, *lines[5:])
    run(store, budget(path), "2")
    assert len(live(store)) == 11_995


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, *(f"INI-{n},x,1" for n in range(100_000)))

    class Growing(type(path)):  # type: ignore[misc]
        def open(self, *args: Any, **kwargs: Any) -> Any:
            opened = super().open(*args, **kwargs)
            with Path(self).open("a") as other:  # somebody saves the file just now
                other.write("INI-X,x,1\n")
            return opened

    with pytest.raises(RemoteError) as caught, copied(Growing(path)):
        pass
    assert caught.value.code == "tabular.changing"
    with copied(path) as copy:
        assert copy.size == path.stat().st_size


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind this user")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    path.chmod(0)
    with pytest.raises(RemoteError) as caught:
        pages(budget(path))
    assert caught.value.code == "tabular.locked"


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(RemoteError) as caught, copied(tmp_path / "gone.csv"):
        pass
    assert caught.value.code == "tabular.locked"


def test_what_office_keeps_beside_an_open_file_is_no_table(tmp_path: Path) -> None:
    write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    (tmp_path / "~$b.xlsx").write_bytes(b"\x07Grace")
    (tmp_path / "readme.md").write_text("hello")
    assert len(rows(budget(tmp_path))) == 1


def test_a_file_that_two_entries_give_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    entry = {"into": "budget_line", "constants": {"currency": "EUR"}}
    with pytest.raises(ConfigurationError, match="is read twice into budget_line"):
        tables({**entry, "path": path}, {**entry, "path": tmp_path}).probe()


def test_columns_that_no_file_has_are_not_available(tmp_path: Path) -> None:
    write(tmp_path / "b.csv", HEAD, "INI-07,x,1")
    reader = budget(tmp_path / "b.csv")
    pages(reader)
    absent = {(c.table, c.column) for c in reader.capabilities() if c.state == "not_available"}
    assert ("budget_line", "approved_by") in absent
    assert ("rate", "rate_per_hour") in absent
    assert not absent & {("budget_line", "amount"), ("budget_line", "currency"), ("reference", "place")}


def test_a_table_that_could_not_be_opened_is_taken_to_have_what_was_configured(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 broken")
    reader = budget(tmp_path / "b.xlsx", columns={"amount": "Budget"})
    absent = {(c.table, c.column) for c in reader.capabilities()}
    assert ("budget_line", "amount") not in absent


def test_doctor_tells_files_rows_columns_and_age(tmp_path: Path) -> None:
    good = write(tmp_path / "b.csv", f"{HEAD},Remark", "INI-07,x,1,n", "INI-08,x,abc,", "Total,,5,")
    os.utime(good, (1_790_000_000, 1_790_000_000))
    write(tmp_path / "c.csv", "nothing")
    reader = tables(
        {"into": "budget_line", "path": good, "constants": {"currency": "EUR"}},
        {"into": "cost", "path": tmp_path / "c.csv"},
        {"into": "rate", "path": tmp_path / "absent-*.xlsx"},
    )
    found = [(o.subject, o.state, o.found) for o in reader.examine(())]
    name = f"{tmp_path.name}/b.csv"
    changed = "changed 2026-09-21 14:13 UTC"
    assert found[0] == ("table", "ok", f"{name}: 2 rows for budget_line, {changed}; 1 rows of totals are left out")
    assert found[1][:2] == ("rows", "warning")
    assert "1 of them cannot be read; the first:" in found[1][2]
    assert found[2] == ("columns", "note", f"{name}: not read: `Remark`")
    assert [(subject, state) for subject, state, _ in found[3:]] == [
        ("table", "failed"),
        ("files", "failed"),
        ("age", "ok"),
    ]
    assert f"longest ago: {name} on 2026-09-21" in found[-1][2]


_MILLION = """
import resource, sys
from pathlib import Path
from tests.tables import budget
path = Path(sys.argv[1])
reader = budget(path)
reader.probe()
[[partition]] = reader.partitions({})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(len(page.rows["budget_line"]) for page in reader.pull(partition, None))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
def test_very_many_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    many, most_megabytes = (1_000_000, 400) if os.environ.get("PLUMBRULE_SOAK") else (200_000, 120)
    path = tmp_path / "b.csv"
    with path.open("w") as file:
        file.write("project,number,amount\n")
        file.writelines(f"INI-{n % 40},L{n},{n}.25\n" for n in range(many))
    told = subprocess.run(
        [sys.executable, "-c", _MILLION, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    count, megabytes = map(int, told.stdout.split())
    assert count == many
    assert megabytes < most_megabytes
