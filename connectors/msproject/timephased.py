"""Time-phased data of MSPDI as rows: what was, is and was to be worked, stretch by stretch. Pure.

Kept are the stretches of assignments; those of tasks and resources are sums of them. Stretches of one kind that begin
and end on the same days are one row: a day written in hours or minutes becomes that day. A stretch over several days
stays one: the file does not say how it spreads over them. Stretches of nothing are left out.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from connectors import microsoft_plan as plan
from connectors.msproject.stream import Node
from connectors.msproject.values import BadField, Fields

ELEMENT = "TimephasedData"

_WORK, _COST = "hours", "cost"
_OF_ASSIGNMENTS = {
    1: ("remaining", None, _WORK),
    2: ("actual", None, _WORK),
    3: ("overtime", None, _WORK),
    4: ("baseline", 0, _WORK),
    5: ("baseline", 0, _COST),
    6: ("actual", None, _COST),
    1001: ("remaining", None, _COST),
}
"""Type -> kind, number of the baseline, what its value is. Baselines 1 to 10 follow from 16 on, six codes each. 1001 is
not of Microsoft: our own conversion writes it (`mpp_child`), for MSPDI has no word for cost to come."""
_LAST_CODE = 76
_ZERO = Decimal(0)
_NO_ZONE = ZoneInfo("UTC")
"""Days are those that the plan shows, in whatever zone."""


def stretches(node: Node, assignment: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The `timephased` rows of one assignment. Raises BadField for a stretch that cannot be read."""
    sums: dict[tuple[str, int | None, date, date], dict[str, Decimal]] = {}
    for stretch in node.nested.get(ELEMENT, ()):
        texts = stretch.values
        meaning = _meaning(texts.get("Type", ""))
        value = texts.get("Value")
        if meaning is None or not value:
            continue
        kind, number, what = meaning
        amount = _work(value) if what is _WORK else _cost(value)
        if amount:
            held = sums.setdefault((kind, number, *_days(texts.get("Start", ""), texts.get("Finish", ""))), {})
            held[what] = held.get(what, _ZERO) + amount
    native = assignment["id"].partition(":assignment:")[2]
    source = assignment["source"]
    for (kind, number, first, last), amounts in sums.items():
        place = f"{native}:{kind}{'' if number is None else number}:{first}:{last}"
        yield {
            "id": plan.row_id(source, "timephased", place),
            "source": source,
            "project_id": assignment["project_id"],
            "work_item_id": assignment["work_item_id"],
            "assignment_id": assignment["id"],
            "account_id": assignment["account_id"],
            "kind": kind,
            "number": number,
            "starts_on": first,
            "ends_on": last,
            "hours": _kept(amounts.get(_WORK)),
            "cost": amounts.get(_COST),
        }


def _kept(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else plan.hours(amount)


@lru_cache(maxsize=256)
def _meaning(text: str) -> tuple[str, int | None, str] | None:
    """What a Type stands for; None for sums of tasks and resources."""
    code = int(text) if text.isdecimal() else -1
    if code in _OF_ASSIGNMENTS:
        return _OF_ASSIGNMENTS[code]
    if not 0 <= code <= _LAST_CODE:
        raise BadField("TimephasedData/Type", text, f"1 to {_LAST_CODE}")
    number, place = divmod(code - 16, 6)
    if code >= 16 and number < 10 and place in (0, 1):
        return "baseline", number + 1, (_WORK, _COST)[place]
    return None


@lru_cache(maxsize=4096)
def _work(text: str) -> Decimal:
    return Fields({"TimephasedData/Value": text}, _NO_ZONE).hours("TimephasedData/Value") or _ZERO


@lru_cache(maxsize=4096)
def _cost(text: str) -> Decimal:
    return Fields({"TimephasedData/Value": text}, _NO_ZONE).money("TimephasedData/Value") or _ZERO


@lru_cache(maxsize=16384)
def _days(start: str, finish: str) -> tuple[date, date]:
    """First and last day. A stretch of whole days of 24 hours ends where the next day of work begins."""
    times = Fields({"TimephasedData/Start": start, "TimephasedData/Finish": finish}, _NO_ZONE)
    begins, ends = times.moment("TimephasedData/Start"), times.moment("TimephasedData/Finish")
    if begins is None or ends is None or ends < begins:
        raise BadField("TimephasedData/Finish", finish, f"a time at or after its Start, {start or 'which is missing'}")
    whole = ends > begins and (ends - begins) % timedelta(days=1) == timedelta(0)
    if whole or (ends > begins and ends.time() == ends.time().min):
        ends -= timedelta(days=1)
    return begins.date(), max(begins, ends).date()
