"""Small MSPDI plans written by hand, and pulls of them as sync does it."""

from pathlib import Path

from conformance import by_partition

from connectors.msproject import connect
from connectors.msproject.reader import PlanFileReader
from connectors.msproject.settings import MspdiSource
from portfolio.ports import Page, Partition

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
<GUID>{AAAAAAAA-0000-0000-0000-000000000001}</GUID><Title>Harbour &lt;b&gt;wall&lt;/b&gt;</Title>
<StartDate>2026-10-01T08:00:00</StartDate><StatusDate>2026-11-20T17:00:00</StatusDate>
<CurrencyCode>EUR</CurrencyCode><MinutesPerWeek>2400</MinutesPerWeek>
<ExtendedAttributes><ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><Alias>Owner</Alias>
</ExtendedAttribute></ExtendedAttributes>
"""
SUMMARY = """<Task><UID>0</UID><ID>0</ID><Name>Harbour wall</Name><OutlineLevel>0</OutlineLevel><Summary>1</Summary>
<Work>PT80H0M0S</Work><Cost>500000</Cost><RemainingCost>250000</RemainingCost><PercentComplete>50</PercentComplete>
<Baseline><Number>0</Number><Start>2026-10-01T08:00:00</Start><Finish>2026-12-01T17:00:00</Finish>
<Work>PT70H0M0S</Work><Cost>400000</Cost></Baseline></Task>"""

CALENDAR = """<Calendars><Calendar><UID>1</UID><Name>Standard</Name><BaseCalendarUID>-1</BaseCalendarUID><WeekDays>
<WeekDay><DayType>1</DayType><DayWorking>0</DayWorking></WeekDay>
<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes>
<WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>
<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>
</WeekDays></Calendar></Calendars>"""


def task(uid: int, *more: str, level: int = 1) -> str:
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>Task {uid}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Start>2026-10-01T08:00:00</Start><Finish>2026-10-02T17:00:00</Finish>{''.join(more)}</Task>"
    )


def link(uid: int, *more: str, kind: int = 1) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>{''.join(more)}</PredecessorLink>"
    )


def plan(*tasks: str, resources: str = "", assignments: str = "", head: str = HEAD) -> str:
    return (
        f"{head}<Tasks>{''.join(tasks)}</Tasks><Resources>{resources}</Resources>"
        f"<Assignments>{assignments}</Assignments></Project>"
    )


def source(path: Path, **more: object) -> PlanFileReader:
    return connect("plans", MspdiSource(kind="mspdi", path=path, **more))


def pulled(reader: PlanFileReader, positions: dict[Partition, str] | None = None) -> dict[str, list[Page]]:
    """One whole pull, as sync does it; positions are moved in place."""
    steps = by_partition(reader, {} if positions is None else positions)
    return {partition.key: list(pages) for partition, pages in steps}


def page_of(tmp_path: Path, text: str | bytes, **more: object) -> Page:
    file = tmp_path / "wall.xml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    (page,) = pulled(source(file, **more))["wall.xml"]
    return page


def items(page: Page) -> dict[str, dict]:
    return {row["title"]: row for row in page.rows["work_item"]}
