"""What is no mistake and yet not what somebody may expect."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from plumbrule.checking import check_everything
from plumbrule.config_file import load_settings
from plumbrule.notes import on_configuration, on_owners, on_plan
from plumbrule.settings import Settings
from portfolio.ports import Change, Mark
from reports.plan import Plan
from rules.load import load_rules

JIRA = """\
[sources.jira]
kind = "jira_cloud"
url = "https://acme.example"
email = "bot@acme.example"
token = "file:token"
"""
FILES = '[sources.exports]\nkind = "mspdi"\npath = "plans/*.xml"\n'


def written(folder: Path, text: str) -> Path:
    (folder / "token").write_text("t0ken", encoding="utf-8")
    config = folder / "plumbrule.toml"
    config.write_text(text, encoding="utf-8")
    return config


def settings(folder: Path, text: str) -> Settings:
    return load_settings(written(folder, text), {}).settings


@pytest.mark.parametrize(
    ("text", "noted", "planning"),
    [
        (JIRA, False, True),
        (JIRA + "[writeback]\nenabled = true\n", True, True),
        (JIRA + '[writeback]\nmarks = ["remote_link"]\n', True, True),
        (JIRA + '[writeback]\nmarks = ["property"]\n', False, False),
        (JIRA + '[writeback]\nenabled = true\nreport_url = "https://pmo.example"\n', False, False),
        (FILES + '[writeback]\nmarks = ["remote_link"]\n', False, False),
    ],
    ids=["by default", "allowed", "asked for", "not among the marks", "with an address", "nowhere to link from"],
)
def test_links_without_an_address_of_the_report_are_noted(
    tmp_path: Path, text: str, noted: bool, planning: bool
) -> None:
    found = settings(tmp_path, text)
    assert bool(list(on_configuration(found))) is noted
    assert bool(list(on_configuration(found, planning=True))) is planning


def test_config_check_tells_it_once_and_is_content(tmp_path: Path) -> None:
    told = check_everything(written(tmp_path, JIRA + '[writeback]\nmarks = ["remote_link"]\n'))
    assert told.count("note[config.no_report_url]") == 1
    assert "= help: Add `report_url`" in told
    assert told.splitlines()[-1].endswith("Next: plumbrule run")


def plan(changes: int, deferred: int = 0) -> Plan:
    marks = [Mark("property", "jira", "item", str(n), "plumbrule", {}) for n in range(changes)]
    made = tuple(Change("create", mark, "h") for mark in marks)
    return Plan(datetime(2026, 11, 23, tzinfo=UTC), made, "", "", deferred)


@pytest.mark.parametrize(("changes", "deferred", "noted"), [(2, 0, False), (3, 0, True), (1, 2, True)])
def test_a_plan_that_apply_would_refuse_says_so(tmp_path: Path, changes: int, deferred: int, noted: bool) -> None:
    found = settings(tmp_path, JIRA + "[writeback]\nmax_changes = 2\n")
    notes = [note.render() for note in on_plan(plan(changes, deferred), found)]
    assert bool(notes) is noted
    if noted:
        assert notes == [
            "note[plan.size]: `plumbrule apply` will refuse it: the plan has 3 changes; at most 2 are allowed\n"
            "  = help: Look at the plan, then allow it with --max-changes 3. "
            "`max_changes` in [writeback] allows so many in every run."
        ]


def test_an_owner_for_a_role_that_no_rule_has_is_noted_with_the_nearest(tmp_path: Path) -> None:
    config = tmp_path / "plumbrule.toml"
    config.write_text('[rules.owners]\npmo_led = "Ada"\nadministrator = "Grace"\n', encoding="utf-8")
    [note] = on_owners(load_settings(config).settings, load_rules())
    assert note.code == "config.unknown_role" and "`pmo_led`" in note.what and "pmo_lead" in note.remedy
