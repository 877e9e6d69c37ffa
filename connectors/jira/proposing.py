"""Which settings of the mapping would fit a site, from its issue types, statuses and fields. Pure; both editions.

Shapes: Jira Cloud REST v3 and Data Center REST v2 `issuetype` (name, subtask, hierarchyLevel in Cloud only), `status`
(statusCategory.key: new, indeterminate, done, undefined), `field` (id, name, custom, schema.custom).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.jira.mapping import KINDS, Fields
from connectors.jira.mapping import Mapping as Settings
from connectors.jira.normalise.columns import wanted_fields
from connectors.jira.normalise.context import resolve_fields
from connectors.likely_names import called, close_to, plain
from portfolio.ports import Proposal

Entry = Mapping[str, Any]

_TYPES: Mapping[str, tuple[str, ...]] = {
    "epic": ("initiative", "feature", "theme", "capability", "saga", "史诗", "特性", "épopée"),
    "story": (
        "user story", "improvement", "new feature", "enhancement", "requirement", "anforderung", "verbesserung",
        "neue funktion", "récit", "amélioration", "historia", "故事", "用户故事", "需求", "改进", "新功能",
    ),
    "task": (
        "spike", "research", "test", "chore", "support", "service request", "purchase", "technical task", "deployment",
        "aufgabe", "tâche", "tarea", "任务",
    ),
    "bug": ("defect", "incident", "problem", "fault", "fehler", "bogue", "error", "缺陷", "错误", "故障"),
    "milestone": ("meilenstein", "jalon", "hito", "里程碑"),
    "risk": ("opportunity", "threat", "risiko", "risque", "riesgo", "风险"),
    "change_request": (
        "change", "rfc", "request for change", "änderungsantrag", "demande de changement", "变更", "变更请求",
    ),
    "gate": ("stage gate", "quality gate", "phase gate", "toll gate", "gate review", "阶段门", "评审门"),
    "status_report": ("highlight report", "project status", "report", "statusbericht", "状态报告", "项目报告"),
    "artefact": ("deliverable", "artefact", "artifact", "dokument", "livrable", "文档", "交付物"),
    "stakeholder": ("interessent", "partie prenante", "干系人", "利益相关者"),
    "invoice": ("bill", "rechnung", "facture", "发票"),
    "lesson": ("lesson learned", "lessons learned", "erkenntnis", "经验教训"),
    "decision": ("entscheidung", "décision", "决策"),
    "action": ("action item", "measure", "massnahme", "maßnahme", "行动项"),
    "proposal": ("business case", "idea", "demand", "project proposal", "projektantrag", "项目申请", "立项申请"),
}  # fmt: skip
"""Names of issue types in use, beside the defaults, by our kind."""
_DONE = frozenset(
    map(
        plain,
        (
            "done", "closed", "resolved", "cancelled", "canceled", "rejected", "declined", "won't do", "wont do",
            "won't fix", "obsolete", "completed", "complete", "finished", "withdrawn", "duplicate", "abandoned",
            "erledigt", "geschlossen", "abgebrochen", "abgelehnt", "fertig", "terminé", "fermé", "annulé", "cerrado",
            "已完成", "完成", "已关闭", "关闭", "已取消", "取消", "已拒绝", "已解决",
        ),
    )
)  # fmt: skip
_BEGUN = re.compile(
    r"progress|doing|develop|test|implement|review|mitigat|in arbeit|en cours|进行|处理中|开发|测试", re.IGNORECASE
)
_NOT_BEGUN = re.compile(r"\bto.?do\b|\bopen\b|backlog|\bnew\b|planned|\boffen|à faire|待办|新建|未开始", re.IGNORECASE)
_WAITS = re.compile(
    r"review|wait|await|pending|on hold|\bblocked|vendor|supplier|customer|client|approval|parked|paused|feedback"
    r"|prüfung|wart|freigabe|attente|validation|审核|评审|等待|暂停|挂起|待审|待确认",
    re.IGNORECASE,
)
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "points": ("story point estimate", "storypoints", "points", "estimation points", "故事点", "故事点数"),
    "start_date": (
        "target start", "planned start", "start", "begin date", "planned start date", "startdatum", "开始日期",
    ),
    "probability": ("probability", "likelihood", "risk probability", "eintrittswahrscheinlichkeit", "概率"),
    "impact_cost": ("cost impact", "risk impact cost", "impact (cost)", "financial impact"),
    "response": ("risk response", "mitigation", "mitigation strategy", "response strategy", "应对措施"),
    "health": ("health", "project health", "rag", "rag status", "overall status", "健康状态"),
    "document_type": ("type of document", "deliverable type", "dokumenttyp", "文档类型"),
    "supplier": ("vendor", "lieferant", "fournisseur", "供应商"),
    "invoice_number": ("invoice no", "rechnungsnummer", "发票号"),
    "invoice_amount": ("amount", "rechnungsbetrag", "发票金额"),
    "acceptance": ("acceptance", "acceptance criteria evidence", "abnahme"),
}  # fmt: skip
"""Other names of fields, by our role. The default name is not among them."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "due_date": ("target end", "planned end", "end date", "planned finish", "target date", "enddatum", "结束日期"),
    "actual_start_date": ("actual start", "actual start date", "ist-start", "实际开始"),
    "actual_finish_date": ("actual end", "actual finish", "actual end date", "ist-ende", "实际结束"),
    "deadline_date": ("deadline", "hard deadline", "stichtag", "截止日期"),
    "complete_ratio": ("% complete", "percent complete", "done (%)", "progress", "fertigstellungsgrad", "完成百分比"),
    "planned_cost": ("planned cost", "budgeted cost", "plankosten", "计划成本"),
    "actual_cost": ("actual cost", "istkosten", "实际成本"),
}  # fmt: skip
"""Fields that fill a column of a work item for which Jira has no field of its own, or a poorer one."""
_BASELINE = re.compile(r"baseline|original (start|due|end|plan)|基线|basisplan", re.IGNORECASE)


def propose(types: Sequence[Entry], statuses: Sequence[Entry], fields: Sequence[Entry]) -> tuple[Proposal, ...]:
    """What differs from the defaults, the sure ones first in each table."""
    return (*_kinds(types), *_categories(statuses), *_fields(fields))


def waiting(statuses: Sequence[Entry]) -> tuple[str, ...]:
    """Statuses in which begun work waits for somebody, by their names; none of work that is done or not begun."""
    begun = {name for name, keys in _by_name(statuses).items() if not keys & {"new", "done"}}
    return tuple(sorted(name for name in begun if _WAITS.search(name)))


def _kinds(types: Sequence[Entry]) -> Iterator[Proposal]:
    known = {name.casefold() for name in KINDS}
    ours = {plain(name): kind for kind, names in _TYPES.items() for name in names}
    by_name = {str(entry.get("name") or "").strip(): entry for entry in types}
    unsure = []
    for name in sorted(filter(None, by_name), key=str.casefold):
        entry = by_name[name]
        if name.casefold() in known or entry.get("subtask"):
            continue
        kind = ours.get(plain(name))
        above = isinstance(level := entry.get("hierarchyLevel"), int) and level >= 1
        if kind or above:
            why = "by its name" if kind else "it stands above stories in Jira's hierarchy"
            yield Proposal(("mapping", "kinds", name), kind or "epic", why)
        else:
            unsure.append(Proposal(("mapping", "kinds", name), "other", "no kind fits its name", sure=False))
    yield from unsure


def _categories(statuses: Sequence[Entry]) -> Iterator[Proposal]:
    unsure = []
    for name, keys in sorted(_by_name(statuses).items(), key=lambda pair: pair[0].casefold()):
        steps = ("mapping", "status_categories", name)
        if plain(name) in _DONE and "done" not in keys:
            yield Proposal(steps, "done", f"Jira counts it as {_said(keys)}, its name says that it is over")
        elif keys == {"undefined"}:
            why = "Jira puts it in no category"
            if _WAITS.search(name) or _BEGUN.search(name):
                yield Proposal(steps, "in_progress", why)
            elif _NOT_BEGUN.search(name):
                yield Proposal(steps, "todo", why)
            else:
                unsure.append(Proposal(steps, "in_progress", why, sure=False))
    yield from unsure


def _fields(fields: Sequence[Entry]) -> Iterator[Proposal]:
    own = [str(entry.get("name") or "") for entry in fields if entry.get("custom")]
    found = resolve_fields(fields, wanted_fields(Settings())).by_role
    used = {str(e.get("name")) for e in fields for ids in found.values() if e.get("id") in ids}
    free = [name for name in own if name and name not in used]
    unsure = []
    for role, ids in found.items():
        if ids or role not in Fields.model_fields:
            continue
        default = str(Fields.model_fields[role].default)
        steps = ("mapping", "fields", role)
        if name := called(_FIELDS.get(role, ()), free):
            yield Proposal(steps, name, f"this site has no field {default!r}")
            free.remove(name)
        elif name := close_to(default, free):
            unsure.append(Proposal(steps, name, f"this site has no field {default!r}; may be this one", sure=False))
    yield from unsure
    for column, names in _COLUMNS.items():
        if name := called(names, free):
            yield Proposal(("mapping", "columns", column), name, f"fills {column} of work items")
    for name in sorted(filter(_BASELINE.search, free)):
        key = re.sub(r"\W+", "_", name.casefold()).strip("_")
        yield Proposal(("mapping", "custom", key), name, "kept beside each work item", sure=False)


def _by_name(statuses: Sequence[Entry]) -> dict[str, set[str]]:
    """Keys of the categories of each status; projects with statuses of their own may differ in one name."""
    found: dict[str, set[str]] = {}
    for entry in statuses:
        name = str(entry.get("name") or "").strip()
        if name:
            key = str((entry.get("statusCategory") or {}).get("key") or "undefined")
            found.setdefault(name, set()).add(key)
    return found


def _said(keys: set[str]) -> str:
    words = {"new": "to do", "indeterminate": "in progress", "undefined": "nothing"}
    return " or ".join(sorted(words.get(key, key) for key in keys))
