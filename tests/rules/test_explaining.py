from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from snapshots import item, write_snapshot

from portfolio.errors import ConfigurationError
from portfolio.model import TABLES, arrow_schema
from rules.connection import select
from rules.evaluate import evaluate
from rules.explain import explain_rule
from rules.findings import update_findings
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.settings import Override, RuleSettings
from rules.subject import Accepted, explain_subject

DAY = date(2026, 6, 30)


READ = datetime(2026, 6, 30, 6)
SOURCES: dict[str, dict[str, Any]] = {
    "online": {"tool": "odata_dump", "origin": "plan", "name": "Bridge", "role": "history", "matched_by": "guid",
               "source_is_history": True, "complete_at": READ, "data_at": datetime(2026, 4, 1), "age_hours": 2166,
               "outcome": "complete"},
    "jira": {"tool": "jira_cloud", "origin": "tracker", "key": "WHA", "name": "Bridge works", "role": "current",
             "matched_by": "configuration", "complete_at": READ, "age_hours": 1, "outcome": "complete"},
    "planner": {"tool": "dataverse", "origin": "plan", "name": "Bridge", "role": "current", "matched_by": "guid",
                "complete_at": datetime(2026, 6, 27, 6), "age_hours": 72, "outcome": "failed"},
    "new": {"origin": "plan", "name": "Bridge", "role": "current", "matched_by": "guid", "source_is_history": True},
}  # fmt: skip


class FileReader:
    """Reads a DuckDB file, as a published snapshot is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return select(connection, sql, parameters or {})


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, built_in: RuleSet) -> FileReader:
    path = write_snapshot(
        tmp_path_factory.mktemp("explained") / "latest.duckdb",
        {
            "projects": [
                {
                    "project_id": "init:P",
                    "key": "P",
                    "name": "Bridge",
                    "phase": "execute",
                    "has_plan": True,
                    "is_closed": False,
                }
            ],
            "work_items": [
                item("A", "init:P"),
                item("jira:issue:7", "init:P", key="WHA-7", source="jira", source_project_id="jira:project:7"),
                *(item(f"plans:item:{n}", "init:P", key="1.1", assignee_id="ada") for n in (2, 1)),
            ],
            "project_sources": [
                {
                    "project_id": "init:P",
                    "source_project_id": f"{source}:project:1",
                    "source": source,
                    "source_is_history": False,
                    **told,
                }
                for source, told in SOURCES.items()
            ],
            "risks": [
                {
                    "risk_id": "jira:risk:121",
                    "project_id": "init:P",
                    "item_id": "jira:issue:121",
                    "item_key": "WHA-121",
                    "title": "Ice on the river",
                    "state": "open",
                }
            ],
            "schedule": [{"project_id": "init:P", "forecast_finish_date": date(2026, 1, 1), "open_ratio": 0.1 + 0.2}],
        },
    )
    evaluation = evaluate(built_in, path, as_of=DAY)
    rows = {"rule_result": [r.row() for r in evaluation.results], "finding": update_findings([], evaluation).findings}
    with duckdb.connect(str(path)) as connection:
        for name, given in rows.items():
            connection.register("incoming", pa.Table.from_pylist(given, schema=arrow_schema(TABLES[name])))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
    return FileReader(path)


def test_a_rule_is_explained_with_everything_that_bears_on_it() -> None:
    rules = load_rules((), RuleSettings(set={"SCH-06": Override(params={"max_ratio": 0.1})}))
    text = "\n".join(explain_rule(rules, "sch-06").lines())
    for part in (
        "SCH-06  Tasks with very large float",
        "medium (built-in), schedule, mode enforce, pack schedule",
        "rows     origin = 'plan'",
        "needs    total_float_days",
        "counts   total_float_days > $float_days",
        "max_ratio = 0.1 (settings, built-in 0.05, 0 to 1)",
        "work_items.total_float_days: total float in working days: the tool's own, else ours (empty: neither is known)",
        "DCMA-14:6",
        "rules/packs/schedule.toml:",
    ):
        assert part in text


def test_a_rule_that_expects_related_rows_says_which(built_in: RuleSet) -> None:
    explanation = explain_rule(built_in, "ART-01")
    assert "expects  at least 1 of artefacts where kind = 'charter' AND state = 'approved'" in explanation.checks
    assert {(c.view, c.name) for c in explanation.columns} == {
        ("projects", "phase"),
        ("artefacts", "kind"),
        ("artefacts", "state"),
    }


def test_a_rule_that_is_off_says_so() -> None:
    explanation = explain_rule(load_rules((), RuleSettings(off=["SCH-06"])), "SCH-06")
    assert not explanation.in_force and "mode off" in explanation.lines()[1]


def test_a_rule_speaks_the_chosen_language() -> None:
    assert explain_rule(load_rules((), RuleSettings(language="zh-Hans")), "SCH-06").title == "任务浮动时间过大"


def test_an_unknown_rule_is_answered_with_a_near_one(built_in: RuleSet) -> None:
    with pytest.raises(ConfigurationError) as caught:
        explain_rule(built_in, "SCH-66")
    assert "did you mean `SCH-" in caught.value.remedy


@pytest.mark.parametrize("name", ["P", "init:P"])
def test_a_project_is_explained_by_what_the_rules_say_of_it(name: str, reader: FileReader, built_in: RuleSet) -> None:
    text = "\n".join(explain_subject(built_in, reader, name).lines())
    assert text.startswith("P Bridge  (project init:P)")
    assert "fail     PRO-08  Last status report: never reported. One is due every 14 days." in text
    assert "BUD-03" not in text and "rules pass" in text
    assert "open since 2026-06-30" in text
    assert "unknown  SCH-21  Forecast finish beyond the approved finish: cannot be evaluated without a baseline" in text


def test_a_project_tells_what_it_is_made_of_and_how_old_that_is(reader: FileReader, built_in: RuleSet) -> None:
    assert explain_subject(built_in, reader, "P").lines()[1:10] == [
        "  made of",
        "    Jira (jira): WHA Bridge works",
        "      tracker, declared in the configuration, read completely 2026-06-30 06:00 UTC, 1 h old",
        "    Planner Premium (planner): Bridge",
        "      plan, by the plan's GUID, read completely 2026-06-27 06:00 UTC, 3 d old, last reading failed",
        "    new (new): Bridge",
        "      history that nothing took over: it counts as the plan, by the plan's GUID, never read completely",
        "    Project Online export (online): Bridge",
        "      history: another plan took over, by the plan's GUID, a copy that shows 2026-04-01 00:00 UTC, "
        "read 2026-06-30 06:00 UTC, 90 d old",
    ]
    chinese = explain_subject(load_rules((), RuleSettings(language="zh-Hans")), reader, "P").lines()[1:10]
    assert chinese[0] == "  由以下源项目构成"
    assert chinese[-1].endswith("副本，数据截至 2026-04-01 00:00 UTC，读取于 2026-06-30 06:00 UTC，已有 90 天")


def test_a_message_is_said_once_and_numbers_without_seeming_exactness(reader: FileReader, built_in: RuleSet) -> None:
    lines = explain_subject(built_in, reader, "P").lines()
    said = [line for line in lines if "SCH-22" in line]
    assert said == [
        "  fail     SCH-22  The scheduled finish 2026-01-01 has passed and 30% of the work is open: "
        "the plan was not rescheduled."
    ]
    position = lines.index(said[0])
    assert lines[position + 1].startswith("           high, open since 2026-06-30, last seen 2026-06-30, finding ")
    assert lines[position + 2] == "           - forecast_finish_date 2026-01-01, open_ratio 0.3"


def test_an_explanation_in_chinese_has_chinese_labels_titles_and_reasons(reader: FileReader) -> None:
    text = "\n".join(explain_subject(load_rules((), RuleSettings(language="zh-Hans")), reader, "P").lines())
    assert text.startswith("P Bridge  (项目 init:P)")
    assert "SCH-22  计划完成日期已过：The scheduled finish 2026-01-01" in text
    assert "高，自 2026-06-30 起未解决，最近一次确认于 2026-06-30" in text
    assert "SCH-21  预测完成日期超出批准日期：没有基准，无法评估" in text
    assert text.endswith("条不适用")


@pytest.mark.parametrize("name", ["WHA-121", "wha-121", "jira:issue:121"])
def test_a_record_such_as_a_risk_is_explained_as_any_item(name: str, reader: FileReader, built_in: RuleSet) -> None:
    explanation = explain_subject(built_in, reader, name)
    assert (explanation.subject_id, explanation.title) == ("jira:issue:121", "WHA-121 Ice on the river")


@pytest.mark.parametrize("name", ["WHA", "wha", "jira:WHA", "jira:project:7"])
def test_the_key_of_a_tracker_names_the_project_that_it_belongs_to(
    name: str, reader: FileReader, built_in: RuleSet
) -> None:
    assert explain_subject(built_in, reader, name).subject_id == "init:P"


def test_the_key_of_a_tracker_in_another_source_is_unknown(reader: FileReader, built_in: RuleSet) -> None:
    with pytest.raises(ConfigurationError) as caught:
        explain_subject(built_in, reader, "other:WHA")
    assert caught.value.code == "explain.unknown"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "open since 2026-06-30, last seen 2026-06-30"),
        ({"verified": False, "times_reopened": 2}, ", not re-checked since, reopened 2 times"),
        ({"state": "closed_rule_retired", "resolved_on": DAY}, "closed rule retired on 2026-06-30"),
    ],
)
def test_where_a_finding_is_in_its_life_is_said(
    changes: dict[str, Any], said: str, reader: FileReader, built_in: RuleSet
) -> None:
    explanation = explain_subject(built_in, reader, "A")
    changed = replace(explanation, findings=({**explanation.findings[0], **changes},))
    assert said in "\n".join(changed.lines())
    chinese = replace(changed, ruleset=replace(built_in, language="zh-Hans"))
    assert "发现" in chinese.lines()[1] and said not in "\n".join(chinese.lines())


def test_an_item_is_explained_by_its_findings(reader: FileReader, built_in: RuleSet) -> None:
    explanation = explain_subject(built_in, reader, "A")
    assert explanation.kind == "item"
    assert "  finding  HYG-02  A Item A is in progress and belongs to nobody." in explanation.lines()


def test_a_name_that_nothing_has_is_refused(reader: FileReader, built_in: RuleSet) -> None:
    with pytest.raises(ConfigurationError) as caught:
        explain_subject(built_in, reader, "nothing")
    assert caught.value.code == "explain.unknown"


def test_a_key_that_several_plans_have_is_answered_with_their_ids(reader: FileReader, built_in: RuleSet) -> None:
    with pytest.raises(ConfigurationError) as caught:
        explain_subject(built_in, reader, "1.1")
    assert caught.value.code == "explain.ambiguous"
    assert "plans:item:1, plans:item:2" in caught.value.remedy
    assert explain_subject(built_in, reader, "plans:item:2").subject_id == "plans:item:2"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "under waiver W-1 until 2026-12-01: agreed (asked by pm, granted by pmo)"),
        ("zh-Hans", "豁免 W-1，至 2026-12-01：agreed（pm 申请，pmo 批准）"),
    ],
)
def test_a_waiver_over_a_finding_is_told(reader: FileReader, language: str, words: str) -> None:
    rules = load_rules((), RuleSettings(language=language))  # type: ignore[arg-type]
    explanation = explain_subject(rules, reader, "A")
    accepted = {explanation.findings[0]["id"]: Accepted("W-1", date(2026, 12, 1), "agreed", "pm", "pmo")}
    assert f"           {words}" in replace(explanation, accepted=accepted).lines()


def test_until_when_and_by_whom_it_is_to_be_mended_is_told(reader: FileReader, built_in: RuleSet) -> None:
    explanation = explain_subject(built_in, reader, "A")
    due = {**explanation.findings[0], "fix_by": date(2026, 12, 1), "owner": "Ada"}
    assert "           to be mended by 2026-12-01 (Ada)" in replace(explanation, findings=(due,)).lines()


def test_a_failure_that_still_waits_is_told_as_such(reader: FileReader, built_in: RuleSet) -> None:
    explanation = explain_subject(built_in, reader, "A")
    waiting = {**explanation.findings[0], "state": "pending", "times_seen": 2, "first_seen_on": date(2026, 6, 28)}
    text = "\n".join(replace(explanation, findings=(waiting,)).lines())
    assert "not a finding yet: seen on 2 days since 2026-06-28" in text
