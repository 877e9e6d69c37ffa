"""Tempo's accounts as billing accounts: what time is charged to, and how much of it in a month. Pure.

Source: Tempo, REST API v4, "Accounts"; `monthlyBudget` is a number of hours. The list leaves archived accounts out.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.tempo.entries import Home, Unreadable, native
from portfolio.ports import Row

_STATES = {"OPEN": "open", "CLOSED": "closed", "ARCHIVED": "archived"}


def account_row(account: Mapping[str, Any], home: Home) -> Row:
    """An account of REST v4. Raises Unreadable."""
    key = native(account.get("key"), "key")
    return {
        "id": f"{home.source}:billing:{native(account.get('id'), 'id')}",
        "source": home.source,
        "key": key,
        "name": str(account.get("name") or key),
        "state": _STATES.get(str(account.get("status"))),
        "category": _name(account.get("category")),
        "customer": _name(account.get("customer")),
        "monthly_budget_hours": _hours(account.get("monthlyBudget")),
    }


def _name(part: Any) -> str | None:
    named = part.get("name") or part.get("key") if isinstance(part, dict) else None
    return str(named) if named else None


def _hours(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(f"monthlyBudget is {value!r:.60}, not a number of hours")
    return Decimal(value)
