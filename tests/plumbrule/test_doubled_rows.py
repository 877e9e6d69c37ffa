"""Rows of tables that turn out to be one record once it is known whom they name: told, with place, and none counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.tabular.reader import TabularReader
from connectors.tabular.settings import TabularSource
from sync import Doubled, DuckStore, InitiativeSetting, MatchSettings, Owner, doubled, match, open_store, pull, tell
from tests.measured import views_for

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
GUID = "7c1c5f0e-0000-4000-8000-00000000000a"
PROJECTS = [
    {"id": "jira:project:10", "source": "jira", "native_id": "10", "kind": "tracker", "key": "WHA",
     "name": "Warehouse automation", "initiative_key": "INI-07"},
    {"id": f"m:project:{GUID}", "source": "m", "native_id": GUID, "kind": "plan", "name": "Warehouse",
     "initiative_key": "INI-07"},
    {"id": "jira:project:11", "source": "jira", "native_id": "11", "kind": "tracker", "key": "CRM", "name": "Portal"},
]  # fmt: skip
ACCOUNTS = [
    {"id": f"jira:account:{n}", "source": "jira", "native_id": n, "name": name, "email": email, "kind": "human"}
    for n, name, email in (("1", "Ada Ort", "ada@x.example"), ("2", "Bo Lind", "bo@x.example"))
]


class House:
    """A store that reads tables out of a folder."""

    def __init__(self, store: DuckStore, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def read(self, into: str, *files: str, settings: MatchSettings | None = None, **more: Any) -> list[Doubled]:
        """Those files pulled, and what is one record after they were placed."""
        for number, text in enumerate(files, 1):
            (self.folder / f"{into}-{number}.csv").write_text(text, encoding="utf-8")
        table = {"into": into, "path": self.folder / f"{into}-*.csv", **more}
        reader = TabularReader("t", TabularSource.model_validate({"kind": "tabular", "tables": [table]}))
        report = pull(self.store, [reader], as_of=NOW, run_id="r", progress=lambda *_: None)
        assert report.outcome == "complete"
        return self.place(settings)

    def place(self, settings: MatchSettings | None = None) -> list[Doubled]:
        found = match(PROJECTS, ACCOUNTS, settings or MatchSettings(), self.store.rows("SELECT * FROM reference"))
        self.store.put(found.rows, replace=tuple(found.rows))
        twice = doubled(self.store, ["t"])
        rows = [{"id": one.row, "source": one.source} for one in twice]
        self.store.put({"doubled_row": rows}, replace=["doubled_row"])
        return twice

    def view(self, name: str, column: str) -> list[Any]:
        snapshot = self.store.measure(views_for(name), date(2026, 11, 23))
        return [row[column] for row in snapshot.rows(f"SELECT {column} FROM {name} ORDER BY ALL")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_store(tmp_path / "portfolio.duckdb", owner=Owner(1, "here", NOW)) as store:
        store.put({"project": PROJECTS, "account": ACCOUNTS, "source_state": [{"source": "t", "outcome": "complete"}]})
        (tmp_path / "t").mkdir()
        yield House(store, tmp_path / "t")


HEAD = "project,category,amount,currency,period_start\n"


@pytest.mark.parametrize("words", ["WHA", "Warehouse automation", "jira:WHA", GUID, "m:{" + GUID.upper() + "}"])
def test_two_rows_that_name_one_project_in_different_words_are_told_and_none_counts(house: House, words: str) -> None:
    rows = f"INI-07,Travel,100,EUR,2026-01-01\nCRM,Travel,70,EUR,2026-01-01\n{words},Travel,250,EUR,2026-01-01\n"
    first, second = house.read("budget_line", HEAD + rows)
    assert first.what == (
        "t/budget_line-1.csv, row 2: it is the same budget_line as row 4, which names the same in other words; none of"
        " them counts, for nobody can tell which does. Remove one, or state `key` of the table"
    )
    assert second.what.startswith("t/budget_line-1.csv, row 4: it is the same budget_line as row 2,")
    assert house.view("budget_lines", "amount") == [70]


def test_what_else_tells_rows_apart_still_does(house: House) -> None:
    rows = "INI-07,Travel,100,EUR,2026-01-01\nWHA,Travel,100,EUR,2026-02-01\nWHA,Licences,100,EUR,2026-01-01\n"
    assert house.read("budget_line", HEAD + rows) == []
    assert house.view("budget_lines", "amount") == [100, 100, 100]


def test_rows_of_two_files_of_a_source_are_found_with_the_name_of_the_other(house: House) -> None:
    first, _ = house.read("budget_line", HEAD + "INI-07,A,1,EUR,\n", HEAD + "WHA,A,2,EUR,\n")
    assert "t/budget_line-1.csv, row 2: it is the same budget_line as t/budget_line-2.csv, row 2," in first.what


def test_three_and_more_are_counted(house: House) -> None:
    words = ["INI-07", "WHA", "jira:WHA", GUID, f"m:{GUID}", "Warehouse"]
    found = house.read("budget_line", HEAD + "".join(f"{word},A,1,EUR,\n" for word in words))
    assert len(found) == 6
    assert "as row 3; row 4; row 5 and 2 more, which" in found[0].what


def test_people_by_name_and_by_mail_are_one(house: House) -> None:
    found = house.read(
        "capacity_week",
        "person,week_start,available_hours\nAda Ort,2026-11-23,20\nada@x.example,2026-11-23,30\n"
        "Bo Lind,2026-11-23,30\n",
    )
    assert [one.what.partition(":")[0] for one in found] == [
        "t/capacity_week-1.csv, row 2",
        "t/capacity_week-1.csv, row 3",
    ]


def test_person_and_project_must_both_be_the_same(house: House) -> None:
    head = "project,person,role\n"
    apart = "INI-07,Ada Ort,Dev\nCRM,ada@x.example,Dev\nWHA,Bo Lind,Dev\n"
    assert house.read("approved_resource", head + apart) == []
    assert len(house.read("approved_resource", head + apart + "WHA,ada@x.example,Dev\n")) == 2


@pytest.mark.parametrize(
    ("into", "head", "row", "view", "column"),
    [
        ("cost", "project,number,amount,currency", "{},7,10,EUR", "costs", "amount"),
        ("invoice", "project,supplier,number,amount,currency", "{},Acme,7,10,EUR", "invoices", "amount"),
        ("benefit", "project,name", "{},Faster", "benefits", "name"),
        ("stakeholder", "project,name", "{},Works council", "stakeholders", "name"),
        ("artefact", "project,title,kind", "{},Charter 1,charter", "artefacts", "title"),
        ("gate", "project,name,state", "{},Start,passed", "gates", "name"),
        ("proposal", "project,title,state", "{},Drones,waiting", "proposals", "title"),
    ],
)
def test_no_table_counts_them(house: House, into: str, head: str, row: str, view: str, column: str) -> None:
    def text(*words: str) -> str:
        return "\n".join([head, *(row.format(word) for word in words), ""])

    assert len(house.read(into, text("INI-07", "WHA", "CRM"))) == 2
    assert len(house.view(view, column)) == 1
    assert house.read(into, text("INI-07", "CRM")) == []
    assert len(house.view(view, column)) == 2


def test_a_key_of_the_admins_own_counts(house: House) -> None:
    head = "project,Beleg,amount,currency\n"
    rows = "INI-07,1,10,EUR\nWHA,2,10,EUR\n"
    assert house.read("cost", head + rows, key=["project", "Beleg"]) == []
    assert len(house.read("cost", head + rows + "WHA,1,10,EUR\n", key=["project", "Beleg"])) == 2


def test_words_that_nobody_knows_are_no_double_until_they_are_known(house: House) -> None:
    rows = HEAD + "INI-07,A,1,EUR,\nThe big one,A,2,EUR,\n"
    assert house.read("budget_line", rows) == []
    named = MatchSettings(initiatives=(InitiativeSetting("INI-07", ("jira:WHA",), "The big one"),))
    assert len(house.place(named)) == 2, "the file was not read again"


def test_they_are_kept_among_the_rejections_until_one_is_gone(house: House) -> None:
    def told() -> list[tuple[str, str, str]]:
        rows = house.store.rows("SELECT code, partition, native_id FROM rejection ORDER BY ALL")
        return [(row["code"], row["partition"], row["native_id"].partition(":")[0]) for row in rows]

    twice = house.read("budget_line", HEAD + "INI-07,A,1,EUR,\nWHA,A,2,EUR,\n")
    tell(house.store, twice, NOW)
    assert told() == [("reference.doubled", "t/budget_line-1.csv", "doubled")] * 2
    tell(house.store, house.read("budget_line", HEAD + "INI-07,A,1,EUR,\n"), NOW)
    assert told() == []
