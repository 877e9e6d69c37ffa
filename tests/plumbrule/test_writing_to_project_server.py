"""State and score in fields of Project Server, in whole runs: planned, written once, cleared when switched off."""

import logging
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import responses
import structlog
from house import with_compiled_rules
from typer.testing import CliRunner

from plumbrule.cli import main
from portfolio.errors import ExitCode
from tests.connectors.pwa_drafts import SCORE, STATE, FakeDrafts
from tests.connectors.pwa_site import P1, P2, URL, FakePwa, project, task

WRITE = '[sources.plans.write]\nstate_field = "PMO state"\nscore_field = "PMO score"\n'


class Site:
    """Both halves of a site: what is read, and drafts."""

    def __init__(self) -> None:
        self.data = FakePwa({"Projects": [project(), project(P2)], "Resources": [], "Tasks": [task()]})
        self.drafts = FakeDrafts({P1: {}, P2: {}})

    def install(self, mock: responses.RequestsMock) -> "Site":
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(re.escape(f"{URL}/_api/") + ".*"), callback=self._answer)
        return self

    def _answer(self, request):
        path = unquote(urlsplit(request.url).path)
        of_plans = path.endswith(("/TaskLinks", "/Tasks"))
        return (self.data if "/ProjectData/" in path or of_plans else self.drafts)._answer(request)


@pytest.fixture(autouse=True)
def quiet_afterwards():
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers = []


@pytest.fixture
def site():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Site().install(mock)


@pytest.fixture
def config(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SECRET", "geheim")
    with_compiled_rules(tmp_path)

    def write(more: str = WRITE, enabled: str = "true") -> Path:
        path = tmp_path / "plumbrule.toml"
        path.write_text(
            f'[sources.plans]\nkind = "pwa"\nurl = "{URL}"\n'
            'auth = { type = "basic", user = "svc", password = "env:SECRET" }\nrequests_per_second = 100\n'
            f'{more}\n[writeback]\nenabled = {enabled}\n[store]\nfolder = "store"\n',
            encoding="utf-8",
        )
        return path

    return write


def cli(*words: object):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_run_writes_state_and_score_once_and_a_second_run_nothing(site, config):
    path = config()
    first = cli("run", "-q", "-c", path)
    assert first.exit_code == 0, first.output
    standing = site.drafts.values[P1]
    assert standing[STATE] in ("Red", "Amber", "Green", "n/a")
    assert 0 <= int(standing[SCORE]) <= 100
    assert set(site.drafts.values[P2]) == {STATE, SCORE}
    assert site.drafts.held == {}
    posts = list(site.drafts.posts)
    assert posts.count("checkOut") == 2, "one check-out a project"
    second = cli("run", "-q", "-c", path)
    assert second.exit_code == 0
    assert site.drafts.posts == posts
    assert cli("plan", "-c", path).output.startswith("Nothing to write")


def test_a_plan_shows_what_would_stand_and_writes_nothing_while_it_is_off(site, config):
    path = config(enabled="false")
    assert cli("run", "-q", "-c", path).exit_code == 0
    plan = cli("plan", "-c", path)
    assert "plans: fields (4)" in plan.output
    assert re.search(r"\+ project Project 1: PMO state = (Red|Amber|Green|n/a)", plan.output)
    assert re.search(r"\+ project Project 1: PMO score = \d+", plan.output)
    assert site.drafts.posts == []


def test_without_the_table_nothing_is_planned(site, config):
    path = config(more="")
    assert cli("run", "-q", "-c", path).exit_code == 0
    assert cli("plan", "-c", path).output.startswith("Nothing to write")
    assert site.drafts.posts == []


def test_a_project_that_is_checked_out_is_told_and_written_by_the_run_after(site, config):
    path = config()
    site.drafts.held[P1] = "Ada Example"
    first = cli("run", "-q", "-c", path)
    assert first.exit_code == ExitCode.PARTIAL
    assert "checked out by Ada Example" in first.output
    assert site.drafts.values == {P1: {}, P2: site.drafts.values[P2]}
    assert site.drafts.values[P2]
    del site.drafts.held[P1]
    assert cli("run", "-q", "-c", path).exit_code == 0
    assert site.drafts.values[P1][STATE]


def test_fields_that_are_switched_off_are_cleared_where_they_can_be(site, config):
    cli("run", "-q", "-c", config())
    ended = cli("run", "-q", "-c", config(more='[sources.plans.write]\nscore_field = "PMO score"\n'))
    assert ended.exit_code == 0, ended.output
    assert {values[STATE] for values in site.drafts.values.values()} == {""}


def test_a_server_without_the_method_is_explained_and_the_run_is_partial(site, config):
    site.drafts.refuse["Draft/UpdateCustomFields()"] = (404, "Cannot find resource")
    ended = cli("run", "-q", "-c", config())
    assert ended.exit_code == ExitCode.PARTIAL
    assert "documents it for Project Online only" in ended.output
    assert site.drafts.held == {}


def test_the_doctor_looks_for_the_fields(site, config):
    path = config(more='[sources.plans.write]\nstate_field = "PMO state"\nscore_field = "PMO skore"\n')
    told = cli("doctor", "-c", path)
    assert "the field 'PMO state' of projects: there" in told.output
    assert "missing: an enterprise custom field 'PMO skore' of projects" in told.output
    assert told.exit_code == ExitCode.PARTIAL
    assert [p for p in site.drafts.posts if p != "contextinfo"] == []


def test_a_table_without_a_field_is_a_mistake_with_its_place(config):
    ended = cli("config", "check", "-c", config(more="[sources.plans.write]\npublish = true\n"))
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "name `state_field`, `score_field` or both" in ended.output
