"""Rows of twelve invented projects, by documented view and ledger table."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

AS_OF = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


TODAY = AS_OF.date()


def day(text: str) -> date:
    return date.fromisoformat(text)


PROJECTS: tuple[tuple[Any, ...], ...] = (
    ("INI-01", "Billing platform renewal", "Core Systems", "Ana Ruiz", "Karl Weber", "green", "red", "rragr"),
    ("INI-02", "Warehouse automation Leipzig", "Supply Chain", "Tom Becker", "Mei Tanaka", "amber", "red", "rarra"),
    ("INI-03", "Customer portal 2.0", "Digital Channels", "Lena Vogt", "Karl Weber", "green", "amber", "gaagg"),
    ("INI-04", "Payroll consolidation", "Core Systems", "Idris Bello", "Sara Lind", "green", "green", "ggggg"),
    ("INI-05", "Data platform", "Data & AI", "Chen Wei", "Mei Tanaka", "red", "red", "arrga"),
    ("INI-06", "Contact centre move", "Digital Channels", "Priya Nair", None, "green", "unknown", "uuuuu"),
    ("INI-07", "Field service app", "Supply Chain", "Jonas Holm", "Sara Lind", "amber", "amber", "aggag"),
    ("INI-08", "Identity and access", "Core Systems", "Ana Ruiz", "Karl Weber", "green", "green", "ggggg"),
    ("INI-09", "Regulatory reporting 2027", "Compliance", "Olga Petrova", "Karl Weber", "green", "amber", "aggga"),
    ("INI-10", "US logistics roll-out", "Supply Chain", "Mark Hill", "Mei Tanaka", "green", "amber", "garug"),
    ("INI-11", "Office network refresh", "Workplace", "Tom Becker", "Sara Lind", None, "green", "gggug"),
    ("INI-12", "Archive migration", None, "Lena Vogt", "Sara Lind", "green", "green", "ggggg"),
)


LETTERS = {"r": "red", "a": "amber", "g": "green", "u": "unknown"}


CURRENCY = {"INI-10": "USD"}


MONEY = {  # baseline, cpi, spi, complete
    "INI-01": (1_850_000, 0.74, 0.81, 0.46),
    "INI-02": (960_000, 0.91, 0.72, 0.55),
    "INI-03": (640_000, 0.93, 1.02, 0.38),
    "INI-04": (321_000, 1.04, 1.00, 0.71),
    "INI-05": (2_400_000, 0.79, 0.92, 0.33),
    "INI-07": (415_000, 1.01, 0.88, 0.62),
    "INI-08": (538_000, 0.99, 0.98, 0.84),
    "INI-09": (275_000, 1.02, 0.90, 0.29),
    "INI-10": (1_120_000, 0.95, 0.97, 0.41),
    "INI-11": (148_000, 1.05, 1.03, 0.90),
    "INI-12": (86_000, 1.00, 1.00, 1.00),
}


SLIPS = {
    "INI-01": 64,
    "INI-02": 41,
    "INI-03": 3,
    "INI-04": 0,
    "INI-05": 18,
    "INI-07": 14,
    "INI-08": -4,
    "INI-09": 12,
    "INI-10": 2,
    "INI-11": 0,
    "INI-12": 0,
}


GROWTH = {
    "INI-01": (0.08, 0.02),
    "INI-02": (0.27, 0.21),
    "INI-03": (0.13, 0.04),
    "INI-04": (0.0, 0.0),
    "INI-05": (0.34, 0.12),
    "INI-07": (0.05, 0.0),
    "INI-08": (0.02, 0.0),
    "INI-09": (0.04, 0.0),
    "INI-10": (0.19, 0.15),
}


REASONS = {
    "INI-01": (
        ("BUD-03", "critical", "EAC €2.5M is 35% above the baseline of €1.85M (limit 10%)", "cost"),
        ("SCH-06", "high", "Forecast finish is 64 days after the approved one (limit 10)", "schedule"),
        ("PRO-07", "high", "Gate 2 was passed without a named approver", "compliance"),
    ),
    "INI-02": (
        ("SCH-06", "high", "Forecast finish is 41 days after the approved one (limit 10)", "schedule"),
        ("SCO-02", "high", "Scope grew by 27%, 21% of it without a change request", "scope"),
        ("RES-02", "high", "3 people are planned for more than 120% in the next 4 weeks", "resources"),
    ),
    "INI-03": (("BUD-04", "medium", "CPI 0.93 is below 0.95", "cost"),),
    "INI-05": (
        ("BUD-03", "critical", "EAC €3.04M is 27% above the baseline of €2.4M (limit 10%)", "cost"),
        ("SCO-02", "high", "Scope grew by 34%, 12% of it without a change request", "scope"),
    ),
    "INI-07": (("SCH-14", "medium", "5 of 14 tasks due by now are not done", "schedule"),),
    "INI-09": (("SCH-06", "medium", "Forecast finish is 12 days after the approved one (limit 10)", "schedule"),),
    "INI-10": (("SCO-02", "high", "Scope grew by 19%, 15% of it without a change request", "scope"),),
}


def initiative(key: str) -> str:
    return f"initiative:{key}"


def _projects() -> list[dict[str, Any]]:
    rows = []
    for key, name, programme, manager, sponsor, reported, _computed, _dimensions in PROJECTS:
        slip = SLIPS.get(key)
        finish = day("2027-03-31") if key != "INI-11" else day("2026-12-11")
        money = MONEY.get(key)
        rows.append(
            {
                "project_id": initiative(key),
                "key": key,
                "name": name,
                "url": f"https://tracker.meridian.example/browse/{key.replace('-', '')}",
                "programme": programme,
                "department": "IT",
                "phase": "closed" if key == "INI-12" else "execute",
                "currency": CURRENCY.get(key, "EUR"),
                "manager_name": manager,
                "sponsor_name": sponsor,
                "reported_health": reported,
                "reported_on": None if reported is None else day("2026-11-20"),
                "finish_date": None if slip is None else finish + timedelta(days=slip),
                "baseline_finish_date": None if slip is None else finish,
                "has_plan": money is not None,
                "has_tracker": True,
                "has_baseline": money is not None,
                "budget_cost": Decimal(money[0]) * Decimal("1.05") if money and key != "INI-09" else None,
                "slip_days": slip,
                "is_closed": key == "INI-12",
                "booked_hours": Decimal("1240.50") if money else None,
            }
        )
    return rows


def _evm() -> list[dict[str, Any]]:
    rows = []
    for key, (bac, cpi, spi, complete) in MONEY.items():
        ev = Decimal(bac) * Decimal(str(complete))
        ac, pv, eac = (ev / Decimal(str(cpi)), ev / Decimal(str(spi)), Decimal(bac) / Decimal(str(cpi)))
        rows.append(
            {
                "project_id": initiative(key),
                "status_date": TODAY,
                "basis": "cost",
                "currency": CURRENCY.get(key, "EUR"),
                "bac": Decimal(bac),
                "pv": pv,
                "ev": ev,
                "ac": ac,
                "ac_method": "plan_actuals",
                "cv": ev - ac,
                "sv": ev - pv,
                "cpi": cpi,
                "spi": spi,
                "eac": eac,
                "etc": eac - ac,
                "vac": Decimal(bac) - eac,
                "tcpi": 1.04,
                "eac_over_bac_ratio": 1 / cpi - 1,
                "eac_over_budget_ratio": 1 / cpi / 1.05 - 1,
                "complete_ratio": complete,
            }
        )
    return rows


def _scope() -> list[dict[str, Any]]:
    return [
        {
            "project_id": initiative(key),
            "frozen_on": day("2026-06-01"),
            "basis": "hours",
            "growth_ratio": growth,
            "unapproved_ratio": unapproved,
            "added_items": int(growth * 100),
            "added_last_30_days": int(growth * 20),
        }
        for key, (growth, unapproved) in GROWTH.items()
    ]


def _items() -> list[dict[str, Any]]:
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


def _findings() -> list[dict[str, Any]]:
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


def _risks() -> list[dict[str, Any]]:
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


def _weeks() -> list[dict[str, Any]]:
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


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that the views and the ledger hold."""
    return {
        "projects": _projects(),
        "evm": _evm(),
        "scope": _scope(),
        "schedule": [
            {"project_id": initiative(k), "slip_days": s, "milestones_due": 3, "milestones_late": int(s > 10)}
            for k, s in SLIPS.items()
        ],
        "status_reports": [
            {
                "report_id": "r1",
                "project_id": initiative("INI-05"),
                "reported_on": day("2026-11-13"),
                "health": "amber",
            },
            {"report_id": "r2", "project_id": initiative("INI-05"), "reported_on": day("2026-11-20"), "health": "red"},
            {
                "report_id": "r3",
                "project_id": initiative("INI-07"),
                "reported_on": day("2026-11-13"),
                "health": "green",
            },
            {
                "report_id": "r4",
                "project_id": initiative("INI-07"),
                "reported_on": day("2026-11-20"),
                "health": "amber",
            },
            {
                "report_id": "r5",
                "project_id": initiative("INI-08"),
                "reported_on": day("2026-11-13"),
                "health": "amber",
            },
            {
                "report_id": "r6",
                "project_id": initiative("INI-08"),
                "reported_on": day("2026-11-20"),
                "health": "green",
            },
        ],
        "work_items": _items(),
        "risks": _risks(),
        "changes": [
            {
                "change_id": "c1",
                "project_id": initiative("INI-09"),
                "title": "Add the second template set",
                "state": "raised",
                "raised_on": day("2026-10-15"),
                "days_open": 39,
                "cost": Decimal(42_000),
                "currency": "EUR",
            }
        ],
        "gates": [
            {
                "gate_id": "g1",
                "project_id": initiative("INI-03"),
                "name": "Gate 3",
                "state": "planned",
                "planned_on": day("2026-11-02"),
            }
        ],
        "person_weeks": _weeks(),
        "finding": _findings(),
        "project_sources": _origins(),
        "source_state": [
            {
                "source": "jira",
                "kind": "jira_cloud",
                "complete_at": datetime(2026, 11, 23, 5, 48),
                "outcome": "complete",
            },
            {"source": "plans", "kind": "pwa", "complete_at": datetime(2026, 11, 21, 20, 0), "outcome": "complete"},
            {
                "source": "rates",
                "kind": "mspdi",
                "complete_at": datetime(2026, 11, 1, 6, 0),
                "outcome": "failed",
                "error": "the folder cannot be read",
            },
        ],
        "rejection": [
            {
                "source": "jira",
                "stream": "worklogs",
                "native_id": "77",
                "code": "time.negative",
                "reason": "hours are negative",
            }
        ],
        "match_suggestion": [
            {
                "kind": "projects",
                "left_id": "jira:project:10006",
                "right_id": "plans:project:9f2c",
                "left_name": "Depot Roof Repair",
                "right_name": "Depot roof repairs",
                "confidence_ratio": Decimal("0.82"),
                "method": "name",
            }
        ],
    }


def _origins() -> list[dict[str, Any]]:
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
