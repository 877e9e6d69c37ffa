"""What happens in the invented projects: items, findings, risks, weeks of people, sources."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portfolio_basics import MONEY, PROJECTS, REASONS, TODAY, day, initiative


def items_rows() -> list[dict[str, Any]]:
    milestones = (
        ("INI-01", "Pilot accepted", "2026-11-18", "2026-12-09", "in_progress"),
        ("INI-01", "Go-live wave 1", "2026-12-15", "2027-02-20", "todo"),
        ("INI-02", "Conveyor acceptance test", "2026-11-06", "2026-12-02", "in_progress"),
        ("INI-03", "Design freeze", "2026-12-04", "2026-12-04", "todo"),
        ("INI-07", "Release 1.0", "2026-11-30", "2026-12-08", "todo"),
        ("INI-09", "Supervisor dry run", "2026-12-18", "2026-12-18", "todo"),
        ("INI-11", "Last site switched", "2026-12-11", "2026-12-11", "todo"),
        ("INI-04", "Parallel run done", "2026-10-30", "2026-10-28", "done"),
    )
    rows = [
        {
            "item_id": f"plans:item:m{n}",
            "project_id": initiative(key),
            "title": title,
            "origin": "plan",
            "is_milestone": True,
            "baseline_finish_date": day(approved),
            "due_date": day(due),
            "status_category": state,
            "actual_finish_date": day(due) if state == "done" else None,
            "is_leaf": True,
        }
        for n, (key, title, approved, due, state) in enumerate(milestones)
    ]
    for n in range(30):
        key = PROJECTS[n % 10][0]
        number = f"{key.replace('-', '')}-{100 + n}"
        rows.append(
            {
                "item_id": f"jira:item:{1000 + n}",
                "project_id": initiative(key),
                "title": f"Work package {n}",
                "key": number,
                "url": f"https://tracker.meridian.example/browse/{number}",
                "origin": "tracker",
                "is_milestone": False,
                "is_leaf": True,
                "created_on": day("2026-11-19") if n < 9 else day("2026-07-01"),
                "status_category": "in_progress",
            }
        )
    return rows


def findings_rows() -> list[dict[str, Any]]:
    rows = []
    for key, reasons in REASONS.items():
        for rule, severity, message, _dimension in reasons:
            rows.append(_finding(rule, key, "project", initiative(key), severity, message, "2026-11-02"))
    for n in range(30):
        key = PROJECTS[n % 10][0]
        item = f"jira:item:{1000 + n}"
        message = f"In progress for {12 + n} days without an assignee"
        rows.append(_finding("HYG-03", key, "item", item, "low", message, f"2026-11-{10 + n % 13:02d}"))
    rows[-1]["verified"] = False
    rows[-2]["mode"] = "observe"
    gone = dict(_finding("SCH-14", "INI-04", "project", initiative("INI-04"), "medium", "was late", "2026-10-01"))
    rows.append({**gone, "state": "resolved", "resolved_on": day("2026-11-19")})
    return rows


def events_rows(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the ledger tells of them: opened, and resolved where they are."""
    rows = []
    for finding in findings:
        told = [("opened", finding["opened_on"])]
        told += [("resolved", finding["resolved_on"])] if finding["state"] == "resolved" else []
        rows += [
            {"finding_id": finding["id"], "event": event, "happened_on": on, "step": step}
            for step, (event, on) in enumerate(told, start=1)
        ]
    return rows


def _finding(rule: str, key: str, kind: str, subject: str, severity: str, message: str, opened: str) -> dict[str, Any]:
    return {
        "id": f"{rule}:{subject}",
        "rule_id": rule,
        "project_id": initiative(key),
        "subject_kind": kind,
        "subject_id": subject,
        "state": "open",
        "severity": severity,
        "mode": "enforce",
        "message": message,
        "opened_on": day(opened),
        "last_seen_on": TODAY,
        "verified": True,
        "times_reopened": 0,
    }


def risks_rows() -> list[dict[str, Any]]:
    found = (
        ("INI-01", "Vendor may end support before go-live", "0.5", 400_000, "EUR", "Ana Ruiz", 9),
        ("INI-05", "Source systems deliver late", "0.6", 250_000, "EUR", "Chen Wei", 41),
        ("INI-02", "Conveyor parts delayed at customs", "0.3", 180_000, "EUR", None, None),
        ("INI-10", "Carrier contract not signed", "0.4", 300_000, "USD", "Mark Hill", 12),
        ("INI-03", "Two designers leave in January", "0.5", 60_000, "EUR", "Lena Vogt", 20),
        ("INI-09", "Late rule change by the supervisor", "0.2", None, "EUR", "Olga Petrova", 5),
    )
    return [
        {
            "risk_id": f"jira:risk:{n}",
            "project_id": initiative(key),
            "title": title,
            "state": "open",
            "kind": "threat",
            "probability_ratio": Decimal(chance),
            "impact_cost": None if impact is None else Decimal(impact),
            "currency": currency,
            "exposure_cost": None if impact is None else Decimal(chance) * Decimal(impact),
            "owner_name": owner,
            "owner_id": owner,
            "due_date": day("2027-01-15"),
            "days_since_review": days,
        }
        for n, (key, title, chance, impact, currency, owner, days) in enumerate(found)
    ]


def weeks_rows() -> list[dict[str, Any]]:
    loads = {
        "Nora Fischer": (1.6, 1.55, 1.4, 1.2, 1.1, 0.9, 0.8, 0.8),
        "Ravi Menon": (1.1, 1.25, 1.3, 1.35, 1.2, 1.0, 0.9, 0.9),
        "Julia Brandt": (0.9, 1.0, 1.15, 1.15, 1.05, 1.05, 0.9, 0.6),
        "Sam Okoro": (0.8, 0.8, 0.9, 1.0, 1.0, 1.0, 0.9, 0.9),
    }
    monday = day("2026-11-23")
    return [
        {
            "project_id": initiative("INI-02"),
            "person_id": name,
            "person_name": name,
            "week_start": monday + timedelta(weeks=n),
            "load_ratio": load,
            "projects": 2,
        }
        for name, row in loads.items()
        for n, load in enumerate(row)
    ]


def origins_rows() -> list[dict[str, Any]]:
    """Each project with its tracker, those with money with a plan; INI-02 moved from a Project Online to Planner."""
    read = datetime(2026, 11, 23, 5, 48)
    jira = {"source": "jira", "tool": "jira_cloud", "origin": "tracker", "complete_at": read, "age_hours": 0}
    plans = {"source": "plans", "tool": "pwa", "complete_at": datetime(2026, 11, 21, 20), "age_hours": 34}
    planner = {"source": "planner", "tool": "dataverse", "complete_at": datetime(2026, 11, 23, 4), "age_hours": 2}
    online = {"source": "online", "tool": "odata_dump", "role": "history", "source_is_history": True,
              "complete_at": read, "data_at": datetime(2026, 8, 22, 18), "age_hours": 2220}  # fmt: skip
    rates = {"source": "rates", "tool": "mspdi", "complete_at": datetime(2026, 11, 1, 6), "age_hours": 528,
             "outcome": "failed"}  # fmt: skip
    rows = []
    for key, name, *_ in PROJECTS:
        parts = [jira | {"key": key.replace("-", ""), "url": f"https://tracker.meridian.example/browse/{key}"}]
        if key in MONEY:
            parts += {"INI-02": [planner, online], "INI-05": [rates]}.get(key, [plans])
        rows += [
            {
                "project_id": initiative(key),
                "source_project_id": f"{part['source']}:project:{key}",
                "name": name,
                "origin": "plan",
                "role": "current",
                "source_is_history": False,
                "matched_by": "key",
                "outcome": "complete",
            }
            | part
            for part in parts
        ]
    return rows
