"""What goes wrong outside is told with a remedy and a stable exit code; the rest still runs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from house import House, house, small_company
from typer.testing import CliRunner

from connectors import jira
from connectors.jira.cloud.reader import JiraConnector
from plumbrule.app import open_app
from plumbrule.cli import main
from plumbrule.console import Reporter
from plumbrule.summary import Summary
from portfolio.errors import ExitCode
from sandbox.faults import half_json, reset, too_many_requests
from sandbox.serve import Sandbox


@contextmanager
def small_house(folder: Path) -> Iterator[House]:
    with house(folder, Sandbox(company=small_company())) as fresh:
        fresh.change("enabled = true", "enabled = false")
        fresh.change('languages = ["en", "zh-Hans"]', 'languages = ["en"]')
        yield fresh


@pytest.fixture
def built(tmp_path: Path) -> Iterator[House]:
    with small_house(tmp_path) as fresh:
        yield fresh


Ran = tuple[House, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """A house after one run that is told in full; tests leave it as it is."""
    with small_house(tmp_path_factory.mktemp("ran")) as made:
        words = ("--debug", "--format", "json", "--fail-on", "critical")
        yield made, made.cli("run", "-c", str(made.config), *words)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """A run that meets a malformed record, in a house whose configuration joins what is not there."""
    with small_house(tmp_path_factory.mktemp("troubled")) as made:
        issue = next(iter(made.sandbox.jira.issues.values()))
        story_points = made.sandbox.jira.custom_fields["Story Points"]
        issue.custom[story_points.id] = {"unexpected": ["shape"]}
        made.change('"jira:SUPQ"', '"jira:SUPP"')
        yield made, made.cli("run", "-q", "-c", str(made.config))


def pulled(built: House) -> Summary:
    with open_app(built.config, with_rules=False) as app:
        return app.pull(Reporter())


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
    summary = pulled(built)
    assert summary.exit_code("never") == ExitCode.PARTIAL
    assert "versions of" in summary.as_text()


def test_findings_are_kept_open_while_their_source_fails(built: House) -> None:
    before = built.run()
    (built.folder / "jira-token").write_text("wrong", encoding="utf-8")
    after = built.run()
    assert after.resolved == 0
    assert len(after.findings) >= len(before.findings)


def test_a_malformed_record_is_kept_counted_and_shown(troubled: Ran) -> None:
    built, ended = troubled
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


def test_a_self_test_of_an_own_rule_that_fails_is_told_by_config_check(built: House) -> None:
    page = (Path(__file__).parents[2] / "docs" / "writing-rules.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[2].split("```")[0]
    (built.folder / "own-rules").mkdir()
    own = built.folder / "own-rules" / "own.toml"
    built.change("[report]", '[rules]\nfolders = ["own-rules"]\n\n[report]')
    own.write_text(example, encoding="utf-8")
    assert built.cli("config", "check", "-c", str(built.config)).returncode == 0
    own.write_text(example.replace('outcome = "fail"', 'outcome = "pass"'), encoding="utf-8")
    ended = built.cli("config", "check", "-c", str(built.config))
    assert ended.returncode == ExitCode.CONFIGURATION
    assert "OWN-01" in ended.stderr


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


def test_a_join_that_names_nothing_is_shown_in_the_file_and_the_rest_goes_on(troubled: Ran) -> None:
    built, ended = troubled
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
    assert pulled(built).exit_code("never") == ExitCode.DONE


@pytest.mark.usefixtures("impatient")
def test_connections_that_break_are_tried_again(built: House) -> None:
    built.sandbox.server.inject(reset(), times=2, path="/rest/api/3/search/jql")
    assert pulled(built).exit_code("never") == ExitCode.DONE


def test_a_plan_that_is_too_large_or_out_of_date_is_refused_with_7(built: House) -> None:
    built.change("enabled = false", "enabled = true")
    built.change("max_changes = 5000", "max_changes = 3")
    ended = built.cli("run", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.PLAN_REFUSED
    assert "--max-changes" in ended.stdout
    assert built.page()["projects"], "the page is there although the writes were refused"
    plan = built.folder / "plan.json"
    planned = built.cli("plan", "-c", str(built.config), "-o", str(plan))
    assert planned.returncode == ExitCode.DONE, "a plan is a plan, however large"
    assert "note[plan.size]: `plumbrule apply` will refuse it" in planned.stdout
    assert "--max-changes" in planned.stdout
    assert json.loads(plan.read_bytes())["summary"]["changes"] > 3
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q")
    assert ended.returncode == ExitCode.PLAN_REFUSED
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q", "--max-changes", "5000")
    assert ended.returncode == 0, ended.stderr
    ended = built.cli("apply", str(plan), "-c", str(built.config), "--yes", "-q", "--max-changes", "5000")
    assert ended.returncode == ExitCode.PLAN_REFUSED
    assert "new plan" in ended.stderr


def test_a_plan_changes_nothing_and_its_exit_code_can_tell_that_there_are_changes(ran: Ran) -> None:
    built, _ = ran
    built.sandbox.server.log.clear()
    assert built.cli("plan", "-c", str(built.config), "--detailed-exitcode").returncode == 10
    assert not [r for r in built.sandbox.server.log if r.method in ("PUT", "DELETE")]


def test_apply_is_refused_while_write_back_is_off(ran: Ran) -> None:
    built, _ = ran
    ended = built.cli("apply", "-c", str(built.config), "--yes", "-q")
    assert ended.returncode == ExitCode.CONFIGURATION
    assert "enabled = true" in ended.stderr


def test_a_source_that_stops_the_writes_leaves_the_page_and_goes_on_next_time(built: House) -> None:
    built.change("enabled = false", "enabled = true")
    built.sandbox.server.inject(too_many_requests("1847", None), times=1, method="PUT", path="/issue/")
    summary = built.run()
    assert summary.exit_code("never") == ExitCode.REMOTE
    assert "Run again" in summary.as_text()
    assert built.page()["projects"]
    for applied in (summary.written.planned if summary.written else 0, 0):  # the pause ends with the process
        ended = built.cli("run", "-q", "-c", str(built.config), "--format", "json")
        assert ended.returncode == ExitCode.DONE, ended.stderr
        writes = json.loads(ended.stdout)["writes"]
        assert (writes["planned"], writes["applied"]) == (applied, applied)


def test_a_source_that_is_no_longer_configured_leaves_the_portfolio(built: House) -> None:
    whole = built.run()
    text = built.config.read_text(encoding="utf-8")
    without = text[: text.index("[sources.plans]")] + text[text.index("[report]") :]
    built.config.write_text(without, encoding="utf-8")
    rest = built.run()
    page = built.page()
    assert [s["name"] for s in page["sources"]] == ["jira"]
    assert all(p["budget"] is None for p in page["projects"])
    assert rest.exit_code("never") == ExitCode.DONE
    built.config.write_text(text, encoding="utf-8")
    assert built.run().computed == whole.computed


def test_words_outside_a_closed_list_are_refused_before_anything_runs(built: House) -> None:
    for words in (["--fail-on", "hgih"], ["--format", "xml"]):
        assert built.cli("run", "-c", str(built.config), *words).returncode == ExitCode.CONFIGURATION
    assert not list(built.sandbox.server.log)


def test_results_for_machines_are_json(ran: Ran) -> None:
    told = json.loads(ran[1].stdout)
    assert told["format"] == "plumbrule.summary/1"
    assert told["writes"]["planned"] > 0


def test_a_bug_in_one_source_leaves_a_crash_file_without_data_and_the_others_go_on(
    built: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError("an issue titled Secret merger")

    monkeypatch.setattr(JiraConnector, "pull", broken)
    ended = CliRunner().invoke(main, ["pull", "-q", "-c", str(built.config)])
    assert ended.exit_code == ExitCode.INTERNAL
    [file] = (built.folder / "store").glob("plumbrule-crash-*.txt")
    assert str(file) in ended.output
    crash = file.read_text(encoding="utf-8")
    assert "LookupError" in crash
    assert "Secret merger" not in crash
    assert "plans      complete" in ended.stdout


def test_a_file_in_the_way_is_named(ran: Ran) -> None:
    built, _ = ran
    ended = built.cli("plan", "-c", str(built.config), "-o", str(built.folder))
    assert ended.returncode == ExitCode.CONFIGURATION
    assert str(built.folder) in ended.stderr


def test_nothing_can_be_planned_or_reported_before_the_first_run(built: House) -> None:
    for command in ("plan", "report"):
        ended = built.cli(command, "-c", str(built.config))
        assert ended.returncode == ExitCode.CONFIGURATION
        assert "plumbrule run" in ended.stderr


def test_a_built_in_rule_is_explained_without_any_configuration(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plumbrule.cli", "explain", "BUD-03", "-c", str(tmp_path / "absent.toml")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "evm" in ended.stdout


def test_findings_at_or_above_a_severity_end_with_1(ran: Ran) -> None:
    built, ended = ran
    assert ended.returncode == ExitCode.FINDINGS
    assert built.cli("check", "-q", "-c", str(built.config), "--fail-on", "never").returncode == ExitCode.DONE


def test_no_secret_is_in_anything_that_a_run_prints_or_leaves(ran: Ran) -> None:
    built, ended = ran
    assert "http.answered" in ended.stderr, "everything was told"
    said = (ended.stdout + ended.stderr).encode()
    left = [p for p in built.folder.rglob("*") if p.is_file() and p.name not in ("jira-token", "pwa-password")]
    for secret in (b"sandbox-token", b"sandbox-password"):
        assert secret not in said
        assert not [p.name for p in left if secret in p.read_bytes()]


def test_a_pull_alone_counts_the_projects_of_the_tools(built: House) -> None:
    ended = built.cli("pull", "-q", "-c", str(built.config))
    assert ended.returncode == ExitCode.DONE, ended.stderr
    assert "portfolio  6 projects," in ended.stdout
    assert "people" not in ended.stdout
