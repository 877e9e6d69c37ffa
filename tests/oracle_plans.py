"""Plans as we read them, held against an independent reader's results, value by value.

The independent reader is MPXJ 16.10; its results lie as JSON beside the plans (tests/shared_data.py). `Judge` counts
every value that it compares, so that a test can tell that it was not empty.

Not judged, as SOURCES.md beside the plans asks: critical, total_slack, bcws, bcwp, acwp, remaining_duration.
Neither in the model nor decoded by our reader: ids of rows, initials, the project's file name, subproject,
effort_driven, currency symbol, author, company, file_*, mpp_file_type, current_date, enterprise, budget,
material_label, work and cost of resources (sums of their assignments); of MSPDI files, cost by day, for which MSPDI has
no word.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.shared_data import SHARED

PLANS = SHARED / "msproject"
Rows = dict[str, list[dict[str, Any]]]
_PER_UNIT = {"m": Decimal(1) / 60, "h": 1, "d": 8, "w": 40}


def oracle(name: str) -> dict[str, Any]:
    return json.loads((Path(PLANS) / f"{name}.oracle.json").read_text())


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _amount(duration: dict[str, Any] | None) -> Decimal | None:
    return None if duration is None else Decimal(str(duration["value"])) * _PER_UNIT[duration["units"]]


def _clock(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None


@dataclass
class Judge:
    """Compares and counts; `wrong` are the values that differ, by place."""

    compared: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def same(self, place: str, ours: Any, theirs: Any) -> None:
        self._note(place, ours == theirs, ours, theirs)

    def near(
        self, place: str, ours: Decimal | None, theirs: float | Decimal | None, *, zero_is_none: bool = True
    ) -> None:
        if zero_is_none:
            ours, theirs = ours or 0, theirs or 0
        alike = ours is theirs is None or (
            ours is not None
            and theirs is not None
            and abs(Decimal(str(ours)) - Decimal(str(theirs))) <= Decimal("0.01")
        )
        self._note(place, alike, ours, theirs)

    def _note(self, place: str, alike: bool, ours: Any, theirs: Any) -> None:
        self.compared[place.partition(" ")[0]] += 1
        if not alike:
            self.wrong.append(f"{place}: ours {ours!r}, theirs {theirs!r}")


def judge(tables: Rows, theirs: dict[str, Any]) -> Judge:
    """Everything that the two hold in common."""
    found = Judge()
    by_uid = _tasks(found, tables, theirs)
    _links(found, tables, theirs, by_uid)
    _project(found, tables, theirs)
    _resources(found, tables, theirs)
    _assignments(found, tables, theirs, by_uid)
    return found


def _uid_of(row: dict[str, Any]) -> str:
    return row["native_id"]


def _pairs(tables: Rows, theirs: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    by_id = {t["id"]: t for t in theirs["tasks"] if not t["null_task"]}
    return [(item, by_id[item["sequence"]]) for item in tables["work_item"]]


def _tasks(found: Judge, tables: Rows, theirs: dict[str, Any]) -> dict[int, dict[str, Any]]:
    pairs = _pairs(tables, theirs)
    found.same("counts.tasks", len(pairs), sum(not t["null_task"] for t in theirs["tasks"]))
    by_uid = {task["uid"]: item for item, task in pairs}
    calendars = {row["id"]: row["name"] for row in tables.get("calendar", [])}
    numbers = {
        "estimate_hours": "work_h", "spent_hours": "actual_work_h", "remaining_hours": "remaining_work_h",
        "planned_cost": "cost", "actual_cost": "actual_cost", "remaining_cost": "remaining_cost",
        "fixed_cost": "fixed_cost",
    }  # fmt: skip
    shares = {
        "complete_ratio": "percent_complete",
        "work_complete_ratio": "percent_work_complete",
        "physical_complete_ratio": "physical_percent_complete",
    }
    for item, task in pairs:
        at = f"uid {task['uid']}"
        if task["guid"]:
            found.same(f"task.guid {at}", item["native_id"], task["guid"].lower())
        found.same(f"task.name {at}", item["title"], task["name"] or "(no name)")
        found.same(f"task.wbs {at}", item["wbs"], task["wbs"])
        found.same(f"task.outline_level {at}", item["outline_level"], task["outline_level"])
        found.same(f"task.parent_uid {at}", item["parent_id"], by_uid.get(task["parent_uid"], {}).get("id"))
        found.same(f"task.active {at}", item["is_active"], task["active"])
        found.same(f"task.summary {at}", item["is_summary"], task["summary"])
        found.same(f"task.milestone {at}", item["is_milestone"], task["milestone"])
        found.same(f"task.manual {at}", bool(item["is_manual"]), task["manual"])
        found.same(f"task.external {at}", bool(item["is_external"]), task["external"])
        found.same(f"task.type {at}", item["scheduling"], task["type"].lower())
        found.same(f"task.priority {at}", item["priority"], str(task["priority"]))
        found.same(f"task.start {at}", _clock(item["start_at"]), task["start"])
        found.same(f"task.finish {at}", _clock(item["finish_at"]), task["finish"])
        found.same(f"task.start_date {at}", item["start_date"], day(task["start"]))
        found.same(f"task.finish_date {at}", item["due_date"], day(task["finish"]))
        found.same(f"task.actual_start {at}", item["actual_start_date"], day(task["actual_start"]))
        found.same(f"task.actual_finish {at}", item["actual_finish_date"], day(task["actual_finish"]))
        found.same(f"task.deadline {at}", item["deadline_date"], day(task["deadline"]))
        found.same(f"task.constraint_type {at}", item["constraint_type"], task["constraint_type"].lower())
        dated = task["constraint_type"] not in ("AS_SOON_AS_POSSIBLE", "AS_LATE_AS_POSSIBLE")
        found.same(
            f"task.constraint_date {at}", item["constraint_date"], day(task["constraint_date"]) if dated else None
        )
        found.same(f"task.notes {at}", item["notes"], (task["notes"] or "").strip() or None)
        found.same(f"task.hyperlink {at}", item["hyperlink"], task["hyperlink"])
        found.same(f"task.calendar {at}", calendars.get(item["calendar_id"]), task["calendar"])
        found.near(f"task.duration {at}", item["duration_hours"], _amount(task["duration"]))
        found.near(f"task.actual_duration {at}", item["actual_duration_hours"], _amount(task["actual_duration"]))
        for column, name in numbers.items():
            found.near(f"task.{name} {at}", item[column], task[name])
        for column, name in shares.items():
            share = item[column]
            found.near(f"task.{name} {at}", None if share is None else share * 100, task[name])
    _task_baselines(found, tables, pairs)
    return by_uid


def _task_baselines(found: Judge, tables: Rows, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    held = {(b["owner_id"], b["number"]): b for b in tables.get("baseline", []) if b["owner_kind"] == "work_item"}
    for item, task in pairs:
        at = f"uid {task['uid']}"
        baseline = held.get((item["id"], 0), {})
        found.same(f"task.baseline_start {at}", baseline.get("start_date"), day(task["baseline_start"]))
        found.same(f"task.baseline_finish {at}", baseline.get("finish_date"), day(task["baseline_finish"]))
        found.near(f"task.baseline_work {at}", baseline.get("work_hours"), task["baseline_work_h"])
        found.near(f"task.baseline_cost {at}", baseline.get("cost"), task["baseline_cost"])
        if task["baseline_start"]:
            found.near(
                f"task.baseline_duration {at}", baseline.get("duration_hours"), _amount(task["baseline_duration"])
            )
        interim = {number for owner, number in held if owner == item["id"] and number}
        found.same(f"task.baselines {at}", interim, {int(number) for number in task["baselines"]})


def _links(found: Judge, tables: Rows, theirs: dict[str, Any], by_uid: dict[int, dict[str, Any]]) -> None:
    into: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for link in tables.get("work_item_link", []):
        into[link["to_id"]][link["from_id"]] = link
    for item, task in _pairs(tables, theirs):
        ours = into.get(item["id"], {})
        found.same(f"link.count uid {task['uid']}", len(ours), len(task["predecessors"]))
        for before in task["predecessors"]:
            at = f"{before['uid']} to {task['uid']}"
            link = ours.get(by_uid[before["uid"]]["id"], {})
            found.same(f"link.type {at}", link.get("dependency_type"), before["type"])
            lag = Decimal(str(before["lag"]["value"]))
            share = before["lag"]["units"] == "%"
            worth = lag / 100 * by_uid[before["uid"]]["duration_hours"] if share else _amount(before["lag"])
            found.near(f"link.lag {at}", link.get("lag_hours"), worth)


def _project(found: Judge, tables: Rows, theirs: dict[str, Any]) -> None:
    (ours,), project = tables["project"], theirs["project"]
    calendars = {row["id"]: row["name"] for row in tables.get("calendar", [])}
    if project["guid"]:
        found.same("project.guid", ours["native_id"], project["guid"].lower())
    found.same("project.title", ours["name"], project["title"])
    found.same("project.start", ours["start_date"], day(project["start"]))
    found.same("project.finish", ours["finish_date"], day(project["finish"]))
    found.same("project.status_date", ours["status_date"], day(project["status_date"]))
    found.same("project.currency_code", ours["currency"], project["currency_code"])
    found.same("project.last_saved", _clock(ours["updated_at"]), project["last_saved"])
    found.same("project.creation_date", _clock(ours["created_at"]), project["creation_date"])
    found.same("project.default_calendar", calendars.get(ours["calendar_id"]), project["default_calendar"])
    found.near("project.minutes_per_day", ours["hours_per_day"] * 60, project["minutes_per_day"])
    found.near("project.minutes_per_week", ours["hours_per_week"] * 60, project["minutes_per_week"])
    found.near("project.days_per_month", ours["days_per_month"], project["days_per_month"])


def _resources(found: Judge, tables: Rows, theirs: dict[str, Any]) -> None:
    named = [r for r in theirs["resources"] if r["name"]]
    ours = tables.get("account", [])
    found.same("counts.resources", len(ours), len(named))
    baselines = {
        b["owner_id"]: b for b in tables.get("baseline", []) if b["owner_kind"] == "account" and not b["number"]
    }
    kinds = {"WORK": "human", "MATERIAL": "material", "COST": "cost"}
    for account, resource in zip(ours, named, strict=True):  # both in the order of the file
        at = f"uid {resource['uid']}"
        if resource["guid"]:
            found.same(f"resource.guid {at}", account["native_id"], resource["guid"].lower())
        found.same(f"resource.name {at}", account["name"], resource["name"])
        found.same(
            f"resource.type {at}", account["kind"], "generic" if resource["generic"] else kinds[resource["type"]]
        )
        found.same(f"resource.group {at}", account["department"], resource["group"])
        found.same(f"resource.email {at}", account["email"], (resource["email"] or "").lower() or None)
        if resource["max_units"] is not None:
            found.near(f"resource.max_units {at}", (account["max_units_ratio"] or 0) * 100, resource["max_units"])
        for column, name in (("rate_per_hour", "standard_rate"), ("overtime_rate_per_hour", "overtime_rate")):
            amount, _, unit = (resource[name] or "0/h").partition("/")
            if unit == "h" and account["kind"] in ("human", "generic"):
                found.near(f"resource.{name} {at}", account[column], Decimal(amount))
        found.near(f"resource.cost_per_use {at}", account["cost_per_use"], resource["cost_per_use"])
        found.near(
            f"resource.baseline_cost {at}", baselines.get(account["id"], {}).get("cost"), resource["baseline_cost"]
        )


def _assignments(found: Judge, tables: Rows, theirs: dict[str, Any], by_uid: dict[int, dict[str, Any]]) -> None:
    names = {row["id"]: row["name"] for row in tables.get("account", [])}
    ours: dict[tuple[str, str | None], list[dict[str, Any]]] = defaultdict(list)
    for row in tables.get("assignment", []):
        ours[row["work_item_id"], names.get(row["account_id"])].append(row)
    pairs = []
    for a in theirs["assignments"]:
        item = by_uid[a["task_uid"]]
        nobody = a["resource_name"] is None and item["is_summary"]
        if not nobody:  # left out on purpose, see connectors.msproject.mspdi
            pairs.append((ours[item["id"], a["resource_name"]].pop(0), a))
    found.same("counts.assignments", sum(map(len, ours.values())), 0)
    baselines = {
        b["owner_id"]: b for b in tables.get("baseline", []) if b["owner_kind"] == "assignment" and not b["number"]
    }
    for row, a in pairs:
        _assignment(found, row, a, baselines.get(row["id"], {}))
    _spread(found, tables.get("timephased", []), pairs)


def _assignment(found: Judge, row: dict[str, Any], a: dict[str, Any], baseline: dict[str, Any]) -> None:
    at = f"uid {a['uid']}"
    numbers = {
        "planned_hours": "work_h", "actual_hours": "actual_work_h", "remaining_hours": "remaining_work_h",
        "overtime_hours": "overtime_work_h", "planned_cost": "cost", "actual_cost": "actual_cost",
        "remaining_cost": "remaining_cost",
    }  # fmt: skip
    for column, name in numbers.items():
        found.near(f"assignment.{name} {at}", row[column], a[name])
    if a["units"] is not None:
        found.near(f"assignment.units {at}", (row["units_ratio"] or 0) * 100, a["units"])
    found.near(
        f"assignment.percent_work_complete {at}", (row["work_complete_ratio"] or 0) * 100, a["percent_work_complete"]
    )
    for column, name in (
        ("start_date", "start"), ("finish_date", "finish"), ("actual_start_date", "actual_start"),
        ("actual_finish_date", "actual_finish"),
    ):  # fmt: skip
        found.same(f"assignment.{name} {at}", row[column], day(a[name]))
    found.same(f"assignment.baseline_start {at}", baseline.get("start_date"), day(a["baseline_start"]))
    found.same(f"assignment.baseline_finish {at}", baseline.get("finish_date"), day(a["baseline_finish"]))
    found.near(f"assignment.baseline_work {at}", baseline.get("work_hours"), a["baseline_work_h"])
    found.near(f"assignment.baseline_cost {at}", baseline.get("cost"), a["baseline_cost"])


def _spread(found: Judge, rows: list[dict[str, Any]], pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Work over days. Where the file has stretches of several days, what the other reader has within them is summed."""
    by_assignment: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_assignment[row["assignment_id"]].append(row)
    kinds = {"remaining_work_h": ({"remaining"}, "hours"), "actual_work_h": ({"actual"}, "hours"),
             "work_h": ({"actual", "remaining"}, "hours"), "baseline_work_h": ({"baseline"}, "hours"),
             "actual_cost": ({"actual"}, "cost"), "cost": ({"actual", "remaining"}, "cost")}  # fmt: skip
    told = {row["kind"] for row in rows if row["cost"]}
    for row, a in pairs:
        for name, (of, what) in kinds.items():
            held = [s for s in by_assignment[row["id"]] if s["kind"] in of and not s["number"] and s[what]]
            theirs = {day(text): Decimal(str(amount)) for text, amount in a["timephased_by_day"].get(name, {}).items()}
            if what == "cost" and not of <= told:
                continue  # MSPDI has no word for cost to come; the sums are compared above
            total = sum((s[what] for s in held), Decimal(0))
            if sum(theirs.values()) != Decimal(str(a[name] or 0)):
                found.near(f"spread.{name}.sum uid {a['uid']}", total, a[name])
                continue  # its days do not make its own sum: three assignments of `project`, over a holiday
            for days, amount in _stretches(held, what):
                inside = sum((v for d, v in theirs.items() if days[0] <= d <= days[1]), Decimal(0))
                found.near(f"spread.{name} uid {a['uid']} {days[0]}", amount, inside)
            found.near(f"spread.{name}.sum uid {a['uid']}", total, sum(theirs.values()))


def _stretches(rows: list[dict[str, Any]], what: str) -> list[tuple[tuple[date, date], Decimal]]:
    """Stretches that share a day, as one."""
    joined: list[tuple[tuple[date, date], Decimal]] = []
    for row in sorted(rows, key=lambda r: (r["starts_on"], r["ends_on"])):
        if joined and row["starts_on"] <= joined[-1][0][1]:
            (first, last), amount = joined.pop()
            joined.append(((first, max(last, row["ends_on"])), amount + row[what]))
        else:
            joined.append(((row["starts_on"], row["ends_on"]), row[what]))
    return joined
