"""The words of an explained finding, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Labels and sentences; those with braces are filled."""

    finding: str
    project: str
    value: str
    limit: str
    checks: str
    as_of: str
    history: str
    evidence: str
    excluded: str
    waiver: str
    owner: str
    why: str
    fix: str
    frameworks: str
    origin: str
    of: str
    never: str
    source: str
    opened: str
    pending: str
    seen: str
    times_seen: str
    reopened: str
    resolved: str
    unverified: str
    was: str
    more: str
    not_judged: str
    none: str
    waived: str
    waived_days: str
    fix_by: str
    retired: str
    built_in: str
    built_in_default: str
    comma: str
    states: Mapping[str, str]
    outcomes: Mapping[str, str]
    events: Mapping[str, str]
    roles: Mapping[str, str]


_EN = Words(
    finding="finding",
    project="project",
    value="value",
    limit="limit",
    checks="counted",
    as_of="as of",
    history="history",
    evidence="evidence",
    excluded="excluded",
    waiver="waiver",
    owner="owner",
    why="why",
    fix="fix",
    frameworks="see",
    origin="from",
    of="{count} of {denominator}",
    never="never",
    source="{source}: last pull {outcome}, complete as of {at}",
    opened="opened {day}",
    pending="not a finding yet: fails since {day}",
    seen="last seen {day}",
    times_seen="seen on {times} days",
    reopened="reopened {times} times",
    resolved="gone since {day}",
    unverified="not re-checked since {day}",
    was="was {first} on {since}, now {last}",
    more="and {count} more",
    not_judged="{count} could not be judged",
    none="none",
    waived="{waiver}, until {until}: {reason} (asked by {asked}, granted by {granted})",
    waived_days="{days} days under waiver so far",
    fix_by="to be fixed by {day}",
    retired="the rule is no longer there",
    built_in="built-in",
    built_in_default="built-in default {default}",
    comma=", ",
    states={
        "open": "FAIL",
        "pending": "pending",
        "resolved": "resolved",
        "closed_subject_gone": "closed: subject gone",
        "closed_rule_retired": "closed: rule retired",
    },
    outcomes={},
    events={},
    roles={},
)
_ZH_HANS = Words(
    finding="发现",
    project="项目",
    value="数值",
    limit="限值",
    checks="检查内容",
    as_of="数据日期",
    history="历史",
    evidence="证据",
    excluded="未计入",
    waiver="豁免",
    owner="负责人",
    why="原因",
    fix="措施",
    frameworks="参考",
    origin="出处",
    of="{denominator} 中的 {count}",
    never="从未",
    source="{source}：最近一次读取{outcome}，完整数据截至 {at}",
    opened="{day} 出现",
    pending="尚未成为发现：自 {day} 起未通过",
    seen="最近一次确认于 {day}",
    times_seen="在 {times} 天的检查中出现",
    reopened="重新出现 {times} 次",
    resolved="自 {day} 起消失",
    unverified="自 {day} 起未能复查",
    was="{since} 为 {first}，现为 {last}",
    more="另有 {count} 行",
    not_judged="{count} 行无法判断",
    none="无",
    waived="{waiver}，有效至 {until}：{reason}（{asked} 申请，{granted} 批准）",
    waived_days="已豁免 {days} 天",
    fix_by="应于 {day} 前解决",
    retired="该规则已不存在",
    built_in="内置",
    built_in_default="内置默认值 {default}",
    comma="，",
    states={
        "open": "未通过",
    },
    outcomes={"complete": "完整", "partial": "不完整", "failed": "失败"},
    events={
        "opened": "出现",
        "reopened": "重新出现",
        "resolved": "解决",
        "closed": "关闭",
        "waived": "豁免",
        "waiver_ended": "豁免结束",
    },
    roles={
        "project_manager": "项目经理",
        "programme_manager": "项目集经理",
        "sponsor": "项目发起人",
        "department_owner": "部门负责人",
        "pmo_lead": "PMO 负责人",
        "administrator": "管理员",
    },
)


def words(language: str) -> Words:
    """The words of that language; English for any other than zh-Hans."""
    return _ZH_HANS if language == "zh-Hans" else _EN
