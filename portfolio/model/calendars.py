"""Working time: which hours of which days are worked, for whoever computes with working time."""

from portfolio.model.column import (
    Table,
    boolean,
    day,
    deletable,
    from_source,
    hours,
    integer,
    key_text,
    text,
)

CALENDAR_TABLES: tuple[Table, ...] = (
    Table(
        "calendar",
        "A calendar of working time. One that refines another says only what differs.",
        (
            *from_source(),
            text("project_id", "the plan that holds it", "shared by all plans of the source"),
            key_text("name", "its name"),
            text("base_id", "the calendar that it refines", "it stands for itself"),
            *deletable(),
        ),
    ),
    Table(
        "calendar_day",
        "What a calendar says of one weekday, or of a range of days. Rows with days win over rows without, the shorter"
        " range over the longer; of a day about which it says nothing the base speaks.",
        (
            *from_source(),
            text("project_id", "the plan that holds it", "shared by all plans of the source"),
            key_text("calendar_id", "the calendar"),
            integer("weekday", "1 is Monday, 7 is Sunday", "every day of the range"),
            day("starts_on", "first day that it is about", "any day of that weekday"),
            day("ends_on", "last day that it is about, included", "any day of that weekday"),
            text("name", "name of the exception or of the working week", "none"),
            boolean("is_working", "is worked", "as the base says"),
            hours("hours", "working hours of such a day", "as the base says"),
            text("shifts", "working time as 08:00-12:00 13:00-17:00", "none, or as the base says"),
            *deletable(),
        ),
    ),
)
