"""Words for the model's fixed values and for empty columns, where a message must not show them as they are stored.

English needs none for values: they are English words with underscores. The terms are those of the tools' own Chinese
user interfaces where they have them.
"""

from collections.abc import Mapping

VALUES_ZH_HANS: Mapping[str, str] = {
    # phases
    "propose": "提议",
    "initiate": "启动",
    "plan": "规划",
    "execute": "执行",
    "close": "收尾",
    "closed": "已关闭",
    # colours, sizes, bases of measures
    "green": "绿色",
    "amber": "黄色",
    "red": "红色",
    "small": "小型",
    "medium": "中",
    "large": "大型",
    "low": "低",
    "high": "高",
    "cost": "成本",
    "hours": "工时",
    "count": "数量",
    "plan_actuals": "计划实际值",
    "time_entries_at_rates": "工时按费率计",
    "plan_hours": "计划工时",
    # kinds and states of work
    "tracker": "跟踪工具",
    "epic": "史诗",
    "story": "故事",
    "task": "任务",
    "bug": "缺陷",
    "subtask": "子任务",
    "milestone": "里程碑",
    "summary": "摘要任务",
    "other": "其他",
    "todo": "待办",
    "in_progress": "进行中",
    "done": "已完成",
    "unknown": "未知",
    "as_soon_as_possible": "越早越好",
    "as_late_as_possible": "越晚越好",
    "must_start_on": "必须开始于",
    "must_finish_on": "必须完成于",
    "start_no_earlier_than": "不得早于…开始",
    "start_no_later_than": "不得晚于…开始",
    "finish_no_earlier_than": "不得早于…完成",
    "finish_no_later_than": "不得晚于…完成",
    "depends": "依赖",
    "blocks": "阻塞",
    "FS": "完成-开始",
    "SS": "开始-开始",
    "FF": "完成-完成",
    "SF": "开始-完成",
    "future": "未开始",
    "active": "活动中",
    # governance records and their states
    "risk": "风险",
    "change_request": "变更申请",
    "gate": "关口",
    "status_report": "状态报告",
    "artefact": "工件",
    "stakeholder": "干系人",
    "invoice": "发票",
    "lesson": "经验教训",
    "decision": "决策",
    "action": "行动项",
    "threat": "威胁",
    "opportunity": "机会",
    "open": "未关闭",
    "postponed": "已推迟",
    "archived": "已归档",
    "submitted": "已提交",
    "approved": "已批准",
    "rejected": "已拒绝",
    "planned": "已计划",
    "passed": "已通过",
    "raised": "已提出",
    "implemented": "已实施",
    "draft": "草稿",
    "in_review": "审阅中",
    "received": "已收到",
    "paid": "已支付",
    "disputed": "有争议",
    "charter": "章程",
    "business_case": "商业论证",
    "scope_statement": "范围说明书",
    "communication_plan": "沟通计划",
    "quality_plan": "质量计划",
    "resource_plan": "资源计划",
    "acceptance": "验收",
    "lessons_report": "经验教训报告",
    "end_report": "结项报告",
    "post_implementation_review": "实施后评审",
    "supplier_review": "供应商评审",
    "recovery_plan": "补救计划",
    "person": "人员",
    "supplier": "供应商",
    "organisation": "组织",
    "department": "部门",
    "programme": "项目集",
    "supportive": "支持型",
    "controlling": "控制型",
    "directive": "指令型",
    # what makes up an initiative
    "current": "当前",
    "history": "历史",
    "configuration": "配置",
    "key": "编号",
    "guid": "GUID",
    "single": "单独",
    # reading of a source
    "complete": "完整",
    "partial": "部分",
    "failed": "失败",
}
"""Every value that a column of a documented view may be limited to."""

EMPTY_ZH_HANS: Mapping[str, str] = {
    "booked on the project": "登记在项目上",
    "decided, or no date": "已决策或无日期",
    "held elsewhere": "（在其他工具中）",
    "never reported": "从未报告",
    "no actuals": "没有实际值",
    "no baseline": "没有基准",
    "no baseline and no approval": "没有基准也没有批准",
    "no history": "没有历史",
    "nobody": "无人",
    "nobody named": "未指定",
    "not done": "未完成",
    "not completed": "未完成",
    "not finished": "未完成",
    "not planned": "未计划",
    "not set": "未填写",
    "nothing stated": "未填写",
    "undecided": "未决策",
}
"""What an empty column means, by the English words of its declaration."""


def said(value: str, language: str) -> str:
    """A fixed value of the model in words."""
    plain = value.replace("_", " ")
    return VALUES_ZH_HANS.get(value, plain) if language == "zh-Hans" else plain


def said_of_empty(meaning: str, language: str) -> str | None:
    """An empty column in words; None where there are none better than *unknown*."""
    meaning = meaning.partition(";")[0]
    return EMPTY_ZH_HANS.get(meaning) if language == "zh-Hans" else meaning
