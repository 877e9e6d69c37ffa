"""What a plan's file says beyond tasks and dates: calendars, work over days, fields of people's own, resources."""

import json
from datetime import date
from decimal import Decimal

import pytest

from portfolio.ports import Scope
from tests.mspdi_plans import CALENDAR, HEAD, SUMMARY, items, link, page_of, plan, pulled, source, task


def calendars(*days: str, base: str = "-1") -> str:
    return (
        f"{HEAD}<Calendars><Calendar><UID>1</UID><Name>Yard</Name><BaseCalendarUID>{base}</BaseCalendarUID>"
        f"{''.join(days)}</Calendar></Calendars>"
    )


def exception(first: str, last: str, *more: str) -> str:
    return (
        f"<Exceptions><Exception><TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate>"
        f"</TimePeriod><Name>Feast</Name>{''.join(more)}<DayWorking>0</DayWorking></Exception></Exceptions>"
    )


def days_of(tmp_path, head: str) -> list[dict]:
    page = page_of(tmp_path, plan(task(1), head=head))
    assert page.rejected == []
    return page.rows["calendar_day"]


def test_a_working_week_is_hours_and_shifts(tmp_path):
    page = page_of(tmp_path, plan(task(1, "<CalendarUID>1</CalendarUID>"), head=HEAD + CALENDAR))
    (calendar,) = page.rows["calendar"]
    sunday, monday = page.rows["calendar_day"]
    assert (calendar["name"], calendar["base_id"]) == ("Standard", None)
    assert (sunday["weekday"], sunday["is_working"], sunday["hours"]) == (7, False, 0)
    assert (monday["weekday"], monday["hours"], monday["shifts"]) == (1, 8, "08:00-12:00 13:00-17:00")
    assert items(page)["Task 1"]["calendar_id"] == calendar["id"]
    assert {Scope(t, "project_id", calendar["project_id"]) for t in ("calendar", "calendar_day")} <= set(page.scopes)


def test_a_shift_to_midnight_lasts_to_the_end_of_the_day(tmp_path):
    week = (
        "<WeekDays><WeekDay><DayType>3</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
        "<FromTime>16:30:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>"
    )
    (tuesday,) = days_of(tmp_path, calendars(week))
    assert (tuesday["weekday"], tuesday["hours"]) == (2, Decimal("7.50"))


def test_a_calendar_that_refines_another_names_it(tmp_path):
    second = "<Calendar><UID>2</UID><Name>Ada</Name><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars>"
    head = HEAD + CALENDAR.replace("</Calendars>", second)
    ada = "<Resource><UID>1</UID><Name>Ada</Name><Type>1</Type><CalendarUID>2</CalendarUID></Resource>"
    page = page_of(tmp_path, plan(task(1), head=head, resources=ada))
    standard, own = page.rows["calendar"]
    assert own["base_id"] == standard["id"]
    assert page.rows["account"][0]["calendar_id"] == own["id"]


def test_an_exception_is_a_range_of_days(tmp_path):
    (feast,) = days_of(tmp_path, calendars(exception("2026-12-24", "2026-12-31")))
    assert (feast["starts_on"], feast["ends_on"]) == (date(2026, 12, 24), date(2026, 12, 31))
    assert (feast["weekday"], feast["is_working"], feast["name"]) == (None, False, "Feast")


def test_an_exception_of_project_2003_stands_among_the_weekdays(tmp_path):
    old = (
        "<WeekDays><WeekDay><DayType>0</DayType><DayWorking>0</DayWorking><TimePeriod><FromDate>2026-05-01T00:00:00"
        "</FromDate><ToDate>2026-05-01T23:59:00</ToDate></TimePeriod></WeekDay></WeekDays>"
    )
    (feast,) = days_of(tmp_path, calendars(old))
    assert (feast["starts_on"], feast["ends_on"], feast["weekday"]) == (date(2026, 5, 1), date(2026, 5, 1), None)


@pytest.mark.parametrize(
    ("period", "more", "days"),
    [
        # the vendor's own example: Thanksgiving, the fourth Thursday of November
        (("2007-11-22", "2010-11-30"), "<Type>3</Type><Month>10</Month><MonthItem>7</MonthItem><MonthPosition>3"
         "</MonthPosition>", ["2007-11-22", "2008-11-27", "2009-11-26", "2010-11-25"]),
        (("2026-01-01", "2028-12-31"), "<Type>2</Type><Month>1</Month><MonthDay>29</MonthDay>", ["2028-02-29"]),
        (("2026-01-01", "2026-04-30"), "<Type>4</Type><Period>2</Period><MonthDay>31</MonthDay>",
         ["2026-01-31", "2026-03-31"]),
        (("2026-01-01", "2026-03-31"), "<Type>5</Type><Period>1</Period><MonthItem>1</MonthItem><MonthPosition>4"
         "</MonthPosition>", ["2026-01-30", "2026-02-27", "2026-03-31"]),
        (("2026-11-02", "2026-11-20"), "<Type>6</Type><Period>2</Period><DaysOfWeek>34</DaysOfWeek>",
         ["2026-11-02", "2026-11-06", "2026-11-16", "2026-11-20"]),
        (("2026-11-02", "2026-11-08"), "<Type>1</Type><Period>3</Period>", ["2026-11-02", "2026-11-05", "2026-11-08"]),
    ],
    ids=["yearly by position", "29 February", "monthly by day", "last weekday", "every second Monday and Friday",
         "every third day"],
)  # fmt: skip
def test_an_exception_that_repeats_is_its_days(tmp_path, period, more, days):
    found = days_of(tmp_path, calendars(exception(*period, more)))
    assert [row["starts_on"].isoformat() for row in found] == days
    assert all(row["starts_on"] == row["ends_on"] for row in found)


def test_a_week_that_differs_for_a_while_has_its_days(tmp_path):
    week = (
        "<WorkWeeks><WorkWeek><TimePeriod><FromDate>2026-07-01T00:00:00</FromDate><ToDate>2026-08-31T23:59:00</ToDate>"
        "</TimePeriod><Name>Summer</Name><WeekDays><WeekDay><DayType>6</DayType><DayWorking>0</DayWorking></WeekDay>"
        "</WeekDays></WorkWeek></WorkWeeks>"
    )
    (friday,) = days_of(tmp_path, calendars(week))
    assert (friday["weekday"], friday["starts_on"], friday["name"]) == (5, date(2026, 7, 1), "Summer")


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ("<WeekDays><WeekDay><DayType>9</DayType></WeekDay></WeekDays>", "DayType is `9`"),
        ("<Exceptions><Exception><Name>Feast</Name></Exception></Exceptions>", "TimePeriod is `Feast`"),
        (
            "<WeekDays><WeekDay><DayType>2</DayType><WorkingTimes><WorkingTime><FromTime>eight</FromTime>"
            "<ToTime>12:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>",
            "FromTime is `eight`",
        ),
    ],
    ids=["weekday", "no period", "clock"],
)
def test_a_calendar_that_cannot_be_read_is_rejected_and_calendars_are_not_cleaned_up(tmp_path, bad, named):
    page = page_of(tmp_path, plan(task(1), head=calendars(bad)))
    assert named in page.rejected[0].reason
    assert not {"calendar", "calendar_day"} & {s.table for s in page.scopes}


def stretch(kind: int, start: str, finish: str, value: str, unit: int = 1) -> str:
    return (
        f"<TimephasedData><Type>{kind}</Type><UID>1</UID><Start>{start}</Start><Finish>{finish}</Finish>"
        f"<Unit>{unit}</Unit><Value>{value}</Value></TimephasedData>"
    )


def spread(tmp_path, *stretches: str, **more: object) -> list[dict]:
    head = "<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>-65535</ResourceUID>"
    assignment = f"{head}{''.join(stretches)}</Assignment>"
    page = page_of(tmp_path, plan(task(1), assignments=assignment), **{"timephased": True, **more})
    assert page.rejected == []
    return page.rows.get("timephased", [])


def test_hours_of_a_day_are_summed_and_days_stay_stretches(tmp_path):
    rows = spread(
        tmp_path,
        stretch(1, "2026-10-01T08:00:00", "2026-10-01T12:00:00", "PT4H0M0S"),
        stretch(1, "2026-10-01T13:00:00", "2026-10-01T14:30:00", "PT1H30M0S", unit=0),
        stretch(1, "2026-10-02T08:00:00", "2026-10-03T08:00:00", "PT8H0M0S", unit=2),
        stretch(1, "2026-10-05T08:00:00", "2026-10-16T17:00:00", "PT80H0M0S", unit=3),
        stretch(1, "2026-10-19T00:00:00", "2026-10-21T00:00:00", "PT16H0M0S", unit=2),
        stretch(1, "2026-10-22T08:00:00", "2026-10-22T17:00:00", "PT0H0M0S"),
    )
    assert [(str(r["starts_on"]), str(r["ends_on"]), r["hours"]) for r in rows] == [
        ("2026-10-01", "2026-10-01", Decimal("5.50")),
        ("2026-10-02", "2026-10-02", 8),
        ("2026-10-05", "2026-10-16", 80),
        ("2026-10-19", "2026-10-20", 16),
    ]
    assert {(r["kind"], r["number"], r["account_id"]) for r in rows} == {("remaining", None, None)}


def test_kinds_and_baselines_are_told_apart_and_costs_stand_in_hundredths(tmp_path):
    one_day = ("2026-10-01T08:00:00", "2026-10-01T17:00:00")
    rows = spread(
        tmp_path,
        stretch(2, *one_day, "PT8H0M0S"), stretch(6, *one_day, "64000"), stretch(3, *one_day, "PT2H0M0S"),
        stretch(4, *one_day, "PT6H0M0S"), stretch(5, *one_day, "48000"), stretch(16, *one_day, "PT5H0M0S"),
        stretch(71, *one_day, "100"), stretch(9, *one_day, "PT99H0M0S"),
    )  # fmt: skip
    assert {(r["kind"], r["number"]): (r["hours"], r["cost"]) for r in rows} == {
        ("actual", None): (8, 640),
        ("overtime", None): (2, None),
        ("baseline", 0): (6, 480),
        ("baseline", 1): (5, None),
        ("baseline", 10): (None, 1),
    }


def test_work_over_days_is_read_only_where_asked_for_and_leaves_with_the_setting(tmp_path):
    one = stretch(1, "2026-10-01T08:00:00", "2026-10-01T12:00:00", "PT4H0M0S")
    assert spread(tmp_path, one, timephased=False) == []
    positions = {}
    pulled(source(tmp_path, timephased=True), positions)
    (page,) = pulled(source(tmp_path), positions)["wall.xml"]
    assert [s.reason for s in page.scopes if s.table == "timephased"] == ["deleted"]
    lacking = {(c.table, c.column): c.note for c in source(tmp_path).capabilities()}
    assert "timephased = true" in lacking["timephased", "hours"]
    assert ("timephased", "hours") not in {
        (c.table, c.column) for c in source(tmp_path, timephased=True).capabilities()
    }


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (stretch(99, "2026-10-01T08:00:00", "2026-10-01T12:00:00", "PT4H"), "TimephasedData/Type is `99`"),
        (stretch(1, "2026-10-02T08:00:00", "2026-10-01T12:00:00", "PT4H"), "TimephasedData/Finish is"),
        (stretch(1, "2026-10-01T08:00:00", "2026-10-01T12:00:00", "four"), "TimephasedData/Value is `four`"),
    ],
    ids=["type", "ends before it starts", "value"],
)
def test_a_stretch_that_cannot_be_read_is_told_and_its_assignment_is_kept(tmp_path, bad, named):
    assignment = f"<Assignment><UID>1</UID><TaskUID>1</TaskUID>{bad}</Assignment>"
    page = page_of(tmp_path, plan(task(1), assignments=assignment), timephased=True)
    assert named in page.rejected[0].reason
    assert len(page.rows["assignment"]) == 1
    tables = {s.table for s in page.scopes}
    assert "timephased" not in tables
    assert "assignment" in tables


LISTS = """<OutlineCodes><OutlineCode><Guid>{11111111-0000-0000-0000-000000000001}</Guid><FieldID>188744589</FieldID>
<Alias>Site</Alias><Values><Value><ValueID>1</ValueID><FieldGUID>AAAA</FieldGUID><Value>North</Value></Value>
<Value><ValueID>2</ValueID><ParentValueID>1</ParentValueID><Value>Pier</Value></Value></Values></OutlineCode></OutlineCodes>
<ExtendedAttributes><ExtendedAttribute><FieldID>188743731</FieldID><FieldName>Text1</FieldName><Alias>Risk</Alias>
<ValueList><Value><ID>7</ID><Value>High</Value></Value></ValueList></ExtendedAttribute>
<ExtendedAttribute><FieldID>188743734</FieldID><FieldName>Text2</FieldName><Alias>Phase</Alias>
<Ltuid>11111111-0000-0000-0000-000000000001</Ltuid></ExtendedAttribute>
<ExtendedAttribute><FieldID>188743737</FieldID><FieldName>Text3</FieldName></ExtendedAttribute></ExtendedAttributes>"""


def own(field: int, *texts: str) -> str:
    return f"<ExtendedAttribute><FieldID>{field}</FieldID>{''.join(texts)}</ExtendedAttribute>"


def test_values_of_lists_are_told_by_their_text(tmp_path):
    fields = (
        own(188743731, "<ValueID>7</ValueID>"),
        own(188743734, "<Value>(list)</Value><ValueGUID>{aaaa}</ValueGUID>"),
        own(188743737, "<Value>plain</Value>"),
        "<OutlineCode><FieldID>188744589</FieldID><ValueID>2</ValueID></OutlineCode>",
    )
    page = page_of(tmp_path, plan(task(1, *fields), head=HEAD.partition("<ExtendedAttributes>")[0] + LISTS))
    assert json.loads(items(page)["Task 1"]["custom_fields"]) == {
        "Phase": "North",
        "Risk": "High",
        "Site": "North.Pier",
        "Text3": "plain",
    }


def test_mapped_fields_of_the_summary_task_govern_the_project(tmp_path):
    summary = SUMMARY.replace("</Task>", own(188743731, "<Value>EXECUTE</Value>") + "</Task>")
    page = page_of(tmp_path, plan(summary), fields={"phase": "Owner"})
    (project,) = page.rows["project"]
    assert project["phase"] == "execute"
    assert json.loads(project["custom_fields"]) == {"Owner": "EXECUTE"}
    lacking = {(c.table, c.column) for c in source(tmp_path, fields={"phase": "Owner"}).capabilities()}
    assert ("project", "phase") not in lacking
    assert ("project", "programme") in lacking


def test_a_word_that_is_not_allowed_leaves_its_column_unknown_and_is_told(tmp_path):
    summary = SUMMARY.replace("</Task>", own(188743731, "<Value>Halfway</Value>") + "</Task>")
    page = page_of(tmp_path, plan(summary), fields={"phase": "Owner"})
    assert page.rows["project"][0].get("phase") is None
    assert "Owner is `Halfway`, expected one of propose" in page.rejected[0].reason
    assert "project" not in {s.table for s in page.scopes}


def test_the_manager_is_the_one_resource_of_that_name(tmp_path):
    ada = "<Resource><UID>{}</UID><Name>Ada</Name><Type>1</Type></Resource>"
    head = HEAD.replace("<StartDate>", "<Manager>Ada</Manager><StartDate>", 1)
    one = page_of(tmp_path, plan(task(1), head=head, resources=ada.format(1)))
    assert one.rows["project"][0]["manager_id"] == one.rows["account"][0]["id"]
    two = page_of(tmp_path, plan(task(1), head=head, resources=ada.format(1) + ada.format(2)))
    assert two.rows["project"][0]["manager_id"] is None


def test_rates_baselines_and_custom_fields_of_resources_are_kept(tmp_path):
    ada = (
        "<Resource><UID>1</UID><Name>Ada</Name><Type>1</Type><StandardRate>80</StandardRate><OvertimeRate>120.5"
        "</OvertimeRate><CostPerUse>2500</CostPerUse><Group>Yard</Group>"
        f"{own(188743731, '<Value>Docks</Value>')}"
        "<Baseline><Number>0</Number><Work>PT40H0M0S</Work><Cost>320000</Cost></Baseline></Resource>"
    )
    page = page_of(tmp_path, plan(task(1), resources=ada), fields={"resource_department": "Owner"})
    (account,) = page.rows["account"]
    assert (account["rate_per_hour"], account["overtime_rate_per_hour"], account["cost_per_use"]) == (
        80,
        Decimal("120.5"),
        25,
    )
    assert account["department"] == "Docks"
    (baseline,) = page.rows["baseline"]
    assert (baseline["owner_kind"], baseline["owner_id"], baseline["cost"]) == ("account", account["id"], 3200)


def test_elapsed_time_is_kept_beside_working_time(tmp_path):
    day = "<Duration>PT24H0M0S</Duration><DurationFormat>8</DurationFormat>"
    lag = link(1, "<LinkLag>14400</LinkLag><LagFormat>8</LagFormat>")
    page = page_of(tmp_path, plan(task(1, day), task(2, lag)))
    first = items(page)["Task 1"]
    assert (first["duration_hours"], first["duration_elapsed_hours"]) == (Decimal("5.71"), 24)
    (row,) = page.rows["work_item_link"]
    assert (row["lag_hours"], row["lag_elapsed_hours"]) == (Decimal("5.71"), 24)


def test_notes_links_and_series_are_kept(tmp_path):
    page = page_of(
        tmp_path,
        plan(
            task(1, f"<Notes> {'x' * 5000}</Notes><HyperlinkAddress>https://a.example/b</HyperlinkAddress>"
                 "<HyperlinkSubAddress>c</HyperlinkSubAddress><Recurring>1</Recurring><Type>2</Type>"),
            task(2, "<ExternalTask>1</ExternalTask>"),
        ),
    )  # fmt: skip
    first, second = items(page)["Task 1"], items(page)["Task 2"]
    assert (len(first["notes"]), first["hyperlink"]) == (4000, "https://a.example/b#c")
    assert (first["is_recurring"], first["scheduling"]) == (True, "fixed_work")
    assert (second["is_external"], second["scheduling"], second["notes"]) == (True, "fixed_units", None)


def test_the_year_1_and_guids_in_braces_are_understood(tmp_path):
    page = page_of(tmp_path, plan(task(1, "<Deadline>0001-01-01T00:00:00</Deadline>", "<GUID>{0B-AA}</GUID>")))
    assert items(page)["Task 1"]["deadline_date"] is None
    assert items(page)["Task 1"]["native_id"] == "0b-aa"


def test_a_task_and_an_assignment_of_the_same_uid_keep_a_baseline_each(tmp_path):
    baseline = "<Baseline><Number>0</Number><Work>PT{}H0M0S</Work></Baseline>"
    assignment = f"<Assignment><UID>1</UID><TaskUID>1</TaskUID>{baseline.format(3)}</Assignment>"
    page = page_of(tmp_path, plan(task(1, baseline.format(8)), assignments=assignment))
    assert len({row["id"] for row in page.rows["baseline"]}) == 2


def test_the_last_hours_of_the_calendar_are_told_and_the_others_are_read(tmp_path):
    late = task(2).replace("2026-10-02T17:00:00", "9999-12-31T23:59:59")
    page = page_of(tmp_path, plan(SUMMARY, task(1), late), timezone="America/New_York")
    assert "Task 1" in items(page)
    assert any("9999-12-31" in rejected.reason for rejected in page.rejected)
