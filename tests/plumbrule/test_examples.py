"""examples/: each configuration loads as it stands, and runs against the pretend company."""

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from house import small_company, with_compiled_rules

from plumbrule.app import open_app
from plumbrule.config_file import load_settings
from plumbrule.console import Reporter
from portfolio.errors import ExitCode
from sandbox.company import build
from sandbox.pwa.dump import write_dump
from sandbox.serve import DATAVERSE_TOKEN, JIRA_EMAIL, JIRA_TOKEN, PWA_PASSWORD, Sandbox, retired_site
from sandbox.tables import write_tables

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/plumbrule.toml"))
SECRETS = {"JIRA_TOKEN": JIRA_TOKEN, "PWA_PASSWORD": PWA_PASSWORD, "DATAVERSE_SECRET": DATAVERSE_TOKEN}


@dataclass(frozen=True)
class Tried:
    """An example's folder after a run."""

    folder: Path
    sandbox: Sandbox
    sources: dict[str, str]

    def asked(self, sql: str, file: str = "snapshots/latest.duckdb") -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "store" / file), read_only=True) as connection:
            return connection.sql(sql).fetchall()

    def parts(self, initiative: str) -> list[tuple[Any, ...]]:
        sql = (
            "SELECT p.source, m.role FROM initiative_project m JOIN project p ON p.id = m.project_id"
            f" JOIN initiative i ON i.id = m.initiative_id WHERE i.key = '{initiative}' ORDER BY ALL"
        )
        return self.asked(sql, "portfolio.duckdb")


@contextmanager
def tried(name: str, folder: Path, sandbox: Sandbox, prepare: Callable[[Path], None] | None = None) -> Iterator[Tried]:
    """The example with the pretend company's addresses, day and accounts in place of its own, after a run."""
    there = folder / name
    shutil.copytree(EXAMPLES / name, there)
    if not (there / "rules").exists():
        with_compiled_rules(there)
    with sandbox:
        config = there / "plumbrule.toml"
        config.write_text(at_the_company(config.read_text(encoding="utf-8"), sandbox), encoding="utf-8")
        if prepare:
            prepare(there)
        with pytest.MonkeyPatch.context() as patch:
            for key, value in SECRETS.items():
                patch.setenv(key, value)
            with open_app(config, kept=True) as app:
                summary = app.run(Reporter())
        assert summary.exit_code("never") == ExitCode.DONE, summary.as_text()
        yield Tried(there, sandbox, {s.source: s.outcome for s in summary.pulled.sources})


def at_the_company(text: str, sandbox: Sandbox) -> str:
    changes = {
        "https://your-site.atlassian.net": sandbox.jira_url,
        "https://jira.example.com": sandbox.jira_url,
        "https://projects.example.com/pwa": sandbox.pwa_url,
        "https://your-org.crm4.dynamics.com": sandbox.jira_url,
        "pmo-bot@example.com": JIRA_EMAIL,
        "contoso_initiative": "pb_initiativekey",
        'timezone = "Europe/Berlin"\n': 'timezone = "Europe/Berlin"\nas_of = 2026-11-23T06:00:00Z\n',
    }
    for old, new in changes.items():
        text = text.replace(old, new, 1 if "timezone" in old else -1)
    bearer = 'auth = { type = "bearer", token = "env:DATAVERSE_SECRET" }'  # the pretend environment knows no tenant
    return re.sub(r'auth = \{ type = "client_.*', bearer, text)


def test_there_are_five_and_each_tells_of_itself() -> None:
    assert len(NAMES) == 5
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"({name}/README.md)" in listed
        told = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
        assert len(told.splitlines()) <= 12
        text = (EXAMPLES / name / "plumbrule.toml").read_text(encoding="utf-8")
        for secret in re.findall(r"env:(\w+)", text):
            assert f"`{secret}`" in told, f"{name} does not name {secret}"


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_as_it_stands(name: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / name, tmp_path / name)
    (tmp_path / name / "app.pem").write_text("x", encoding="utf-8")
    loaded = load_settings(tmp_path / name / "plumbrule.toml", SECRETS)
    assert set(loaded.settings.sources) == set(
        tomllib.loads((EXAMPLES / name / "plumbrule.toml").read_text())["sources"]
    )
    assert not loaded.settings.writeback.enabled


@pytest.mark.slow
def test_jira_cloud_alone_with_a_rule_of_its_own(tmp_path: Path) -> None:
    with tried("jira-cloud", tmp_path, Sandbox(company=small_company())) as there:
        assert there.sources == {"jira": "complete"}
        assert {path.name for path in (there.folder / "report").glob("*.html")} == {
            "portfolio.en.html",
            "portfolio.zh-Hans.html",
        }
        told = there.asked(
            "SELECT DISTINCT regexp_extract(message, 'the limit is .*') FROM findings WHERE rule_id = 'OWN-01'"
        )
        assert told == [("the limit is 100.",)], "the pack says 80, the configuration 100"


@pytest.mark.slow
def test_data_center_counts_the_time_of_tempo(tmp_path: Path) -> None:
    sandbox = Sandbox(company=small_company(), books_in_tempo=True, edition="data_center")
    with tried("jira-data-center-tempo", tmp_path, sandbox) as there:
        assert there.sources == {"jira": "complete", "tempo": "complete"}
        assert there.asked("SELECT DISTINCT split_part(entry_id, ':', 1) FROM time_entries") == [("tempo",)]
        assert there.asked("SELECT count(*) FROM rule_result WHERE rule_id = 'BUD-01'") == [(0,)]


@pytest.mark.slow
def test_plans_of_project_server_and_jira_projects_are_one_line_under_policy(tmp_path: Path) -> None:
    with tried("project-server-jira", tmp_path, Sandbox(company=small_company())) as there:
        assert there.sources == {"jira": "complete", "plans": "complete"}
        for key in ("INI-05", "INI-11", "INI-12"):
            assert there.parts(key) == [("jira", "current"), ("plans", "current")]
        assert there.asked("SELECT count(*) FROM evm WHERE cpi IS NOT NULL")[0][0] > 0


@pytest.mark.slow
def test_planner_premium_takes_its_budgets_from_a_workbook(tmp_path: Path) -> None:
    sandbox = Sandbox(company=small_company(), dataverse=True)

    def prepare(there: Path) -> None:
        (there / "budgets").mkdir()
        write_tables(build(), there / "written")
        shutil.move(there / "written" / "budget.xlsx", there / "budgets" / "approved-2026.xlsx")

    with tried("planner-premium-budgets", tmp_path, sandbox, prepare) as there:
        assert there.sources == {"finance": "complete", "jira": "complete", "planner": "complete"}
        assert there.parts("INI-16") == [("jira", "current"), ("planner", "current")]
        assert there.asked("SELECT count(*) > 0 FROM budget_lines WHERE origin LIKE 'budgets/approved-2026.xlsx%'") == [
            (True,)
        ]
        assert (there.folder / "report" / "portfolio.en.xlsx").exists()


@pytest.mark.slow
def test_a_saved_project_online_is_the_history_of_its_successor(tmp_path: Path) -> None:
    sandbox = Sandbox(company=small_company(), dataverse=True)

    def prepare(there: Path) -> None:
        write_dump(retired_site(small_company()), there / "dumps" / "project-online")

    with tried("project-online-history", tmp_path, sandbox, prepare) as there:
        assert set(there.sources.values()) == {"complete"}
        assert there.parts("INI-16") == [("jira", "current"), ("online", "history"), ("planner", "current")]
