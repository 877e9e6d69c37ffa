"""A site that books its time in Tempo: the whole run counts each hour once, and for the person who worked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sandbox.serve import TEMPO_TOKEN, Sandbox
from tests.house import SMALL, House, house, small_company

TEMPO = """
[sources.tempo]
kind = "tempo_cloud"
url = "{url}"
jira = "jira"
token = "file:tempo-token"
first_day = 2025-01-01
requests_per_second = 5.0
"""


OVERDRAWN = ("INI-05", "DATA")
"""An initiative and its tracker."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("tempo")
    with house(folder, Sandbox(company=small_company(), books_in_tempo=True)) as there:
        (folder / "tempo-token").write_text(TEMPO_TOKEN, encoding="utf-8")
        there.change("[sources.plans]", TEMPO.format(url=there.sandbox.tempo_url) + "\n[sources.plans]")
        there.change('token = "file:jira-token"\n', 'token = "file:jira-token"\nworklogs = false\n')
        _budgeted(there)
        yield there


def _budgeted(there: House) -> None:
    """One project's account may take twenty hours a month, the others more than anybody books."""
    assert there.sandbox.tempo
    for account in there.sandbox.tempo.accounts.values():
        account.monthly_budget = 20 if account.key == f"{OVERDRAWN[1]}-CAPEX" else 10_000


def asked(there: House, sql: str) -> list[tuple[Any, ...]]:
    latest = next((there.folder / "store").rglob("latest.duckdb"))
    with duckdb.connect(str(latest), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_every_hour_of_tempo_is_counted_once_on_its_project_and_person(books: House) -> None:
    summary = books.run()
    assert summary.pulled.outcome == "complete"
    tempo = books.sandbox.tempo
    assert tempo is not None
    told = sum(one.seconds for one in tempo.worklogs.values()) / 3600
    sums = "sum(hours), count(*), count(person_name), count(DISTINCT project_id)"
    ((hours, entries, named, projects),) = asked(
        books, f"SELECT {sums} FROM time_entries WHERE entry_id LIKE 'tempo:%'"
    )
    assert abs(float(hours) - told) < 0.01 * entries
    assert (entries, projects) == (len(tempo.worklogs), 3)
    assert named == entries, "the Jira copies are in the name of the Tempo app; people must come from Tempo"
    assert asked(books, "SELECT count(*) FROM time_entries WHERE entry_id LIKE 'jira:%'") == [(0,)]
    assert {row[0] for row in asked(books, "SELECT DISTINCT source FROM sync_runs")} >= {"jira", "tempo"}


def test_the_account_that_took_more_than_its_budget_is_found(books: House) -> None:
    """The demo has no accounts; this is where the fault of BUD-10 is planted."""
    if not books.pages():
        books.run()
    sql = "SELECT p.key FROM rule_result r JOIN projects p USING (project_id) WHERE rule_id = 'BUD-10' AND outcome = "
    assert asked(books, f"{sql} 'fail'") == [(OVERDRAWN[0],)]
    assert {key for (key,) in asked(books, f"{sql} 'pass'")} == set(SMALL) - {OVERDRAWN[0]}


def test_a_second_run_changes_nothing(books: House) -> None:
    pages = books.pages() or (books.run() and books.pages())
    assert books.run().pulled.outcome == "complete"
    assert books.pages() == pages


def test_time_counts_once_when_a_site_goes_over_to_tempo_and_back(tmp_path: Path) -> None:
    sql = "SELECT DISTINCT split_part(entry_id, ':', 1) FROM time_entries"
    with house(tmp_path, Sandbox(company=small_company(), books_in_tempo=True)) as there:
        (tmp_path / "tempo-token").write_text(TEMPO_TOKEN, encoding="utf-8")
        source = TEMPO.format(url=there.sandbox.tempo_url) + "\n[sources.plans]"
        there.change("[rules.owners]", "[rules]\npacks = []\n\n[rules.owners]")
        there.change("enabled = true", "enabled = false")
        there.change('["en", "zh-Hans"]', '["en"]')
        there.change('token = "file:jira-token"\n', 'token = "file:jira-token"\nworklogs = false\n')
        there.run()
        assert ("jira",) not in asked(there, sql)
        there.change("worklogs = false", "worklogs = true")
        there.run()
        assert ("jira",) in asked(there, sql), "what was left out before is caught up on"
        there.change("worklogs = true", "worklogs = false")
        there.change("[sources.plans]", source)
        there.run()
        assert {("tempo",)} == {row for row in asked(there, sql) if row[0] in ("jira", "tempo")}
        there.change("worklogs = false", "worklogs = true")
        there.change(source, "[sources.plans]")
        there.run()
        assert {("jira",)} == {row for row in asked(there, sql) if row[0] in ("jira", "tempo")}
