"""What goes wrong outside is told with a remedy and a stable exit code; the rest still runs."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from house import House, house, small_company

from connectors import jira
from portfolio.errors import ExitCode
from sandbox.faults import half_json, reset
from sandbox.serve import Sandbox


@pytest.fixture
def built(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, Sandbox(company=small_company())) as fresh:
        fresh.change("enabled = true", "enabled = false")
        fresh.change('languages = ["en", "zh-Hans"]', 'languages = ["en"]')
        yield fresh


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_wrong_token_ends_with_4_when_it_is_the_only_source(built: House) -> None:
    (built.folder / "jira-token").write_text("wrong", encoding="utf-8")
    ended = built.cli("run", "-q", "-c", str(built.config), "--source", "jira")
    assert ended.returncode == ExitCode.SIGN_IN
    assert "sign_in" in ended.stdout
    assert "= help:" in ended.stdout
    assert "wrong" not in ended.stdout.replace("went wrong", "")


def test_a_wrong_token_leaves_the_other_source_pulled_and_ends_with_3(built: House) -> None:
    (built.folder / "jira-token").write_text("wrong", encoding="utf-8")
    ended = built.cli("run", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.PARTIAL
    assert "jira       failed" in ended.stdout
    assert "plans      complete" in ended.stdout
    page = built.page()
    assert len(page["projects"]) == 3
    assert {s["name"]: s["state"] for s in page["sources"]} == {"jira": "failed", "plans": "fresh"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries nothing is waited for."""
    monkeypatch.setattr(jira, "connect", partial(jira.connect, sleep=lambda _seconds: None))


@pytest.mark.usefixtures("impatient")
def test_an_unreachable_host_ends_with_5(built: House) -> None:
    built.change(f'url = "{built.sandbox.jira_url}"', f'url = "http://127.0.0.1:{free_port()}"')
    summary = built.run(["jira"])
    assert summary.exit_code("never") == ExitCode.REMOTE
    assert "= help:" in summary.as_text()


@pytest.mark.usefixtures("impatient")
def test_a_project_that_cannot_be_read_leaves_the_others_and_ends_with_3(built: House) -> None:
    built.sandbox.server.inject(half_json(), times=1000, path="/rest/api/3/project/10001/version")
    summary = built.run()
    assert summary.exit_code("never") == ExitCode.PARTIAL
    assert "versions of" in summary.as_text()


def test_findings_are_kept_open_while_their_source_fails(built: House) -> None:
    before = built.run()
    (built.folder / "jira-token").write_text("wrong", encoding="utf-8")
    after = built.run()
    assert after.resolved == 0
    assert len(after.findings) >= len(before.findings)


def test_a_malformed_record_is_kept_counted_and_shown(built: House) -> None:
    issue = next(iter(built.sandbox.jira.issues.values()))
    story_points = built.sandbox.jira.custom_fields["Story Points"]
    issue.custom[story_points.id] = {"unexpected": ["shape"]}
    ended = built.cli("run", "-q", "-c", str(built.config))
    assert "could not be read" in ended.stdout
    assert any(g["kind"] == "rejected" and g["total"] for g in built.page()["gaps"])


def test_mistakes_in_configuration_and_rules_come_together_and_nothing_is_run(built: House) -> None:
    (built.folder / "own-rules").mkdir()
    (built.folder / "own-rules" / "own.toml").write_text(RULE, encoding="utf-8")
    built.change("[report]", '[rules]\nfolders = ["own-rules"]\nofff = ["BUD-03"]\n\n[report]')
    for command in (["config", "check"], ["run", "-q"]):
        ended = built.cli(*command, "-c", str(built.config))
        assert ended.returncode == ExitCode.CONFIGURATION
        assert "did you mean `off`?" in ended.stderr
        assert "asignee_id" in ended.stderr
        assert "did you mean `assignee_id`?" in ended.stderr
        assert "doen" in ended.stderr
        assert "own.toml:" in ended.stderr
        assert "^^^^" in ended.stderr
    assert not list(built.sandbox.server.log)


RULE = """\
schema = 1
[pack]
id = "own"
title = "Ours"

[[rule]]
id = "OWN-01"
title = "Started without an owner"
kind = "row"
view = "work_items"
fail_when = "asignee_id IS NULL AND status_category <> 'doen'"
severity = "low"
family = "OWN"
dimension = "quality"
message = "{count} items"
why = "w"
fix = "f"
"""


def test_a_join_that_names_nothing_is_shown_in_the_file_and_the_rest_goes_on(built: House) -> None:
    built.change('"jira:SUPQ"', '"jira:SUPP"')
    ended = built.cli("run", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.PARTIAL
    assert "did you mean `jira:SUPQ`?" in ended.stdout
    assert built.page()["projects"]


def test_a_second_run_at_the_same_time_is_told_who_has_the_store(built: House) -> None:
    with holding(built):
        ended = built.cli("run", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.STORE
    assert "in use" in ended.stderr


class holding:  # noqa: N801 - reads as a word where it is used
    """Another process that has the store open."""

    def __init__(self, built: House) -> None:
        code = (
            "import sys, datetime, os, pathlib\n"
            "from sync import open_store, Owner\n"
            "owner = Owner(os.getpid(), 'elsewhere', datetime.datetime.now(datetime.UTC))\n"
            "store = open_store(pathlib.Path(sys.argv[1]), owner=owner)\n"
            "print('open', flush=True); sys.stdin.read()\n"
        )
        path = built.folder / "store" / "portfolio.duckdb"
        command = [built.command()[0], "-c", code, str(path)]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> None:
        assert self.child.stdout is not None
        assert self.child.stdout.readline() == "open\n"

    def __exit__(self, *_: object) -> None:
        self.child.communicate("", timeout=20)


def test_a_terminated_run_ends_with_143_and_goes_on_next_time(built: House) -> None:
    built.sandbox.server.latency_seconds = 0.2
    command = built.command("run", "-q", "-c", str(built.config))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 30
        while len(list(built.sandbox.server.log)) < 10 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(30) == ExitCode.TERMINATED
    built.sandbox.server.latency_seconds = 0.0
    assert built.run().exit_code("never") == ExitCode.DONE


@pytest.mark.usefixtures("impatient")
def test_connections_that_break_are_tried_again(built: House) -> None:
    built.sandbox.server.inject(reset(), times=2, path="/rest/api/3/search/jql")
    assert built.run().exit_code("never") == ExitCode.DONE


def test_a_plan_that_is_too_large_or_out_of_date_is_refused_with_7(built: House) -> None:
    built.change("enabled = false", "enabled = true")
    built.change("max_changes = 5000", "max_changes = 3")
    ended = built.cli("run", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.PLAN_REFUSED
    plan = built.folder / "plan.json"
    assert built.cli("plan", "-c", str(built.config), "-o", str(plan)).returncode == 0
    assert json.loads(plan.read_bytes())["summary"]["changes"] > 3
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q")
    assert ended.returncode == ExitCode.PLAN_REFUSED
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q", "--max-changes", "5000")
    assert ended.returncode == 0, ended.stderr
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q", "--max-changes", "5000")
    assert ended.returncode == ExitCode.PLAN_REFUSED
    assert "new plan" in ended.stderr


def test_a_plan_changes_nothing_and_its_exit_code_can_tell_that_there_are_changes(built: House) -> None:
    built.run()
    built.sandbox.server.log.clear()
    assert built.cli("plan", "-c", str(built.config), "--detailed-exitcode").returncode == 10
    assert not [r for r in built.sandbox.server.log if r.method in ("PUT", "DELETE")]


def test_apply_is_refused_while_write_back_is_off(built: House) -> None:
    built.run()
    ended = built.cli("apply", "-c", str(built.config), "--yes", "-q")
    assert ended.returncode == ExitCode.CONFIGURATION
    assert "enabled = true" in ended.stderr


def test_findings_at_or_above_a_severity_end_with_1(built: House) -> None:
    assert built.cli("run", "-q", "-c", str(built.config), "--fail-on", "critical").returncode == ExitCode.FINDINGS
    assert built.cli("check", "-q", "-c", str(built.config), "--fail-on", "never").returncode == ExitCode.DONE


def test_no_secret_is_in_anything_that_a_run_prints_or_leaves(built: House) -> None:
    ended = built.cli("run", "-c", str(built.config), "--debug")
    said = (ended.stdout + ended.stderr).encode()
    left = [p for p in built.folder.rglob("*") if p.is_file() and p.name not in ("jira-token", "pwa-password")]
    for secret in (b"sandbox-token", b"sandbox-password"):
        assert secret not in said
        assert not [p.name for p in left if secret in p.read_bytes()]
