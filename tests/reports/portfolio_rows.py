"""Rows of twelve invented projects, by documented view and ledger table."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portfolio_basics import CURRENCY, GROWTH, MONEY, PROJECTS, SLIPS, TODAY, day, initiative
from portfolio_records import events_rows, findings_rows, items_rows, origins_rows, risks_rows, weeks_rows


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
        "work_items": items_rows(),
        "risks": risks_rows(),
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
        "person_weeks": weeks_rows(),
        "finding": findings_rows(),
        "finding_event": events_rows(findings_rows()),
        "project_sources": origins_rows(),
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
