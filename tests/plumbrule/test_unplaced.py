"""What tables name and nobody knows: told on the console and by `doctor`; a table half read resolves no finding."""

from datetime import UTC, date, datetime
from pathlib import Path

from plumbrule.judging import _INCOMPLETE
from plumbrule.settings import Settings
from plumbrule.summary import Summary
from plumbrule.unplaced import unplaced
from rules.measures import views
from sync import Owner, Unknown, open_store, tell

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_the_console_shows_the_first_few_and_counts_the_rest() -> None:
    few = Summary("2026-11-23T06:00:00Z", unknown=["finance: a", "finance: b"]).as_text()
    many = Summary("2026-11-23T06:00:00Z", unknown=[f"finance: {n}" for n in range(9)]).as_text()
    assert few.splitlines() == [
        "tables     2 projects or people that nobody knows; their rows are kept, not counted",
        "  finance: a",
        "  finance: b",
    ]
    assert many.splitlines()[-1] == "  and 4 more; the page lists them"


def test_the_console_tells_of_rows_that_are_one_record_beside_them() -> None:
    told = Summary("2026-11-23T06:00:00Z", doubled=["finance: budget.csv, row 3: it is the same"])
    assert told.as_text().splitlines() == [
        "tables     1 row that is a record twice; none of them counts",
        "  finance: budget.csv, row 3: it is the same",
    ]
    assert '"doubled_rows": [' in told.as_json()


def test_doctor_tells_what_the_latest_run_could_not_place(tmp_path: Path) -> None:
    settings = Settings.model_validate({"store": {"folder": tmp_path}})
    assert list(unplaced(settings, "finance")) == []
    with open_store(tmp_path / "portfolio.duckdb", owner=Owner(1, "here", NOW)) as store:
        tell(
            store, [Unknown(f"finance:reference:{n}", "finance", "project", "b.csv", f"row {n}") for n in range(5)], NOW
        )
        store.measure(views(), date(2026, 11, 23)).publish(["rejection"])

    found = list(unplaced(settings, "finance"))

    assert [o.found for o in found] == [
        "in the latest run: row 0",
        "in the latest run: row 1",
        "in the latest run: row 2",
        "and 2 more like these",
    ]
    assert all(o.state == "warning" and o.remedy for o in found)
    assert list(unplaced(settings, "staff")) == []


def test_a_table_that_was_read_in_part_leaves_the_findings_of_its_projects_open(tmp_path: Path) -> None:
    with open_store(tmp_path / "portfolio.duckdb", owner=Owner(1, "here", NOW)) as store:
        store.put(
            {
                "reference_match": [
                    {"id": "finance:project:a", "source": "finance", "kind": "project", "target_id": "initiative:A"},
                    {"id": "staff:project:b", "source": "staff", "kind": "project", "target_id": "initiative:B"},
                    {"id": "finance:account:c", "source": "finance", "kind": "person", "target_id": "person:c"},
                    {"id": "finance:project:x", "source": "finance", "kind": "project", "target_id": None},
                ],
                "source_state": [
                    {"source": "finance", "outcome": "partial"},
                    {"source": "staff", "outcome": "complete"},
                ],
            }
        )
        assert [row["id"] for row in store.rows(_INCOMPLETE)] == ["initiative:A"]
