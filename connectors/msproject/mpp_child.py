"""The child process that reads one plan with MPXJ and writes it as MSPDI: `python -m connectors.msproject.mpp_child`.

A process of its own, for a Java machine starts once in a process and never again, and what it costs in memory and time
can be ended from outside. MPXJ's writer joins days of equal work into stretches; here work and cost are asked for day
by day and written beside each assignment in MSPDI's own words, so that nothing is lost that the plan knows.

API: MPXJ 16 (org.mpxj.reader.UniversalProjectReader, org.mpxj.mspdi.MSPDIWriter, org.mpxj.ResourceAssignment).
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

_SPREAD = {
    2: ("ActualWork", None),
    1: ("RemainingWork", None),
    3: ("ActualOvertimeWork", None),
    6: ("ActualCost", None),
    1001: ("RemainingCost", None),
    **{4 if n == 0 else 10 + 6 * n: ("BaselineWork", n) for n in range(11)},
    **{5 if n == 0 else 11 + 6 * n: ("BaselineCost", n) for n in range(11)},
}
"""Type of TimephasedData -> what MPXJ is asked for, and of which baseline. 1001 is ours: MSPDI has no word for it."""
_MOST_DAYS = 36_600
_UID = re.compile(r"\s*<UID>(\d+)</UID>")


def main(arguments: list[str]) -> int:
    """`input output outcome memory_megabytes timephased`; the outcome is a small JSON file. 0 where it was read."""
    source, target, outcome, memory, timephased = arguments
    os.umask(0o077)
    told = _convert(source, Path(target), int(memory), spread=timephased == "1")
    Path(outcome).write_text(json.dumps(told), encoding="utf-8")
    return 0 if told["state"] == "read" else 1


def _convert(source: str, target: Path, memory: int, *, spread: bool) -> dict[str, str]:
    import jpype
    import mpxj  # noqa: F401 - names its jars

    try:
        jpype.startJVM(f"-Xmx{memory}m", "-Djava.awt.headless=true", convertStrings=True)
    except Exception as problem:
        return {"state": "no_java", "detail": str(problem)}
    try:
        return _read(source, target, spread=spread)
    except jpype.JException as problem:
        return _told(problem)


def _read(source: str, target: Path, *, spread: bool) -> dict[str, str]:
    from org.mpxj.mspdi import MSPDIWriter
    from org.mpxj.reader import UniversalProjectReader

    plans = UniversalProjectReader().readAll(source)
    if plans is None or plans.size() == 0:
        return {"state": "unknown_format", "detail": ""}
    if plans.size() > 1:
        names = ", ".join(str(plan.getProjectProperties().getProjectTitle()) for plan in plans)
        return {"state": "several", "detail": f"{plans.size()}: {names}"}
    plan = plans.get(0)
    writer = MSPDIWriter()
    writer.setWriteTimephasedData(False)
    whole = target.with_suffix(".plain.xml")
    writer.write(plan, str(whole))
    if spread:
        _add_days(whole, target, plan)
        whole.unlink()
    else:
        whole.rename(target)
    return {"state": "read", "detail": str(plan.getProjectProperties().getMppFileType() or "")}


def _told(problem: Any) -> dict[str, str]:
    """What a Java exception means. The cause says more than what wraps it."""
    chain = problem
    texts: list[str] = []
    while chain is not None and len(texts) < 8:
        texts.append(f"{chain.getClass().getSimpleName()}: {chain.getMessage() or ''}".strip(": "))
        chain = chain.getCause()
    detail = "; ".join(dict.fromkeys(texts))[:400]
    if "password" in detail.lower():
        return {"state": "password", "detail": detail}
    if "OutOfMemoryError" in detail:
        return {"state": "memory", "detail": detail}
    if "Unsupported" in detail or "file format" in detail.lower():
        return {"state": "unknown_format", "detail": detail}
    return {"state": "damaged", "detail": detail}


def _add_days(whole: Path, target: Path, plan: Any) -> None:
    """Copy the file, with the days of each assignment before its end. The writer puts each element on its own line."""
    by_uid = {int(a.getUniqueID()): a for a in plan.getResourceAssignments()}
    inside, uid = False, None
    with whole.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for line in lines:
            if "<Assignment>" in line:
                inside, uid = True, None
            elif inside and uid is None and (match := _UID.match(line)):
                uid = int(match[1])
            elif "</Assignment>" in line:
                inside = False
                if uid in by_uid:
                    out.writelines(_days(by_uid[uid], uid))
            out.write(line)


def _days(assignment: Any, uid: int) -> Iterator[str]:
    """What is spread over days, as elements of MSPDI."""
    for code, (what, number) in _SPREAD.items():
        for day, value in _values(assignment, what, number):
            yield (
                f"<TimephasedData><Type>{code}</Type><UID>{uid}</UID><Start>{day}T00:00:00</Start>"
                f"<Finish>{day}T23:59:00</Finish><Unit>2</Unit><Value>{value}</Value></TimephasedData>\n"
            )


def _values(assignment: Any, what: str, number: int | None) -> Iterator[tuple[date, str]]:
    """Days with something on them: ISO durations of work, hundredths of costs."""
    from java.util import ArrayList
    from org.mpxj import LocalDateTimeRange, TimeUnit

    first, last = _span(assignment, number)
    if first is None or last is None or (last - first).days > _MOST_DAYS:
        return
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ranges = ArrayList()
    for day in days:
        ranges.add(LocalDateTimeRange(_midnight(day), _midnight(day + timedelta(days=1))))
    ask = getattr(assignment, f"getTimephased{what}")
    cost = what.endswith("Cost")
    given = [] if number is None else [number]
    found = ask(*given, ranges) if cost else ask(*given, ranges, TimeUnit.MINUTES)
    for day, value in zip(days, found or (), strict=False):
        amount = 0.0 if value is None else float(value.doubleValue() if cost else value.getDuration())
        if amount:
            yield day, f"{amount * 100:.4f}" if cost else f"PT0H0M{amount * 60:.4f}S"


def _span(assignment: Any, number: int | None) -> tuple[date | None, date | None]:
    if number is None:
        return _day(assignment.getStart()), _day(assignment.getFinish())
    if number == 0:
        return _day(assignment.getBaselineStart()), _day(assignment.getBaselineFinish())
    return _day(assignment.getBaselineStart(number)), _day(assignment.getBaselineFinish(number))


def _day(moment: Any) -> date | None:
    return None if moment is None else date(moment.getYear(), moment.getMonthValue(), moment.getDayOfMonth())


def _midnight(day: date) -> Any:
    from java.time import LocalDateTime

    return LocalDateTime.of(day.year, day.month, day.day, 0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
