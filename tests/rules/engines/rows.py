"""One table of edge rows, the same on every engine, and the scope of predicates over it."""

from datetime import date
from decimal import Decimal
from typing import Any

from rules.compile import Name, Scope, Type

COLUMNS: dict[str, tuple[Type, str]] = {
    "d": (Type.DATE, "DATE"),
    "e": (Type.DATE, "DATE"),
    "n": (Type.NUMBER, "DECIMAL(14,2)"),
    "m": (Type.NUMBER, "DECIMAL(18,4)"),
    "k": (Type.NUMBER, "BIGINT"),
    "r": (Type.NUMBER, "DOUBLE PRECISION"),
    "t": (Type.TEXT, "VARCHAR"),
    "u": (Type.TEXT, "VARCHAR"),
    "labels": (Type.TEXTS, "VARCHAR[]"),
    "yes": (Type.BOOLEAN, "BOOLEAN"),
}
PLACES = {"n": 2, "m": 4, "k": 0}
PARAMETERS: dict[str, tuple[Type, Any]] = {
    "as_of": (Type.DATE, date(2026, 6, 30)),
    "limit": (Type.NUMBER, Decimal("0.95")),
    "days": (Type.NUMBER, 30),
    "word": (Type.TEXT, "a"),
    "on": (Type.BOOLEAN, True),
}
SCOPE = Scope(
    "the edge rows",
    {name: Name(kind, places=PLACES.get(name)) for name, (kind, _) in COLUMNS.items()},
    {name: Name(kind) for name, (kind, _) in PARAMETERS.items()},
)
_DAYS = [
    *(date(2026, 6, 29 + n) if n < 2 else date(2026, 7, n - 1) for n in range(7)),  # a Monday to a Sunday
    date(2024, 2, 28), date(2024, 2, 29), date(2023, 2, 28), date(2024, 3, 1), date(2000, 2, 29), date(1900, 2, 28),
    date(2026, 1, 31), date(2026, 12, 31), date(2027, 1, 1), date(1969, 12, 28), date(1970, 1, 1), date(1970, 1, 5),
    date(1582, 10, 4), date(1582, 10, 15), date(1, 1, 1), date(9999, 12, 31), None,
]  # fmt: skip
_AMOUNTS = [
    None, "0.00", "-0.01", "0.01", "0.05", "0.50", "1.50", "2.50", "-2.50", "3.49", "-3.51", "10.00", "95.00", "100.00",
    "999999999999.99", "-999999999999.99", "33.33",
]  # fmt: skip
_DOUBLES = [
    None, 0.0, -0.0, 0.95, 0.9500000000000001, 1.005, 2.675, -2.675, 2.5, -2.5, 0.1 + 0.2, 1 / 3, 1e10,
    123456.789, -1e-9,
]  # fmt: skip
_COUNTS = [None, 0, 1, -1, 2, 7, 30, 45, 1_000_000, 1_000_001, 2**31, -(2**31), 2**62]
_TEXTS = [
    None, "", " ", "  x ", "\tx\n", "\u3000\u3000", "\u00a0x\u2003", "Wall", "wall", "WALL", "wall ", "É", "é", "ÀÉÎ",
    "任务", "任务 ", "👩‍🔧", "e\u0301", "it's", 'a"b', "a\\b", "a\\", "\\", "100%", "100", "a_b", "axb", "%", "_", "a",
    "A", "b", "ab",
    "line\nbreak", "$limit", ":limit", "%(limit)s", "null", "Ж", "ж", "z", "~", "-",
]  # fmt: skip
_LISTS = [None, [], ["a"], ["a", "b"], [""], ["A", "任务"], ["a b", "it's", 'q"q', "c,d"]]
_YES = [None, True, False]


def rows() -> list[tuple[Any, ...]]:
    """(id, columns ...); each value of each column meets many of the others."""
    found = []
    for n in range(420):
        amount, exact = _AMOUNTS[n % len(_AMOUNTS)], _AMOUNTS[(n * 3 + n // 17) % len(_AMOUNTS)]
        found.append(
            (
                n,
                _DAYS[n % len(_DAYS)],
                _DAYS[(n * 5 + n // 24) % len(_DAYS)],
                None if amount is None else Decimal(amount),
                None if exact is None else Decimal(exact) / 10,
                _COUNTS[n % len(_COUNTS)],
                _DOUBLES[n % len(_DOUBLES)],
                _TEXTS[n % len(_TEXTS)],
                _TEXTS[(n * 2 + n // 43) % len(_TEXTS)],
                _LISTS[n % len(_LISTS)],
                _YES[n % len(_YES)],
            )
        )
    return found
