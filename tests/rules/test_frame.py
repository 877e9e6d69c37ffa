"""Everything about one finding, found by the id that is printed."""

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from snapshots import write_snapshot

from portfolio.errors import ConfigurationError
from portfolio.model import TABLES, arrow_schema
from rules.connection import select
from rules.evaluate import evaluate
from rules.findings import fingerprint, update_findings
from rules.frame import Accepted, explain_finding, find_finding
from rules.frame_words import words
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.settings import Override, RuleSettings

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
RULES = load_rules((), RuleSettings(set={"SCH-06": Override(params={"max_ratio": 0.1})}))
CPI, FLOAT = fingerprint("BUD-03", "project", "P"), fingerprint("SCH-06", "project", "P")


class Reader:
    """Reads a DuckDB file, as a published snapshot is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return select(connection, sql, parameters or {})


def _tasks() -> list[dict[str, Any]]:
    basic = {"project_id": "P", "origin": "plan", "status_category": "todo", "is_summary": False}
    floats = [90, 80, 70, 60, 50, 46, 1, 1]
    tasks = [{**basic, "item_id": str(n), "key": f"1.{n}", "total_float_days": f} for n, f in enumerate(floats)]
    return [*tasks, {**basic, "item_id": "unknown"}]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    project = {"project_id": "P", "key": "P-17", "name": "Bridge", "department": "research", "phase": "execute"}
    path = write_snapshot(
        tmp_path_factory.mktemp("framed") / "latest.duckdb",
        {
            "projects": [{**project, "has_plan": True, "is_closed": False}],
            "evm": [{"project_id": "P", "cpi": 0.7, "ev": 70, "ac": 100, "currency": "EUR"}],
            "work_items": _tasks(),
            "sync_runs": [
                {"project_id": "P", "source": "plans", "complete_at": datetime(2026, 6, 30, 6), "outcome": "complete"},
                {"project_id": "P", "source": "jira", "outcome": "failed"},
            ],
        },
    )
    before = update_findings([], replace(evaluate(RULES, path, as_of=FIRST), as_of=FIRST))
    after = update_findings(before.findings, evaluate(RULES, path, as_of=LAST))
    kept = [(FIRST, 0.9), (date(2026, 6, 15), None), (LAST, 0.7)]
    rows = {
        "rule_result": [r.row() for r in evaluate(RULES, path, as_of=LAST).results],
        "finding": after.findings,
        "finding_event": before.events + after.events,
        "project_snapshot": [{"project_id": "P", "taken_on": d, "measure": "cpi", "value": v} for d, v in kept],
    }
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE context AS SELECT DATE '2026-06-30' AS as_of")
        for name, given in rows.items():
            connection.register("incoming", pa.Table.from_pylist(given, schema=arrow_schema(TABLES[name])))
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
    return Reader(path)


def explained(
    reader: Reader, finding_id: str, rules: RuleSet = RULES, accepted: Accepted | None = None, **lifecycle: Any
) -> list[str]:
    finding = find_finding(reader, finding_id)
    assert finding is not None
    return explain_finding(rules, reader, {**finding, **lifecycle}, accepted).lines()


def test_a_ratio_with_value_limit_population_and_what_was_left_out(reader: Reader) -> None:
    lines = explained(reader, FLOAT)
    assert lines[0] == "SCH-06 Tasks with very large float  FAIL, medium  project P-17 Bridge (research)"
    text = "\n".join(lines)
    assert "6 of 8 = 75.0%" in text
    assert "limit      max_ratio = 0.1 (settings, built-in default 0.05)" in text
    assert "with     float_days = 44 (built-in)" in text
    assert "rows     origin = 'plan' AND status_category <> 'done'" in text
    assert "excluded   1 could not be judged" in text
    assert "evidence   key 1.0, total_float_days 90" in text and "and 1 more" in text
    assert "waiver     none" in text and "owner      project manager" in text
    assert "see        DCMA-14:6, GAO-16-89G:7" in text and "from       rules/packs/schedule.toml:" in text


def test_history_sources_and_values_that_were_kept(reader: Reader) -> None:
    text = "\n".join(explained(reader, CPI))
    assert "as of      2026-06-30" in text
    assert "plans: last pull complete, complete as of 2026-06-30 06:00 UTC" in text
    assert "jira: last pull failed, complete as of never" in text
    assert "history    opened 2026-06-01, last seen 2026-06-30" in text
    assert "was 0.9 on 2026-06-01, now 0.7" in text
    assert "2026-06-01 opened" in text
    assert "fail_below = 0.9 (built-in)" in text


def test_what_other_parts_add_to_a_finding_is_shown_where_it_is_there(reader: Reader) -> None:
    life = {
        "waived_days": 12, "fix_by": date(2026, 7, 14),
        "owner": "Ada Example", "times_seen": 11, "times_reopened": 1, "verified": False,
        "last_verified_on": date(2026, 6, 20),
    }  # fmt: skip
    text = "\n".join(explained(reader, CPI, **life))
    assert "waiver     none" in text and "12 days under waiver so far" in text
    assert "owner      Ada Example (project manager)" in text and "to be fixed by 2026-07-14" in text
    assert "seen on 11 days, reopened 1 times, not re-checked since 2026-06-20" in text


def test_the_waiver_of_this_moment_counts_not_the_one_that_the_check_knew(reader: Reader) -> None:
    accepted = Accepted("W-2", date(2026, 9, 1), "the supplier is late", "Ada", None)
    stored = {"waived_by": "W-1", "waived_until": date(2026, 7, 1), "fix_by": date(2026, 7, 14)}
    text = "\n".join(explained(reader, CPI, accepted=accepted, **stored))
    assert "waiver     W-2, until 2026-09-01: the supplier is late (asked by Ada, granted by ?)" in text
    assert "W-1" not in text and "2026-07-14" not in text
    assert "waiver     none" in "\n".join(explained(reader, CPI, **stored))


def test_a_failure_that_still_waits_is_no_finding_opened_on_no_day(reader: Reader) -> None:
    text = "\n".join(explained(reader, CPI, state="pending", opened_on=None, first_seen_on=FIRST))
    assert "BUD-03 Cost performance low  pending, high" in text
    assert "history    not a finding yet: fails since 2026-06-01, last seen 2026-06-30" in text
    assert "was 0.9 on 2026-06-01, now 0.7" in text


def test_events_stand_in_the_order_in_which_they_happened(reader: Reader, tmp_path: Path) -> None:
    copy = Path(shutil.copy(reader.path, tmp_path))
    with duckdb.connect(str(copy)) as connection:
        rows = [(CPI, "waived", LAST, None, 3), (CPI, "reopened", LAST, None, 2), (CPI, "ended", LAST, None, 4)]
        connection.executemany("INSERT INTO finding_event VALUES (?, ?, ?, ?, ?)", rows)
    told = [line.strip().rpartition(" ")[2] for line in explained(Reader(copy), CPI) if line.strip().startswith("2026")]
    assert told[-4:] == ["opened", "reopened", "waived", "ended"]


def test_a_failure_that_waits_says_so_in_both_languages(reader: Reader) -> None:
    life = {"state": "pending", "opened_on": None, "first_seen_on": date(2026, 6, 29), "times_seen": 1}
    text = "\n".join(explained(reader, CPI, **life))
    assert "pending, high" in text
    assert "not a finding yet: fails since 2026-06-29, last seen 2026-06-30" in text
    chinese = explained(reader, CPI, replace(RULES, language="zh-Hans"), **life)
    assert "待确认" in chinese[0] and not any("None" in line or "pending" in line for line in chinese)


def test_what_happened_on_one_day_is_told_in_its_order(reader: Reader) -> None:
    finding = find_finding(reader, CPI)
    assert finding is not None

    class SameDay:
        def rows(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
            if "finding_event" not in sql:
                return reader.rows(sql, parameters)
            _, order = sql.split("ORDER BY ")
            steps = "(VALUES ('opened', 1), ('closed', 2)) AS e (event, step)"
            return reader.rows(f"SELECT *, DATE '2026-06-30' AS happened_on, NULL AS how FROM {steps} ORDER BY {order}")

    lines = explain_finding(RULES, SameDay(), finding).lines()
    assert [line.split()[-1] for line in lines if line.strip().startswith("2026-06-30")] == ["opened", "closed"]


def test_a_finding_that_is_gone_says_since_when(reader: Reader) -> None:
    text = "\n".join(explained(reader, CPI, state="resolved", resolved_on=date(2026, 6, 30)))
    assert "BUD-03 Cost performance low  resolved, high" in text and "gone since 2026-06-30" in text


def test_a_finding_of_a_rule_that_is_no_more(reader: Reader) -> None:
    lines = explained(reader, CPI, RuleSet(()), state="closed_rule_retired")
    assert lines[0].startswith("BUD-03   closed: rule retired, high")
    assert "why        the rule is no longer there" in "\n".join(lines)


def test_in_chinese_labels_line_up(reader: Reader) -> None:
    lines = explained(reader, FLOAT, replace(RULES, language="zh-Hans"))
    assert lines[0] == "SCH-06 任务浮动时间过大  未通过，中  项目 P-17 Bridge (research)"
    text = "\n".join(lines)
    assert "8 中的 6 = 75.0%" in text and "负责人     项目经理" in text
    assert "限值       max_ratio = 0.1 (settings，内置默认值 0.05)" in text


def test_both_languages_have_every_word() -> None:
    english, chinese = vars(words("en")), vars(words("zh-Hans"))
    for key, word in chinese.items():
        said = word.values() if isinstance(word, dict) else [word]
        assert all(any("\u4e00" <= c <= "\u9fff" or c == "，" for c in each) for each in said), key
        if isinstance(word, str):
            assert word.count("{") == english[key].count("{"), key


def test_an_id_is_found_by_its_printed_beginning_and_a_shorter_one_is_not(reader: Reader) -> None:
    found = find_finding(reader, CPI[:10].upper())
    assert found is not None and found["id"] == CPI
    assert find_finding(reader, CPI[:5]) is None
    assert find_finding(reader, "0123456789") is None


def test_an_id_that_fits_several_is_refused(reader: Reader) -> None:
    class Twice:
        def rows(self, _sql: str, _parameters: Any = None) -> list[dict[str, Any]]:
            return [{"id": "aaaaaaaaaa1"}, {"id": "aaaaaaaaaa2"}]

    with pytest.raises(ConfigurationError) as caught:
        find_finding(Twice(), "aaaaaaaaaa")
    assert caught.value.code == "explain.ambiguous" and "aaaaaaaaaa2" in caught.value.remedy
