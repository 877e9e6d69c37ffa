"""`plumbrule doctor`: each source looked at before a run does, for people, for machines and for the exit code."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from house import House, house, small_company
from typer.testing import CliRunner

from plumbrule.cli import main
from plumbrule.doctor import Health, as_text, examine, exit_code
from portfolio.errors import ExitCode
from portfolio.ports import Observation, Traffic
from sandbox.serve import Sandbox

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(company=small_company()) as running:
        yield running


@pytest.fixture
def built(tmp_path: Path, sandbox: Sandbox) -> House:
    with house(tmp_path, sandbox=_Running(sandbox)) as fresh:
        return fresh


class _Running:
    """A sandbox that runs for the whole module, lent to one house after the other."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __enter__(self) -> Sandbox:
        return self._sandbox

    def __exit__(self, *_: object) -> None:
        pass


def doctor(built: House, *words: str):
    return CliRunner().invoke(main, ["doctor", "-c", str(built.config), *words])


def told(health: Health) -> dict[str, str]:
    return {o.subject: o.found for o in health.observations}


def test_every_source_is_looked_at_and_nothing_is_written(built: House) -> None:
    before = sorted(built.folder.rglob("*"))
    found = examine(built.config, today=TODAY)
    assert [(h.source, h.kind) for h in found] == [("jira", "jira_cloud"), ("plans", "pwa")]
    assert exit_code(found) == ExitCode.DONE, as_text(found)
    assert "3 visible" in told(found[0])["projects"]
    assert "visible, all are read" in told(found[1])["projects"]
    assert sorted(built.folder.rglob("*")) == before


def of_write_back(health: Health) -> list[tuple[str, str]]:
    return [(o.state, o.found) for o in health.observations if o.subject == "write-back"]


def test_rights_to_write_are_looked_at_where_write_back_is_on(built: House, sandbox: Sandbox) -> None:
    assert "Edit issues" in told(examine(built.config, ["jira"], today=TODAY)[0])["permissions"]
    with without(sandbox, "LINK_ISSUES"):
        (health,) = examine(built.config, ["jira"], today=TODAY)
    assert health.exit_code == ExitCode.SIGN_IN
    assert "missing: Link issues" in told(health)["permissions"]


def test_rights_to_write_are_no_more_than_notes_while_write_back_is_off(built: House, sandbox: Sandbox) -> None:
    built.change("enabled = true", "enabled = false")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    assert told(health)["permissions"] == "Browse projects: held, at least somewhere"
    [(state, found)] = of_write_back(health)
    assert (state, found.startswith("permissions Administer projects, ")) == ("ok", True)
    with without(sandbox, "LINK_ISSUES"):
        (health,) = examine(built.config, ["jira"], today=TODAY)
    assert of_write_back(health) == [("note", "permissions missing: Link issues (needed once write-back is on)")]
    assert health.exit_code == ExitCode.DONE


@contextmanager
def without(sandbox: Sandbox, permission: str) -> Iterator[None]:
    sandbox.jira.granted.remove(permission)
    try:
        yield
    finally:
        sandbox.jira.granted.add(permission)


def test_one_source_can_be_looked_at_alone(built: House) -> None:
    ended = doctor(built, "plans")
    assert ended.exit_code == ExitCode.DONE
    assert ended.output.startswith("plans (pwa), ")
    assert "jira" not in ended.output


def test_a_source_that_is_not_configured_is_a_mistake(built: House) -> None:
    ended = doctor(built, "jria")
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "did you mean `jira`?" in ended.output


def test_a_refused_sign_in_ends_with_4_and_the_other_source_is_looked_at(built: House) -> None:
    (built.folder / "jira-token").write_text("wr0ng", encoding="utf-8")
    ended = doctor(built)
    assert ended.exit_code == ExitCode.SIGN_IN
    assert "FAIL  sign-in" in ended.output
    assert "= help:" in ended.output
    assert "plans (pwa)" in ended.output
    assert "wr0ng" not in ended.output


def test_a_token_that_expires_soon_is_a_warning_and_no_failure(built: House) -> None:
    built.change("[sources.jira]", "[sources.jira]\ntoken_expires_on = 2026-12-05")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    (token,) = [o for o in health.observations if o.subject == "token"]
    assert (token.state, token.found) == ("warning", "expires in 12 days (2026-12-05)")
    assert health.exit_code == ExitCode.DONE


@pytest.mark.parametrize(("day", "state"), [("2026-11-22", "warning"), ("2027-11-22", "ok")])
def test_a_token_that_has_time_is_fine_and_one_that_outlived_its_day_is_told(
    built: House, day: str, state: str
) -> None:
    built.change("[sources.jira]", f"[sources.jira]\ntoken_expires_on = {day}")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    assert [o.state for o in health.observations if o.subject == "token"] == [state]


def test_machines_get_the_same(built: House) -> None:
    ended = doctor(built, "--json")
    body = json.loads(ended.output)
    assert body["format"] == "plumbrule.doctor/1"
    assert body["exit_code"] == ended.exit_code == 0
    (jira, plans) = body["sources"]
    assert (jira["source"], jira["kind"]) == ("jira", "jira_cloud")
    assert {"subject", "state", "found", "remedy"} == set(plans["observations"][0])
    assert jira["traffic"]["requests"] == sum(jira["traffic"]["by_endpoint"].values()) > 0


def test_the_gravest_failure_decides_the_exit_code() -> None:
    def source(*codes: ExitCode) -> Health:
        seen = tuple(Observation("x", "failed", "y", exit_code=code) for code in codes)
        return Health("s", "k", (Observation("x", "warning", "z"), *seen), Traffic())

    assert exit_code([source()]) == ExitCode.DONE
    assert exit_code([source(ExitCode.REMOTE), source(ExitCode.SIGN_IN)]) == ExitCode.SIGN_IN
    assert source().state == "warning"


def test_files_are_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "plan.xml").write_text("<Project/>", encoding="utf-8")
    config = tmp_path / "plumbrule.toml"
    config.write_text('[sources.exports]\nkind = "mspdi"\npath = "*.xml"\n', encoding="utf-8")
    (health,) = examine(config, today=TODAY)
    assert "1 plans; the newest is plan.xml" in told(health)["files"]
    assert not [o for o in health.observations if o.subject in ("token", "clock", "limits")]


_NAMED = 'field = "PMO findings"\nfinding_issues = { project = "NOPE" }\n'


def test_the_field_and_the_project_that_are_written_to_are_looked_for(built: House) -> None:
    built.change("[writeback]\n", f"[writeback]\n{_NAMED}")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    failed = [o for o in health.observations if o.subject == "write-back"]
    assert [o.state for o in failed] == ["failed", "failed"]
    assert "a project NOPE that the account may see" in failed[0].found
    assert "a custom field 'PMO findings'" in failed[1].found
    assert health.exit_code == ExitCode.PARTIAL


def test_a_field_and_a_project_that_are_there_are_told(built: House, sandbox: Sandbox) -> None:
    sandbox.jira.add_custom_field("PMO traffic light", "select", ["Critical", "High"])
    key = next(iter(sandbox.jira.projects.values())).key
    named = _NAMED.replace("PMO findings", "PMO traffic light").replace("NOPE", key)
    built.change("[writeback]\n", f"[writeback]\n{named}")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    there = [o.found for o in health.observations if o.subject == "write-back"]
    assert there == ["the field 'PMO traffic light': there", f"the project {key} for findings: there"]
    assert health.exit_code == ExitCode.DONE


def test_while_write_back_is_off_what_is_not_there_is_no_more_than_a_note(built: House) -> None:
    built.change("[writeback]\n", f"[writeback]\n{_NAMED}")
    built.change("enabled = true", "enabled = false")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    notes = [found for state, found in of_write_back(health) if state == "note"]
    assert ["NOPE" in notes[0], "PMO findings" in notes[1]] == [True, True]
    assert health.exit_code == ExitCode.DONE


def test_links_without_an_address_of_the_report_are_noted(built: House) -> None:
    built.change('report_url = "https://reports.meridian.example/portfolio.html"\n', "")
    (health,) = examine(built.config, ["jira"], today=TODAY)
    [note] = [o for o in health.observations if o.state == "note" and o.subject == "write-back"]
    assert "no `report_url` is configured" in note.found
    assert "Add `report_url`" in note.remedy
    assert health.exit_code == ExitCode.DONE
