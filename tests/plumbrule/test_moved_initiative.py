"""An initiative whose plan moved: its old Project Online as a dump, its plan in Planner Premium, its Jira project."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from house import House, house, small_company

from plumbrule.demo_sources import MOVED
from plumbrule.explaining import explain
from sandbox.company.premium import Premium
from sandbox.pwa.dump import write_dump
from sandbox.serve import DATAVERSE_TOKEN, Sandbox, retired_site


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house after one run in which the new plan was not baselined in Planner Premium, as after many a move."""
    company = small_company()
    sandbox = Sandbox(company=company, dataverse=True)
    assert sandbox.dataverse is not None
    sandbox.dataverse.rows["msdyn_projectbaselinedatas"].clear()
    sandbox.dataverse.rows["msdyn_projectbaselinetaskdatas"].clear()
    with house(tmp_path_factory.mktemp("moved"), sandbox) as built:
        write_dump(retired_site(company), built.folder / "dump")
        (built.folder / "dataverse-token").write_text(DATAVERSE_TOKEN, encoding="utf-8")
        built.change("[report]", MOVED.format(url=sandbox.dataverse_url) + "\n[report]")
        built.change("enabled = true", "enabled = false")
        built.run()
        yield built


@pytest.fixture
def plans(moved: House) -> Premium:
    assert moved.sandbox.premium is not None
    return moved.sandbox.premium


@pytest.fixture
def line(moved: House) -> dict[str, Any]:
    """What the page tells of the initiative, which has but one line on it."""
    [found] = [p for p in moved.page()["projects"] if p["ref"]["name"] == "Field Service Renewal"]
    assert found["ref"]["key"] == "INI-16"
    return dict(found)


def asked(moved: House, sql: str, file: str = "snapshots/latest.duckdb") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(moved.folder / "store" / file), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_it_is_one_line_of_three_sources_and_the_old_plan_is_history(moved: House, line: dict[str, Any]) -> None:
    sql = (
        "SELECT p.source, m.role FROM initiative_project m JOIN project p ON p.id = m.project_id"
        f" WHERE m.initiative_id = '{line['ref']['id']}' ORDER BY ALL"
    )
    found = asked(moved, sql, "portfolio.duckdb")
    assert found == [("jira", "current"), ("online", "history"), ("planner", "current")]


def test_the_page_tells_the_age_of_each_and_the_dump_is_as_old_as_its_data(moved: House) -> None:
    ages = {s["name"]: (s["state"], s["age_hours"]) for s in moved.page()["sources"]}
    records = json.loads((moved.folder / "dump" / "Projects.json").read_bytes())["value"]
    assert max(r["ProjectModifiedDate"] for r in records) == "2026-09-25T18:30:00"  # 16:30 UTC, 1405 hours before
    assert ages["online"] == ("history", 1405)
    assert ages["jira"] == ages["planner"] == ("fresh", 0)


def test_the_age_of_the_dump_is_not_held_against_the_initiative(moved: House, line: dict[str, Any]) -> None:
    findings = {f["rule_id"] for f in moved.page()["findings"] if f["project_id"] == line["ref"]["id"]}
    assert findings
    assert "HYG-08" not in findings


def test_the_new_plan_is_held_against_the_old_baseline(line: dict[str, Any], plans: Premium) -> None:
    assert plans.old.tasks[0].baseline_finish is not None
    assert line["baseline_finish"] == plans.old.tasks[0].baseline_finish.isoformat()
    assert line["forecast_finish"] == plans.successor.finish.isoformat() > line["baseline_finish"]
    assert line["slip_days"] == (plans.successor.finish - plans.old.tasks[0].baseline_finish).days


def test_work_hours_and_cost_count_once(moved: House, line: dict[str, Any], plans: Premium) -> None:
    assert line["plan_items"] == len(plans.successor.tasks) - 1  # Planner has no summary task
    assert Decimal(line["planned_hours"]) == plans.successor.tasks[0].work
    booked = asked(
        moved,
        "SELECT t.source, sum(e.hours) FROM time_entry e JOIN project t ON t.id = e.project_id"
        " WHERE t.name = 'Field Service Renewal' GROUP BY ALL ORDER BY ALL",
        "portfolio.duckdb",
    )
    assert [source for source, _ in booked] == ["jira", "online"]
    assert Decimal(line["booked_hours"]) == sum(hours for _, hours in booked)
    earned = line["evm"]
    assert (earned["basis"], earned["ac_method"]) == ("hours", "plan_hours")  # Planner keeps no cost
    assert Decimal(earned["bac"]) == plans.old.tasks[0].baseline_work
    assert Decimal(earned["ac"]) == plans.successor.tasks[0].actual_work
    assert line["actual_cost"] is line["planned_cost"] is None


def test_the_line_tells_its_sources_and_their_age_in_both_languages(moved: House) -> None:
    for language, words in (
        ("en", ("Jira &lt;1 h", "Planner Premium &lt;1 h", "Project Online export 58 d (history)")),
        ("zh-Hans", ("Jira 不到 1 小时", "Planner Premium 不到 1 小时", "Project Online 导出数据 58 天（历史）")),
    ):
        html = moved.pages()[f"portfolio.{language}.html"].decode()
        row = html[html.index('<tr id="INI-16"') :].partition("</tr>")[0]
        places = [row.index(text) for text in words]
        assert places == sorted(places), language
        assert f'<span class="history"><i aria-hidden="true"></i>{words[2]}' in row
        attention = html[html.index('id="attention"') : html.index('id="decisions"')]
        assert words[2] in attention


def test_its_detail_and_the_json_tell_each_source_project_in_full(moved: House, line: dict[str, Any]) -> None:
    jira, planner, online = line["sources"]
    assert (jira["tool_name"], jira["key"], jira["role"], jira["state"]) == ("Jira", "FSR", "current", "fresh")
    assert (planner["tool"], planner["matched_by"], planner["age_hours"]) == ("dataverse", "key", 0)
    assert jira["complete_at"] == planner["complete_at"] == online["complete_at"] == "2026-11-23T06:00:00Z"
    assert jira["data_at"] is planner["data_at"] is None
    assert online == {
        "source": "online",
        "tool": "odata_dump",
        "tool_name": "Project Online export",
        "name": "Field Service Renewal",
        "key": "100001",
        "url": None,
        "origin": "plan",
        "role": "history",
        "source_is_history": True,
        "matched_by": "key",
        "complete_at": "2026-11-23T06:00:00Z",
        "data_at": "2026-09-25T16:30:00Z",
        "age_hours": 1405,
        "state": "history",
    }
    packed = re.search(
        rb'<script type="application/octet-stream" id="data">([^<]+)<', moved.pages()["portfolio.en.html"]
    )
    assert packed is not None
    projects = json.loads(zlib.decompress(base64.b85decode(packed[1].replace(b",", b"<"))))["projects"]
    detail = projects["origins"][projects["text"][0].index("INI-16")]
    assert [(row[0], row[3]) for row in detail] == [
        ("Jira (jira)", "fresh"),
        ("Planner Premium (planner)", "fresh"),
        ("Project Online export (online)", "history"),
    ]
    assert [*detail[2][1:3], *detail[2][4:]] == [
        "100001 Field Service Renewal",
        None,
        "58 d ago (history)",
        "history: another plan took over · by the key that the tools hold · a copy that shows 25 Sep 2026, 16:30 UTC"
        " · last read completely 23 Nov 2026, 06:00 UTC",
    ]


def test_explain_tells_what_the_line_is_made_of(moved: House) -> None:
    said = explain("INI-16", moved.config, "en").splitlines()
    start = said.index("  made of")
    assert said[start + 1 : start + 7 : 2] == [
        "    Jira (jira): FSR Field Service Renewal",
        "    Planner Premium (planner): Field Service Renewal",
        "    Project Online export (online): 100001 Field Service Renewal",
    ]
    assert said[start + 6] == (
        "      history: another plan took over, by the key that the tools hold, "
        "a copy that shows 2026-09-25 16:30 UTC, read 2026-11-23 06:00 UTC, 58 d old"
    )


def test_the_view_for_rules_and_readers_holds_the_same(moved: House, line: dict[str, Any]) -> None:
    found = asked(
        moved,
        "SELECT source, role, age_hours, outcome FROM project_sources"
        f" WHERE project_id = '{line['ref']['id']}' ORDER BY source",
    )
    assert found == [
        ("jira", "current", 0, "complete"),
        ("online", "history", 1405, "complete"),
        ("planner", "current", 0, "complete"),
    ]
    history = asked(
        moved, f"SELECT source, is_history FROM sync_runs WHERE project_id = '{line['ref']['id']}' ORDER BY 1"
    )
    assert history == [("jira", False), ("online", True), ("planner", False)]
