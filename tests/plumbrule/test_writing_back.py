"""The ladder of flags in whole runs: every channel, nothing twice, nobody else's, and nothing left behind."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from house import House, house, small_company

from connectors import pacing
from plumbrule.app import open_app
from plumbrule.config_file import load_settings
from plumbrule.console import Reporter
from plumbrule.summary import Summary
from plumbrule.summary_lines import Written
from portfolio.errors import ConfigurationError, ExitCode
from reports.plan_file import save_plan
from sandbox.company import Company
from sandbox.faults import reset, too_many_requests
from sandbox.jira.records import Issue
from sandbox.serve import Sandbox

LADDER = """
marks = ["property", "remote_link", "label", "comment"]
field = "PMO findings"
waiver_request = "https://pmo.meridian.example/waivers"
finding_issues = { project = "PMO", least_severity = "high" }
"""
WRITES = ("PUT", "POST", "DELETE")
READING_POSTS = ("/search/jql", "/bulkfetch", "/worklog/list", "/approximate-count")


def one_project() -> Company:
    whole = small_company()
    kept = tuple(e for e in whole.endeavours if e.key == "INI-11")
    keys = {issue.key for e in kept for issue in e.tracker.issues}
    return replace(whole, endeavours=kept, links=tuple(x for x in whole.links if {x.source, x.target} <= keys))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Summary]]:
    """One project, every channel on, and what the first run said."""
    sandbox = Sandbox(company=one_project())
    sandbox.jira.add_project("PMO", "PMO office", lead=sandbox.jira.account)
    sandbox.jira.add_custom_field("PMO findings", "select", ["Critical", "High", "Medium", "Low"])
    with house(tmp_path_factory.mktemp("ladder"), sandbox) as made:
        made.change('marks = ["property", "remote_link", "label"]', LADDER.strip())
        text = made.config.read_text(encoding="utf-8")
        text = re.sub(r'\[initiatives."INI-12"\]\nprojects = .*\n|\[\[people\]\]\nsame = .*\n', "", text)
        made.config.write_text(text, encoding="utf-8")
        yield made, made.run()


@pytest.fixture
def built(ran: tuple[House, Summary]) -> Iterator[House]:
    """The same house with every flag standing, before and after the test."""
    made = ran[0]
    config, granted = made.config.read_text(encoding="utf-8"), set(made.sandbox.jira.granted)
    settle(made)
    yield made
    made.config.write_text(config, encoding="utf-8")
    made.sandbox.jira.granted = granted


def settle(built: House) -> Written:
    """Plan and apply, without pulling or judging again."""
    with open_app(built.config) as app:
        written = app.apply(app.plan(), Reporter()).written
    assert written is not None
    return written


@contextmanager
def ledger(built: House) -> Iterator[list[dict[str, Any]]]:
    """The ledger's rows, to be changed in place, as a run that was killed would have left them."""
    with open_app(built.config) as app:
        rows = app.store.rows("SELECT * FROM publication")
        yield rows
        app.store.put({"publication": rows}, replace=["publication"])


def states(built: House) -> set[str]:
    with ledger(built) as rows:
        return {row["state"] for row in rows}


def writes(built: House, since: int = 0) -> list[str]:
    log = list(built.sandbox.server.log)[since:]
    jira = [r for r in log if r.path.startswith("/rest/api/3/") and r.method in WRITES]
    return [f"{r.method} {r.path}" for r in jira if not r.path.endswith(READING_POSTS)]


def pmo_issues(built: House) -> list[Issue]:
    jira = built.sandbox.jira
    return [issue for issue in jira.issues.values() if jira.key_of(issue).startswith("PMO-")]


def others(built: House) -> list[Issue]:
    return [issue for issue in built.sandbox.jira.issues.values() if issue not in pmo_issues(built)]


def our_comments(built: House) -> list[int]:
    account = built.sandbox.jira.account
    return [sum(c.author == account for c in issue.comments) for issue in others(built)]


def test_every_channel_is_written_and_a_second_run_writes_nothing(ran: tuple[House, Summary]) -> None:
    built, first = ran
    assert first.written is not None
    assert first.exit_code("never") == ExitCode.DONE, [r.error for r in first.written.failed][:3]
    channels = {r.change.mark.channel for r in first.written.receipts}
    assert channels == {"property", "remote_link", "label", "field", "finding_issue", "comment"}
    jira = built.sandbox.jira
    flagged = next(r.change.mark.target for r in first.written.receipts if r.change.mark.channel == "comment")
    issue = jira.need_issue(int(flagged))
    assert len(issue.comments) == 1
    assert "Ask here" in str(issue.comments[0].body)
    assert issue.custom[jira.custom_fields["PMO findings"].id]["value"] in ("Critical", "High", "Medium", "Low")
    heavy = {row["id"] for row in first.findings if row["severity"] in ("critical", "high")}
    assert {label for one in pmo_issues(built) for label in one.labels} == {f"pmo-fp-{number}" for number in heavy}

    seen, before = len(built.sandbox.server.log), built.tables()["finding"]
    second = built.run()
    assert second.written is not None
    assert (second.written.planned, writes(built, seen)) == (0, [])
    assert built.tables()["finding"] == before, "our own edits are no sign of life, and no work to be judged"
    assert [p["ref"]["key"] for p in built.page()["projects"]] == ["INI-11"], "the PMO's project is none of them"


def test_a_run_killed_between_writing_and_receipt_writes_nothing_twice(built: House) -> None:
    issues, comments = len(pmo_issues(built)), our_comments(built)
    with ledger(built) as rows:
        for row in rows:
            row["state"] = "pending"
            row["remote_id"] = row["remote_id"] if row["channel"] == "field" else None
    written = settle(built)
    assert (written.planned >= 10, written.failed) == (True, [])
    assert (len(pmo_issues(built)), our_comments(built)) == (issues, comments)
    assert states(built) == {"done"}


def test_a_broken_answer_to_a_creation_makes_no_second_issue(built: House) -> None:
    issues = len(pmo_issues(built))
    gone = pmo_issues(built)[0]
    with ledger(built) as rows:
        rows[:] = [row for row in rows if row["remote_id"] != str(gone.id)]
    built.sandbox.jira.delete_issue(gone.id)
    built.sandbox.server.inject(reset(), times=1, method="POST", path="/rest/api/3/issue")
    assert settle(built).failed == []
    assert len(pmo_issues(built)) == issues
    assert built.sandbox.server.faults.left == 0


def test_a_storm_of_429_stops_the_writes_and_the_next_run_makes_up_for_them(built: House) -> None:
    with ledger(built) as rows:
        for row in rows:
            row["content_hash"] = "of older words"
    storm = too_many_requests("1800", "jira-quota-tenant-based")
    built.sandbox.server.inject(storm, times=1, method="PUT", path="/properties/")
    with open_app(built.config) as app:
        save_plan(app.plan(), built.folder / "plan.json")
    stopped = built.cli("apply", str(built.folder / "plan.json"), "--yes", "-c", str(built.config))
    assert stopped.returncode == ExitCode.REMOTE
    assert "Run again after" in stopped.stdout + stopped.stderr
    assert "pending" in states(built)
    assert settle(built).failed == []
    assert states(built) == {"done"}


def test_an_issue_that_must_be_left_alone_for_long_stays_planned_and_all_others_are_written(built: House) -> None:
    with ledger(built) as rows:
        flagged = next(row["target"] for row in rows if row["channel"] == "comment")
        for row in rows:
            row["content_hash"] = "of older words"
    limited = too_many_requests("600", "jira-per-issue-on-write")
    built.sandbox.server.inject(limited, times=1, method="PUT", path=f"/issue/{flagged}/")
    first = settle(built)
    assert {receipt.change.mark.target for receipt in first.failed} == {flagged}
    assert first.stopped is None
    assert first.planned > len(first.failed) + 5
    left = sorted(receipt.change.mark.channel for receipt in first.failed)
    for row in built.tables()["publication"]:
        assert ("pending" in row) == (flagged in row and row[0] in left)
    forget_holds()
    second = settle(built)
    assert (sorted(r.change.mark.channel for r in second.receipts), second.failed) == (left, [])
    assert states(built) == {"done"}


def forget_holds() -> None:
    """Ten minutes later, or another process: what this one was asked to wait for is over."""
    pacing._SHARED.clear()


def test_what_the_account_lacks_is_told_and_the_rest_is_written(built: House) -> None:
    with ledger(built) as rows:
        for row in rows:
            row["content_hash"] = "of older words"
    built.sandbox.jira.granted -= {"ADD_COMMENTS", "BULK_CHANGE"}
    seen = len(built.sandbox.server.log)
    with open_app(built.config) as app:
        summary = app.apply(app.plan(), Reporter())
    assert summary.written is not None
    assert summary.written.missing_permissions == (
        "Add comments, for comments",
        "Make bulk changes, for fields, labels",
    )
    assert summary.exit_code("never") == ExitCode.PARTIAL
    assert {r.change.mark.channel for r in summary.written.receipts if r.error is None} == {"property", "remote_link"}
    assert not any("/comment" in path or "/bulk/" in path for path in writes(built, seen))
    assert "missing: Add comments" in summary.as_text()


def test_an_issue_that_a_manager_closed_is_noted_and_stays_closed(built: House) -> None:
    [first, *_] = pmo_issues(built)
    before = first.status
    built.sandbox.jira.edit_issue(first.id, status="Done")
    with open_app(built.config) as app:
        summary = app.apply(app.plan(), Reporter())
    assert summary.written is not None
    [note] = summary.written.notices
    assert "was closed by hand while its finding is open" in note
    assert f"note: {note}" in summary.as_text()
    assert first.status == "Done"
    built.sandbox.jira.edit_issue(first.id, status=before)


def test_an_issue_that_somebody_deleted_is_told_in_every_run_and_plan_and_not_made_again(built: House) -> None:
    issues = len(pmo_issues(built))
    gone = pmo_issues(built)[0]
    built.sandbox.jira.delete_issue(gone.id)
    for _ in range(2):
        written = settle(built)
        [note] = written.notices
        assert "was deleted, or is hidden from the account, while its finding is open; it is not made again" in note
        assert (written.planned, written.failed) == (0, [])
    assert states(built) == {"done", "gone"}
    planned = built.cli("plan", "-c", str(built.config))
    assert planned.returncode == ExitCode.DONE
    assert "Nothing to write" in planned.stdout
    assert "note[writeback.issue_gone]: the issue for " in planned.stdout
    assert 'if_deleted = "create_again"' in planned.stdout
    assert len(pmo_issues(built)) == issues - 1

    built.change('least_severity = "high" }', 'least_severity = "high", if_deleted = "create_again" }')
    with open_app(built.config) as app:
        plan = app.plan()
        [change] = plan.changes
        [told] = app.notes(plan)
    assert (change.action, change.mark.name) == ("create", gone.labels[0])
    assert "it is made again" in told
    assert settle(built).failed == []
    assert len(pmo_issues(built)) == issues
    assert (settle(built).planned, states(built)) == (0, {"done"})


def test_with_create_again_the_run_that_finds_an_issue_gone_says_so_and_the_next_one_makes_it(built: House) -> None:
    built.change('least_severity = "high" }', 'least_severity = "high", if_deleted = "create_again" }')
    issues = len(pmo_issues(built))
    built.sandbox.jira.delete_issue(pmo_issues(built)[0].id)
    first = settle(built)
    assert first.planned == 0
    assert first.notices[0].endswith("the next plan makes it again")
    second = settle(built)
    assert (second.planned, second.applied, second.notices) == (1, 1, ())
    assert len(pmo_issues(built)) == issues


def test_an_issue_that_was_hidden_for_a_while_is_ours_again(built: House) -> None:
    hidden = pmo_issues(built)[0]
    built.sandbox.jira.hide_issue(hidden.id)
    assert "is hidden from the account" in settle(built).notices[0]
    assert states(built) == {"done", "gone"}
    built.sandbox.jira.hide_issue(hidden.id, hidden=False)
    assert (settle(built).notices, states(built)) == ((), {"done"})


def test_an_issue_that_somebody_moved_is_told(built: House) -> None:
    moved = pmo_issues(built)[0]
    elsewhere = next(p.key for p in built.sandbox.jira.projects.values() if p.key != "PMO")
    built.sandbox.jira.move_issue(built.sandbox.jira.key_of(moved), elsewhere)
    [note] = settle(built).notices
    assert note.startswith(f"{elsewhere}-")
    assert "was moved out of PMO" in note
    built.sandbox.jira.move_issue(built.sandbox.jira.key_of(moved), "PMO")
    assert settle(built).notices == ()


def test_channels_that_are_switched_off_take_their_marks_with_them(built: House) -> None:
    built.sandbox.jira.edit_issue(pmo_issues(built)[0].id, status="Done")
    built.change(LADDER.strip(), 'marks = ["property"]')
    written = settle(built)
    assert (written.failed, written.notices) == ([], ()), "what is closed anyway needs no note"
    jira = built.sandbox.jira
    field = jira.custom_fields["PMO findings"].id
    assert not any(issue.remote_links or issue.custom.get(field) for issue in others(built))
    assert not any(our_comments(built))
    assert not any(label.startswith("pmo-") for issue in others(built) for label in issue.labels)
    assert all(jira.statuses[issue.status].category == "done" for issue in pmo_issues(built))
    with ledger(built) as rows:
        assert {row["channel"] for row in rows} == {"property"}


def test_a_small_run_leaves_the_rest_to_later_runs(built: House) -> None:
    with ledger(built) as rows:
        for row in rows:
            row["content_hash"] = "of older words"
    built.change("max_changes = 5000", "max_changes = 5000\nchanges_per_run = 6")
    planned = [settle(built).planned for _ in range(4)]
    assert planned[0] == 6
    assert 0 < planned[1] <= 6
    assert planned[-1] == 0


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ('finding_issues = { project = "PMO", source = "plans" }', "is a source of kind pwa; issues are made in Jira"),
        ('finding_issues = { project = "PMO", source = "jria" }', "there is no source `jria`"),
        (
            'finding_issues = { project = "PMO" }\n[sources.other]\nkind = "jira_cloud"',
            "add `source`, one of jira, other",
        ),
        ('finding_issues = { project = "pmo" }', "finding_issues"),
        ('marks = ["shouting"]', "marks"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_before_anything_runs(
    ran: tuple[House, Summary], extra: str, words: str
) -> None:
    built = ran[0]
    config = built.config.with_name("wrong.toml")
    setting, _, another = extra.partition("\n")
    text = built.config.read_text(encoding="utf-8").replace(LADDER.strip(), setting)
    more = f'{another}\nurl = "https://x.example"\nemail = "a@x.example"\ntoken = "file:jira-token"\n'
    config.write_text(text + (more if another else ""), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(config, {})
    rendered = [problem.render() for problem in caught.value.problems]
    assert any(words in one and "wrong.toml:" in one for one in rendered), rendered
