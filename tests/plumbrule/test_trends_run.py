"""A trend over whole checks: what one day keeps, the next day looks back on."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from house import House, house, small_company

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.diff_command import diff
from plumbrule.options import Form
from plumbrule.run_ledger import listed, shown
from portfolio.errors import ConfigurationError
from sandbox.serve import Sandbox

RULE = """
schema = 1
[pack]
id = "ours"
title = "Ours"
[[rule]]
id = "OWN-01"
title = "Never empty"
kind = "trend"
metric = "projects.tracker_items"
period = "run"
fail_when = "above 0 for 2"
severity = "low"
family = "OWN"
dimension = "scope"
message = "{first} to {last}"
why = "for a test"
fix = "none"
"""


@pytest.fixture
def built(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, Sandbox(company=small_company())) as fresh:
        (tmp_path / "rules.d").mkdir()
        (tmp_path / "rules.d" / "ours.toml").write_text(RULE, encoding="utf-8")
        text = fresh.config.read_text(encoding="utf-8")
        fresh.config.write_text(text + '\n[rules]\nfolders = ["rules.d"]\n', encoding="utf-8")
        fresh.change("enabled = true", "enabled = false")
        fresh.change('["en", "zh-Hans"]', '["en"]')
        yield fresh


def outcomes(built: House) -> dict[str, tuple[str, str | None, float | None]]:
    sql = "SELECT p.key, outcome, reason, value FROM rule_result JOIN projects p USING (project_id)"
    with duckdb.connect(str(built.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        rows = connection.sql(f"{sql} WHERE rule_id = 'OWN-01' AND has_tracker").fetchall()
    return {key: (outcome, reason, value) for key, outcome, reason, value in rows}


def test_a_measure_that_only_a_trend_names_is_kept_and_looked_back_on(built: House) -> None:
    built.run()
    first = outcomes(built)
    assert first and {(outcome, reason) for outcome, reason, _ in first.values()} == {
        ("unknown", "insufficient_history")
    }

    built.change("as_of = 2026-11-23T06", "as_of = 2026-11-25T06")
    with open_app(built.config) as app:
        app.check(Reporter())
    second = outcomes(built)
    assert {outcome for outcome, _, _ in second.values()} == {"fail"}
    with duckdb.connect(str(built.folder / "store" / "snapshots" / "latest.duckdb"), read_only=True) as connection:
        seen = "SELECT DISTINCT CAST(taken_on AS VARCHAR) FROM snapshots WHERE measure = 'projects.tracker_items'"
        assert connection.sql(seen).fetchall() == [("2026-11-23",)]  # today's is measured, and kept after the check
        kept = "SELECT count(DISTINCT taken_on) FROM project_snapshot WHERE measure = 'projects.tracker_items'"
        assert connection.sql(kept).fetchall() == [(2,)]

    told = json.loads(diff(built.config, (), Form.JSON, "en", 0))
    assert (told["before"], told["after"]) == ("2026-11-23", "2026-11-25")
    assert {f["rule_id"] for f in told["findings"] if f["kind"] == "new"} >= {"OWN-01"}
    (only,) = json.loads(listed(built.config, 0, Form.JSON))
    assert only["state"] == "complete" and only["rows_read"] > 0, "a check without a pull is no run"
    assert diff(built.config, (only["id"][:10], "latest"), Form.TABLE, "en", 5) == diff(
        built.config, (), Form.TABLE, "en", 5
    )
    shown_run = json.loads(shown(built.config, only["id"][:12], Form.JSON))
    assert {s["source"] for s in shown_run["sources"]} >= {"jira"}
    assert shown_run["findings_of_the_day"]["opened"] > 0
    assert "Findings of that day: opened" in shown(built.config, "latest", Form.TABLE)
    with pytest.raises(ConfigurationError, match="there is no run"):
        shown(built.config, "2019", Form.TABLE)
