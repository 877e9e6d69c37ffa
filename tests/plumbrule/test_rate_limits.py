"""A run that meets a used-up quota: it stops at once, says from when to run again, and the next run goes on."""

from pathlib import Path

import duckdb
from house import house, small_company

from portfolio.errors import ExitCode
from sandbox.faults import quota_reached
from sandbox.serve import Sandbox


def test_a_used_up_quota_ends_the_run_with_5_and_its_time_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with house(tmp_path, Sandbox(company=small_company())) as built:
        built.sandbox.server.inject(quota_reached("2099-01-01T00:00Z"), path="/search/jql", after=1)
        stopped = built.cli("pull", "-q", "-c", str(built.config), "--source", "jira")
        assert stopped.returncode == ExitCode.REMOTE, stopped.stdout
        assert "jira-quota-tenant-based" in stopped.stdout
        assert "Run again after" in stopped.stdout
        ((requests, throttled, reasons),) = _told(tmp_path)
        assert (throttled, "jira-quota-tenant-based" in reasons) == (1, True)
        resumed = built.cli("pull", "-q", "-c", str(built.config), "--source", "jira")
        assert resumed.returncode == ExitCode.DONE, resumed.stdout
        assert len(_told(tmp_path)) == 2
        assert requests > 0


def _told(folder: Path) -> list[tuple[int, int, str]]:
    with duckdb.connect(str(folder / "store" / "portfolio.duckdb"), read_only=True) as store:
        return store.sql("SELECT requests, throttled, traffic FROM source_run ORDER BY run_id").fetchall()
