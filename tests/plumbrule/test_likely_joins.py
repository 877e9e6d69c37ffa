"""A plan that moved and that nobody joined, beside units in a circle: what the run says, and what pasting does."""

from collections.abc import Iterator

import pytest
from house import House, house, small_company

from plumbrule.app import open_app
from plumbrule.console import Reporter
from plumbrule.doctor import examine
from plumbrule.summary import Summary
from sandbox.pwa.dump import write_dump
from sandbox.serve import DATAVERSE_TOKEN, Sandbox, retired_site

SOURCES = """
[sources.planner]
kind = "dataverse"
url = "{url}"
timezone = "Europe/Berlin"
requests_per_second = 100.0
auth = {{ type = "bearer", token = "file:dataverse-token" }}

[sources.online]
kind = "odata_dump"
path = "dump"
timezone = "Europe/Berlin"
currency = "EUR"

[sources.staff]
kind = "tabular"

[[sources.staff.tables]]
into = "org_unit"
path = "units.csv"
"""
LINES = [
    '    [initiatives."INI-16"]',
    '    projects = ["jira:FSR", "planner:Field Service Renewal"]',
    '    supersedes = ["online:Field Service Renewal"]',
]


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Summary]]:
    """A house in which Planner Premium holds no key of the PMO and the dump is not declared as history."""
    company = small_company()
    sandbox = Sandbox(company=company, dataverse=True)
    with house(tmp_path_factory.mktemp("apart"), sandbox) as built:
        write_dump(retired_site(company), built.folder / "dump")
        (built.folder / "dataverse-token").write_text(DATAVERSE_TOKEN, encoding="utf-8")
        (built.folder / "units.csv").write_text(
            "key,kind,parent_key\nIT,department,OPS\nOPS,department,IT\nHR,department,\n", encoding="utf-8"
        )
        built.change("[report]", SOURCES.format(url=sandbox.dataverse_url) + "\n[report]")
        built.change("enabled = true", "enabled = false")
        yield built, built.run()


def test_the_run_ends_with_the_lines_that_would_join_what_is_likely_one(apart: tuple[House, Summary]) -> None:
    text = apart[1].as_text().splitlines()
    at = text.index("  Field Service Renewal (online) and Field Service Renewal (planner), 100% alike. To join them:")
    assert text[at + 1 : at + 4] == LINES


def test_a_dump_that_is_not_declared_as_history_counts_as_a_copy_that_is_old(apart: tuple[House, Summary]) -> None:
    [found] = [f for f in apart[1].findings if f["rule_id"] == "HYG-08"]
    assert found["project_id"] == "initiative:INI-16"
    assert found["message"] == (
        "1 of 3 sources was not read completely within 24 hours, or shows what is older."  # Jira, the dump, the table
    )


def test_units_in_a_circle_are_told_by_the_run_the_page_and_the_doctor(apart: tuple[House, Summary]) -> None:
    built, summary = apart
    told = (
        f"{built.folder.name}/units.csv: units `IT`, `OPS` lie in a circle: `IT` in `OPS`, `OPS` in `IT`; "
        "leave `parent_key` of the topmost of them empty, or name the unit above it"
    )
    assert summary.circles == [f"staff: {told}"]
    assert any(told in item for gap in built.page()["gaps"] for item in gap["items"])
    [health] = examine(built.config, ["staff"])
    assert [o.found for o in health.observations if o.subject == "references"] == [f"in the latest run: {told}"]


def test_what_is_pasted_joins_and_is_suggested_no_more(apart: tuple[House, Summary]) -> None:
    built, _ = apart
    built.change("\n[report]", "\n" + "\n".join(line.strip() for line in LINES) + "\n\n[report]")
    with open_app(built.config) as app:
        summary = app.check(Reporter())
        roles = app.store.rows(
            "SELECT p.source, m.role FROM initiative_project m JOIN project p ON p.id = m.project_id"
            " WHERE m.initiative_id = 'initiative:INI-16' ORDER BY ALL"
        )
    assert [(r["source"], r["role"]) for r in roles] == [
        ("jira", "current"),
        ("online", "history"),
        ("planner", "current"),
    ]
    assert not summary.objections
    assert not [one for one in summary.likely if "Field Service" in str(one["left_name"])]
    assert not [f for f in summary.findings if f["rule_id"] == "HYG-08"], "what was taken over is not stale for ever"
