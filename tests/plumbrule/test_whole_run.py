"""The main job, end to end: pull, match, measure, check, plan, apply, report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House, house
from openapi_check import check_request, needs_openapi

from plumbrule.summary import Summary
from portfolio.errors import ExitCode
from sandbox.company import build, part
from sandbox.company.leanings import CONFIGURED_MATCHES, SIMILAR_PAIR
from sandbox.messages import Exchange
from sandbox.serve import Sandbox


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Summary]]:
    with house(tmp_path_factory.mktemp("whole")) as built:
        yield built, built.run()


def jira_requests(built: House) -> list[Exchange]:
    return [r for r in built.sandbox.server.log if r.path.startswith("/rest/")]


def test_a_run_reads_matches_checks_writes_and_reports(first: tuple[House, Summary]) -> None:
    built, summary = first
    assert summary.exit_code("never") == ExitCode.DONE
    assert summary.counts["projects"] == 20
    assert summary.counts["items"] > 1500
    assert summary.written is not None
    assert summary.written.planned == summary.written.applied > 100
    assert {p.name for p in summary.pages} == set(built.pages())
    assert set(summary.by_severity()) >= {"critical", "high", "medium"}


def test_the_demos_configuration_joins_what_the_company_cannot(first: tuple[House, Summary]) -> None:
    text = first[0].config.read_text(encoding="utf-8")
    for key, tracker, plan in CONFIGURED_MATCHES:
        assert f'[initiatives."{key}"]\nprojects = ["jira:{tracker}", "plans:{plan}"]' in text


def test_similar_names_are_suggested_and_not_joined(first: tuple[House, Summary]) -> None:
    built, _ = first
    page = built.page()
    suggested = json.dumps(page["gaps"], ensure_ascii=False)
    assert all(name in suggested for name in SIMILAR_PAIR)
    assert {p["ref"]["name"] for p in page["projects"]} >= set(SIMILAR_PAIR)


def test_earned_value_comes_out_as_the_company_leans(first: tuple[House, Summary]) -> None:
    projects = {p["ref"]["key"]: p for p in first[0].page()["projects"]}
    assert projects["INI-02"]["computed"] == "red"
    assert projects["INI-05"]["reported"] == "green"
    assert projects["INI-05"]["computed"] == "red"
    assert projects["INI-01"]["dimensions"]["cost"] == projects["INI-01"]["dimensions"]["schedule"] == "green"


def test_hostile_titles_are_text_on_the_page(first: tuple[House, Summary]) -> None:
    page = first[0].pages()["portfolio.en.html"].decode()
    data = first[0].page()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert data["projects"]


@needs_openapi
def test_every_request_to_jira_agrees_with_atlassians_document(first: tuple[House, Summary]) -> None:
    requests = jira_requests(first[0])
    assert len(requests) > 100
    faults = {f for r in requests for f in check_request(r.method, r.path, r.query, r.document)}
    assert faults == set()
    assert {r.method for r in requests} >= {"GET", "POST", "PUT"}


def test_a_second_run_writes_nothing_and_leaves_the_same_bytes(first: tuple[House, Summary]) -> None:
    built, _ = first
    before, pages = built.tables(), built.pages()
    written = len([r for r in jira_requests(built) if r.method == "PUT" or "remotelink" in r.path])
    summary = built.run()
    assert summary.written is not None
    assert (summary.written.planned, summary.opened, summary.resolved) == (0, 0, 0)
    assert len([r for r in jira_requests(built) if r.method == "PUT" or "remotelink" in r.path]) == written
    assert built.pages() == pages
    after = built.tables()
    for name in before.keys() - {"project", "work_item", "field_change", "cursor"}:  # our labels moved issues once
        assert after[name] == before[name], name


def test_a_run_uses_the_marks_that_the_pretend_jira_keeps(first: tuple[House, Summary]) -> None:
    built, _ = first
    jira = built.sandbox.jira
    assert jira.mails == []  # nobody got a mail
    described = json.dumps([r.path for r in jira_requests(built)])
    assert "/properties/plumbrule" in described
    assert "/remotelink" in described
    assert "/bulk/issues/fields" in described


def test_a_finding_that_goes_takes_its_marks_with_it(tmp_path: Path) -> None:
    with house(tmp_path, Sandbox(company=part(build(), ("INI-09", "INI-11", "INI-12")))) as built:
        built.change('languages = ["en", "zh-Hans"]', 'languages = ["en"]')
        summary = built.run()
        late = next(f for f in summary.findings if f["rule_id"] == "HYG-02" and f["subject_kind"] == "item")
        native = str(late["subject_id"]).rpartition(":")[2]
        jira = built.sandbox.jira
        jira.wait(minutes=30)
        somebody = next(user for user in jira.users.values() if user.active)
        jira.edit_issue(native, assignee=somebody.account_id)
        built.sandbox.server.log.clear()
        again = built.run()
        assert again.resolved >= 1
        removed = [r for r in jira_requests(built) if r.method == "DELETE" and f"/issue/{native}/" in r.path]
        assert {r.path.rpartition("/")[2] for r in removed} >= {"plumbrule", "remotelink"}
