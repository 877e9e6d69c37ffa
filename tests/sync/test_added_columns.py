"""A store of an earlier Plumbrule takes the tables and columns that came since, and loses nothing."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from portfolio.model import TABLES
from portfolio.model.derive import ddl
from rules.measures import views_of_checks, views_of_sources
from sync import Owner, open_store

ADDED = {
    "finding": [
        "view",
        "discriminator",
        "first_seen_on",
        "times_seen",
        "last_verified_on",
        "checked_on",
        "reopened_on",
        "waived_by",
        "waived_until",
        "waived_days",
        "waived_before_days",
        "fix_by",
        "owner",
        "steps",
    ],
    "finding_event": ["step"],
}
NEW = ("waiver", "waiver_state")
OWNER = Owner(1, "host", datetime(2026, 11, 23, tzinfo=UTC))


def as_before(path: Path) -> None:
    """A store as it was made before findings could be waived."""
    with open_store(path, owner=OWNER):
        pass
    with duckdb.connect(str(path)) as connection:
        for name in NEW:
            connection.execute(f"DROP TABLE {name}")
        for name, columns in ADDED.items():
            for column in columns:
                connection.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
        connection.execute(
            "INSERT INTO finding (id, rule_id, project_id, subject_kind, subject_id, state, opened_on, last_seen_on) "
            "VALUES ('f', 'R-01', 'P', 'project', 'P', 'open', '2026-11-01', '2026-11-20')"
        )
        connection.execute("INSERT INTO finding_event VALUES ('f', 'opened', '2026-11-01', NULL)")
        connection.execute("INSERT INTO cursor (source, stream, partition, position) VALUES ('jira', 's', 'p', 'x')")


def test_findings_and_their_events_are_kept_and_grow(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.duckdb"
    as_before(path)
    with open_store(path, owner=OWNER) as store:
        [finding] = store.rows("SELECT * FROM finding")
        assert set(finding) == set(TABLES["finding"].names)
        assert (finding["state"], finding["opened_on"], finding["waived_by"]) == ("open", date(2026, 11, 1), None)
        assert store.rows("SELECT event, step FROM finding_event") == [{"event": "opened", "step": None}]
        assert store.rows("SELECT position FROM cursor") == [{"position": "x"}]  # nothing need be read again
        assert store.rows("SELECT * FROM waiver") == store.rows("SELECT * FROM waiver_state") == []
        snapshot = store.measure(views_of_sources(), date(2026, 11, 23))
        snapshot.extend(views_of_checks())
        assert snapshot.rows("SELECT count(*) AS n FROM waivers") == [{"n": 0}]
        snapshot.discard()


def test_the_new_tables_are_those_of_the_model() -> None:
    assert all(ddl(TABLES[name]) for name in NEW)
