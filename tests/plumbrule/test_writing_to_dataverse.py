"""State and score in own columns of Planner Premium, in whole runs against the pretend company's environment."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from house import with_compiled_rules
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.errors import ExitCode
from sandbox.company import build
from sandbox.company.fill_premium import fill_dataverse
from sandbox.company.premium import with_premium
from sandbox.dataverse import Caller, Column, DataverseSite, routes
from sandbox.dataverse.routes import TOKEN
from sandbox.dataverse.site import SERVICE_USER, Row
from sandbox.http import Server

WRITE = '[sources.premium.write]\nstate_column = "pb_state"\nscore_column = "pb_score"\n'
COLOURS = {100_000_000: "Red", 100_000_001: "Amber", 100_000_002: "Green", 100_000_003: "n/a"}


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers = []


@pytest.fixture(scope="module")
def grown():
    return with_premium(build(seed=7))


@pytest.fixture
def site(grown) -> DataverseSite:
    site = DataverseSite()
    fill_dataverse(grown[0], grown[1].plans, site)
    site.add_column("msdyn_projects", Column("pb_verdict", "choice", labels=((1, "Plumb"), (2, "Leans"))))
    site.add_column("msdyn_projects", Column("pb_words", "text", length=3))
    return site


@pytest.fixture
def server(site: DataverseSite) -> Iterator[Server]:
    with Server(routes(site)) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def config(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET", TOKEN)
    with_compiled_rules(tmp_path)

    def write(more: str = WRITE, enabled: str = "true") -> Path:
        path = tmp_path / "plumbrule.toml"
        path.write_text(
            f'[sources.premium]\nkind = "dataverse"\nurl = "{server.url}"\nrequests_per_second = 100\n'
            'auth = { type = "bearer", token = "env:SECRET" }\nfields = { initiative_key = "pb_initiativekey" }\n'
            f'{more}\n[writeback]\nenabled = {enabled}\n[store]\nfolder = "store"\n',
            encoding="utf-8",
        )
        return path

    return write


def cli(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def patches(server: Server) -> list[str]:
    return [one.path for one in server.log if one.method != "GET"]


def projects(site: DataverseSite) -> list[Row]:
    return list(site.rows["msdyn_projects"].values())


def test_a_run_writes_state_and_score_once_and_a_second_run_nothing(site, server, config):
    path = config()
    first = cli("run", "-q", "-c", path)
    assert first.exit_code == 0, first.output
    assert len(projects(site)) == 3
    for row in projects(site):
        assert row["pb_state"] in COLOURS
        assert 0 <= row["pb_score"] <= 100
    written = patches(server)
    assert len(written) == 3, "one for each project"
    second = cli("run", "-q", "-c", path)
    assert second.exit_code == 0, second.output
    assert patches(server) == written
    assert cli("plan", "-c", path).output.startswith("Nothing to write")


def test_a_plan_shows_what_would_stand_and_apply_writes_just_that(site, server, config):
    path = config(enabled="false")
    assert cli("run", "-q", "-c", path).exit_code == 0
    plan = cli("plan", "-c", path)
    assert "premium: fields (6)" in plan.output
    assert "+ project Field Service Renewal: pb_state = " in plan.output
    assert patches(server) == []
    applied = cli("apply", "--yes", "-c", config())
    assert applied.exit_code == 0, applied.output
    assert len(patches(server)) == 3
    shown = {line.split("pb_state = ")[1].strip() for line in plan.output.splitlines() if "pb_state = " in line}
    assert {COLOURS[row["pb_state"]] for row in projects(site)} == shown


def test_nothing_but_the_named_columns_of_projects_is_ever_sent(site, server, config):
    cli("run", "-q", "-c", config())
    sent = [one for one in server.log if one.method != "GET"]
    assert {tuple(sorted(one.document)) for one in sent} == {("pb_score", "pb_state")}
    assert {one.headers["if-match"] for one in sent} == {"*"}
    assert all("/msdyn_projects(" in one.path for one in sent)


def test_what_somebody_else_wrote_is_left_and_told(site, config):
    mine = projects(site)[0]
    mine["pb_score"] = 7
    ended = cli("run", "-q", "-c", config())
    assert ended.exit_code == ExitCode.PARTIAL
    assert "which we did not write" in ended.output
    assert mine["pb_score"] == 7
    assert {row["pb_score"] is None for row in projects(site)} == {False}


@pytest.mark.parametrize("less", ["", '[sources.premium.write]\nscore_column = "pb_score"\n'], ids=["all", "state"])
def test_what_is_switched_off_is_cleared(site, config, less):
    cli("run", "-q", "-c", config())
    ended = cli("run", "-q", "-c", config(more=less))
    assert ended.exit_code == 0, ended.output
    assert {row["pb_state"] for row in projects(site)} == {None}
    assert {row["pb_score"] is None for row in projects(site)} == {not less}


def test_a_column_that_is_gone_took_its_values_along(site, server, config):
    cli("run", "-q", "-c", config())
    table = site.tables["msdyn_projects"]
    kept = tuple(c for c in table.columns if c.name != "pb_state")
    site.tables["msdyn_projects"] = type(table)(
        table.entity_set, table.logical, table.key, table.title, kept, table.scheduled, table.owned
    )
    ended = cli("run", "-q", "-c", config(more='[sources.premium.write]\nscore_column = "pb_score"\n'))
    assert ended.exit_code == 0, ended.output
    assert cli("plan", "-c", config(more='[sources.premium.write]\nscore_column = "pb_score"\n')).output.startswith(
        "Nothing to write"
    )


def test_an_account_that_may_not_write_is_told_so_before_anything_is_sent(site, server, config, monkeypatch):
    site.admit("reads only", Caller(SERVICE_USER, writes=False))
    monkeypatch.setenv("SECRET", "reads only")
    path = config()
    ended = cli("run", "-q", "-c", path)
    assert ended.exit_code == ExitCode.PARTIAL
    assert "the right to write msdyn_project" in ended.output
    assert patches(server) == []
    told = cli("doctor", "-c", path)
    assert "the right to write msdyn_project" in told.output


def test_the_doctor_looks_for_the_columns(config):
    told = cli(
        "doctor", "-c", config(more='[sources.premium.write]\nstate_column = "pb_state"\nscore_column="pb_skore"\n')
    )
    assert "the field 'pb_state' of projects: there" in told.output
    assert "missing: a column pb_skore on the table msdyn_project" in told.output
    assert told.exit_code == ExitCode.PARTIAL


def test_a_choice_without_the_colours_and_a_text_that_is_too_short_are_met(site, config):
    verdict = '[sources.premium.write]\nstate_column = "pb_verdict"\n'
    ended = cli("run", "-q", "-c", config(more=verdict))
    assert ended.exit_code == ExitCode.PARTIAL
    assert "pb_verdict has no choice" in ended.output
    assert cli("run", "-q", "-c", config(more='[sources.premium.write]\nstate_column = "pb_words"\n')).exit_code == 0
    assert {len(str(row["pb_words"])) for row in projects(site)} == {3}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "name `state_column`, `score_column` or both"),
        ('state_column = "msdyn_comments"', "is Microsoft's"),
        ('state_column = "pb_a"\nscore_column = "PB_A"', "a column each"),
    ],
)
def test_a_table_that_cannot_be_meant_is_a_mistake(config, table, words):
    ended = cli("config", "check", "-c", config(more=f"[sources.premium.write]\n{table}\n"))
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert words in ended.output
