"""Twelve invented projects: names, numbers and states that their rows are made of."""

from datetime import UTC, date, datetime
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
