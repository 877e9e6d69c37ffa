"""Checks that lie too far apart are found out by the first one after the gap."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from house import House, house, small_company

from plumbrule.app import open_app
from plumbrule.console import Reporter
from sandbox.serve import Sandbox


@pytest.fixture
def built(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, Sandbox(company=small_company())) as fresh:
        fresh.change("enabled = true", "enabled = false")
        fresh.change('["en", "zh-Hans"]', '["en"]')
        yield fresh


def outcomes(built: House) -> set[tuple[str, int | None]]:
    sql = "SELECT DISTINCT outcome, numerator FROM rule_result WHERE rule_id = 'REC-02'"
    with duckdb.connect(str(built.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        return set(connection.sql(sql).fetchall())


def checked_on(built: House, before: str, day: str) -> set[tuple[str, int | None]]:
    built.change(f"as_of = {before}T06", f"as_of = {day}T06")
    with open_app(built.config) as app:
        app.check(Reporter())
    return outcomes(built)


def test_a_gap_between_checks_is_a_finding_and_a_regular_check_is_none(built: House) -> None:
    built.run()
    assert outcomes(built) == {("not_applicable", None)}, "nothing lies before the first check"
    assert checked_on(built, "2026-11-23", "2026-12-01") == {("pass", 0)}
    assert checked_on(built, "2026-12-01", "2026-12-10") == {("fail", 1)}
