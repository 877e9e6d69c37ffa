"""What a plan of Microsoft Project means in the portfolio's terms, whether it comes from a file or from a server."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portfolio.model.work import CONSTRAINTS
from portfolio.ports import Scope

CHILD_TABLES = ("work_item", "work_item_link", "baseline", "assignment")
"""Tables whose rows belong to one plan by their `project_id` and are replaced together with it."""

DEPENDENCY_TYPES = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
"""Codes of link types, alike in MSPDI (`PredecessorLink/Type`) and in ProjectServer (`DependencyType`)."""

CONSTRAINT_TYPES: Mapping[int, str] = dict(enumerate(CONSTRAINTS))
"""Codes of constraints, alike in MSPDI (`ConstraintType`) and in ProjectServer: 0 as soon as possible ... 7."""

ZERO_GUID = "00000000-0000-0000-0000-000000000000"

_HOURS = Decimal("0.01")
_MONEY = Decimal("0.0001")
_RATIO = Decimal("0.000001")
_MOST_DIGITS = 15


def row_id(source: str, kind: str, native_id: str) -> str:
    """The id of a row, `source:kind:native id`; references to it are built the same way."""
    return f"{source}:{kind}:{native_id}"


def guid(text: str | None) -> str | None:
    """A GUID in its one spelling (lower case, no braces); the zero GUID, which stands for none, is None."""
    plain = (text or "").strip().strip("{}").lower()
    return None if plain in ("", ZERO_GUID) else plain


def too_large(amount: Decimal) -> bool:
    """Whether a number is beyond any plan, over fifteen digits before the point: arithmetic could break on it."""
    return amount.adjusted() >= _MOST_DIGITS


def _kept(amount: Decimal, step: Decimal) -> Decimal:
    if too_large(amount):
        raise ValueError(f"the amount {amount:.3E} has more than {_MOST_DIGITS} digits before the point")
    return amount.quantize(step, ROUND_HALF_EVEN)


def hours(amount: Decimal) -> Decimal:
    """Hours at the precision we keep, a hundredth. Raises ValueError where `too_large`."""
    return _kept(amount, _HOURS)


def money(amount: Decimal) -> Decimal:
    """An amount of money at the precision we keep, a ten-thousandth. Raises ValueError where `too_large`."""
    return _kept(amount, _MONEY)


def ratio(amount: Decimal) -> Decimal:
    """A fraction at the precision we keep. Raises ValueError where `too_large`."""
    return _kept(amount, _RATIO)


def wall_clock(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as Microsoft's products write it, without zone, taken in `zone`; the year 1 stands for none.

    Fractions of any length occur (`2024-04-25T17:19:25.19`). Raises ValueError for what is not a time, and for one so
    far out (the last hours of the year 9999) that another zone has no day for it.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.year == 1:
        return None
    try:
        taken = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        taken.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError(f"{text} is out of the calendar's range") from problem
    return taken


def to_utc(moment: datetime | None) -> datetime | None:
    """The same instant in UTC."""
    return moment.astimezone(UTC) if moment else None


def status_category(complete: Decimal | None, actual_start: date | None, actual_finish: date | None) -> str:
    """How far a plan's task is: a plan knows no workflow, only per cent complete and actual dates."""
    if complete is not None and complete >= 1:
        return "done"
    if (complete is not None and complete > 0) or actual_start is not None:
        return "in_progress"
    if complete is None:
        return "done" if actual_finish is not None else "unknown"
    return "todo"


def item_kind(*, summary: bool | None, milestone: bool | None) -> str:
    """The portfolio's kind of a plan's task. A summary task marked as milestone is a summary."""
    if summary:
        return "summary"
    return "milestone" if milestone else "task"


class Staffing:
    """Finds who does a task, assignment by assignment: the account with the most planned work on it.

    Equal shares go to the smaller id, so that the order of assignments does not matter.
    """

    def __init__(self) -> None:
        self._best: dict[str, tuple[Decimal, str]] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one `assignment` row; one of nobody does not count."""
        account = row["account_id"]
        if account is None:
            return
        planned = row["planned_hours"] or Decimal(0)
        held = self._best.get(row["work_item_id"])
        if held is None or planned > held[0] or (planned == held[0] and str(account) < held[1]):
            self._best[row["work_item_id"]] = (planned, account)

    def assignee(self, item_id: str) -> str | None:
        """The account, or None for a task of nobody."""
        return self._best[item_id][1] if item_id in self._best else None

    def by_item(self) -> dict[str, str]:
        """Task id -> account."""
        return {item: account for item, (_, account) in self._best.items()}


def assignees(assignments: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Task id -> the account with the most planned work on it; see `Staffing`."""
    staffing = Staffing()
    for row in assignments:
        staffing.add(row)
    return staffing.by_item()


def child_scopes(project_id: str) -> list[Scope]:
    """Everything that belongs to one plan is exactly what the page holds."""
    return [Scope(table, "project_id", project_id) for table in CHILD_TABLES]
