"""Which source projects make up an initiative, and how old each is, in the words of `explain`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portfolio.ports import Reader
from portfolio.tools import tool_name

Row = Mapping[str, Any]

_SOURCES = """
SELECT * FROM project_sources WHERE project_id = $subject
ORDER BY role = 'history', source_is_history, origin = 'plan', source, name, source_project_id
"""
_OLD_HOURS = 48
_ZH_HANS = {
    "made of": "由以下源项目构成",
    "tracker": "跟踪工具",
    "plan": "计划",
    "history: another plan took over": "历史：已由另一计划接替",
    "history that nothing took over: it counts as the plan": "历史，但尚无计划接替：仍按现行计划计",
    "declared in the configuration": "在配置中声明",
    "by the key that the tools hold": "按各工具中的编号",
    "by the plan's GUID": "按计划的 GUID",
    "nothing else belongs to it": "仅此一个",
    "never read completely": "从未完整读取",
    "read completely {at}": "完整读取于 {at}",
    "a copy that shows {shown}, read {at}": "副本，数据截至 {shown}，读取于 {at}",
    "last reading failed": "最近一次读取失败",
    "last reading was partial": "最近一次只读取了一部分",
    "{n} h old": "已有 {n} 小时",
    "{n} d old": "已有 {n} 天",
}
_MATCHED = {
    "configuration": "declared in the configuration",
    "key": "by the key that the tools hold",
    "guid": "by the plan's GUID",
    "single": "nothing else belongs to it",
}
_OUTCOMES = {"failed": "last reading failed", "partial": "last reading was partial"}


def origins(reader: Reader, project_id: str) -> Sequence[Row]:
    """Rows of `project_sources`: what is current first, trackers before plans."""
    return reader.rows(_SOURCES, {"subject": project_id})


def origin_lines(rows: Sequence[Row], language: str) -> list[str]:
    """A heading, and two lines a source project: what it is, and how old its data is."""
    if not rows:
        return []
    lines = [f"  {_word('made of', language)}"]
    for row in rows:
        name = " ".join(dict.fromkeys(filter(None, (row["key"], row["name"]))))
        tool = tool_name(row["tool"], row["source"], language)
        lines.append(f"    {tool} ({row['source']}): {name}")
        told = (_part(row), _MATCHED.get(row["matched_by"], ""))
        comma = "，" if language == "zh-Hans" else ", "
        words = [_word(word, language) for word in told if word]
        lines.append(f"      {comma.join([*words, *_freshness(row, language)])}")
    return lines


def _part(row: Row) -> str:
    if row["role"] == "history":
        return "history: another plan took over"
    if row["source_is_history"]:
        return "history that nothing took over: it counts as the plan"
    return str(row["origin"] or "")


def _freshness(row: Row, language: str) -> list[str]:
    failed = [_word(_OUTCOMES[row["outcome"]], language)] if row["outcome"] in _OUTCOMES else []
    if row["complete_at"] is None:
        return [_word("never read completely", language), *failed]
    copied = row["data_at"] is not None and row["data_at"] < row["complete_at"]
    template = _word("a copy that shows {shown}, read {at}" if copied else "read completely {at}", language)
    hours = row["age_hours"]
    old = "{n} h old" if hours < _OLD_HOURS else "{n} d old"
    age = _word(old, language).format(n=hours if hours < _OLD_HOURS else hours // 24)
    at, shown = _moment(row["complete_at"]), _moment(row["data_at"]) if copied else ""
    return [template.format(at=at, shown=shown), age, *failed]


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _word(word: str, language: str) -> str:
    return _ZH_HANS[word] if language == "zh-Hans" else word
