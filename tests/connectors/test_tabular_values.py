"""Numbers, days and words in cells: exact, and refused where they could mean two things."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.tabular.cells import Percent, Reading, exact
from connectors.tabular.dates import DateFormat, mistake
from connectors.tabular.faults import BadCell
from connectors.tabular.lines import letters
from connectors.tabular.numbers import NumberFormat
from connectors.tabular.shapes import TABLES, Field, shape
from portfolio.model import SOURCE_TABLES

FRACTIONS = [("approval_ratio", "proposal"), ("probability_ratio", "risk"), ("probability_ratio", "skill_demand")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("2", 2), (Decimal(3), 3), ("2.0", 2), ("", None), (Decimal("-1"), -1)],
)
def test_a_whole_number_is_read(cell: Any, value: int | None) -> None:
    assert Reading().read(field("sequence", "gate"), cell) == value


@pytest.mark.parametrize("cell", ["1.5", "two", Decimal("0.5"), Percent(Decimal("0.5"))])
def test_what_is_not_whole_is_told(cell: Any) -> None:
    with pytest.raises(BadCell):
        Reading().read(field("sequence", "gate"), cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("60 %", "0.6"),
        ("60%", "0.6"),
        ("60％", "0.6"),
        (" 12.5 %", "0.125"),
        ("0.5 %", "0.005"),
        ("100 %", "1"),
        ("0.6", "0.6"),
        ("0", "0"),
        ("1", "1"),
        (Decimal("0.3"), "0.3"),
        (Decimal(1), "1"),
        (Decimal(0), "0"),
        (Percent(Decimal("0.6")), "0.6"),
        (Percent(Decimal(1)), "1"),
    ],
)
@pytest.mark.parametrize(("name", "table"), FRACTIONS)
def test_a_part_of_a_whole_is_read(name: str, table: str, cell: Any, value: str) -> None:
    assert Reading().read(field(name, table), cell) == Decimal(value)


@pytest.mark.parametrize(
    "cell",
    ["30", "60", "101", "-1", "-0.1", "101%", "120 %", "-5 %", Decimal(30), Decimal(100), Percent(Decimal("1.2"))],
)
@pytest.mark.parametrize(("name", "table"), FRACTIONS)
def test_a_part_that_could_mean_two_things_or_is_none_is_refused(name: str, table: str, cell: Any) -> None:
    with pytest.raises(BadCell, match=r"is not between 0 and 1; expected 0\.3 or 30 %"):
        Reading().read(field(name, table), cell)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("half", "`half` is not a number"),
        ("half %", "`half` is not a number"),
        (True, "`true` is true or false; expected a number"),
        (False, "`false` is true or false; expected a number"),
        (date(2026, 1, 1), "`2026-01-01` is a day or time; expected a number"),
        (datetime(2026, 1, 1, 8), "is a day or time; expected a number"),
        (exact(float("inf")), "is too large"),
    ],
)
@pytest.mark.parametrize(("name", "table"), FRACTIONS)
def test_what_is_no_share_is_refused(name: str, table: str, cell: Any, why: str) -> None:
    with pytest.raises(BadCell) as told:
        Reading().read(field(name, table), cell)
    assert why in str(told.value)


def field(name: str, table: str = "budget_line") -> Field:
    return shape(table).fields[name]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        ("-12.5", "-12.5"),
        (" 0.10 ", "0.10"),
        ("1234.567", "1234.567"),
        ("1.2345", "1.2345"),
        ("0.125", "0.125"),
        ("(12.50)", "-12.50"),
        ("−3", "-3"),
    ],
)
def test_a_plain_number_needs_no_format(text: str, number: str) -> None:
    assert NumberFormat().parse(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12.345", "999,999"])
def test_a_number_that_could_have_thousands_is_refused_until_its_format_is_stated(text: str) -> None:
    with pytest.raises(BadCell, match=r"could be .* State `decimal` and `thousands`"):
        NumberFormat().parse(text)


@pytest.mark.parametrize(
    ("decimal", "thousands", "text", "number"),
    [
        (",", ".", "1.234,50", "1234.50"),
        (",", ".", "1.234", "1234"),
        (",", None, "1,234", "1.234"),
        (".", None, "1.234", "1.234"),
        (".", ",", "1,234", "1234"),
        (None, ",", "1,234,567.8", "1234567.8"),
        (None, ".", "1.234,5", "1234.5"),
        (",", " ", "1\u202f234,5", "1234.5"),
        (",", " ", "12\u00a0345", "12345"),
        (".", "'", "1’234.50", "1234.50"),
    ],
)
def test_a_stated_format_is_followed(decimal: str | None, thousands: str | None, text: str, number: str) -> None:
    assert NumberFormat(decimal, thousands).parse(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "12 EUR", "€5", "1e5", "NaN", "inf", "1.2.3", "1,2,3", "٣", "--1", "0x10", "1 234"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        NumberFormat().parse(text)


@pytest.mark.parametrize("text", ["1.23.456", "12,34", "1234.567,8", "1.2345"])
def test_thousands_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadCell):
        NumberFormat(",", ".").parse(text if text != "12,34" else "1.2,34")


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "'"), (".", None), (",", None)]),
)
def test_a_number_written_in_a_format_is_read_back(number: Decimal, signs: tuple[str, str | None]) -> None:
    decimal, thousands = signs
    whole, _, rest = f"{number:,.2f}".partition(".")
    text = whole.replace(",", thousands or "") + decimal + rest
    assert NumberFormat(decimal, thousands).parse(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-11-23 00:00:00", date(2026, 11, 23)),
        ("2026-11-23T10:00:00Z", date(2026, 11, 23)),
        ("2026-11", date(2026, 11, 1)),
        ("2026-W48", date(2026, 11, 23)),
    ],
)
def test_days_as_iso_writes_them_need_no_format(text: str, day: date) -> None:
    assert DateFormat().parse(text) == day


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("01/02/2026", 'in two ways: state date_format = "DD/MM/YYYY" or "MM/DD/YYYY"'),
        ("23.11.2026", 'State date_format = "DD.MM.YYYY"'),
        ("11/23/26", 'State date_format = "MM/DD/YY"'),
        ("2026/11/23", 'State date_format = "YYYY/MM/DD"'),
        ("2026-13-01", "expected a day"),
        ("soon", "expected a day"),
        ("1026-01-01", "between 1950 and 2200"),
    ],
)
def test_other_days_are_refused_with_what_to_state(text: str, remedy: str) -> None:
    with pytest.raises(BadCell) as told:
        DateFormat().parse(text)
    assert remedy in str(told.value)


def test_a_stated_date_format_is_followed() -> None:
    assert DateFormat("DD/MM/YYYY").parse("01/02/2026") == date(2026, 2, 1)
    assert DateFormat("MMM YY").parse("Feb 26") == date(2026, 2, 1)
    assert DateFormat("D.M.YYYY").parse("1.2.2026") == date(2026, 2, 1)
    with pytest.raises(BadCell, match="written as DD/MM/YYYY"):
        DateFormat("DD/MM/YYYY").parse("02/13/2026")


@pytest.mark.parametrize("form", ["%d.%m.%Y", "DD.MM", "YYYY", "DD.DD.YYYY", "hello MM YYYY", "MM/MM/YYYY"])
def test_a_date_format_that_cannot_be_is_a_mistake(form: str) -> None:
    assert mistake(form)


@pytest.mark.parametrize("form", ["DD.MM.YYYY", "MM/YYYY", "YYYY年MM月DD日", "MMM YY"])
def test_a_date_format_that_can_be_is_none(form: str) -> None:
    assert mistake(form) is None


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("amount", exact(0.1 + 0.2), Decimal("0.3000")),
        ("amount", exact(1200), Decimal("1200.0000")),
        ("category", Decimal("1001"), "1001"),
        ("category", True, "true"),
        ("category", datetime(2026, 11, 23), "2026-11-23"),
        ("category", Percent(Decimal("0.25")), "25%"),
        ("period_start", datetime(2026, 11, 23, 8), date(2026, 11, 23)),
        ("currency", "eur", "EUR"),
        ("category", "  ", None),
        ("amount", None, None),
    ],
)
def test_a_cell_is_read_as_its_field(name: str, cell: Any, value: Any) -> None:
    assert Reading().read(field(name), cell) == value


@pytest.mark.parametrize(
    ("name", "cell", "why"),
    [
        ("amount", "abc", "`abc` is not a number"),
        ("amount", True, "is true or false; expected a number"),
        ("amount", datetime(2026, 1, 1), "is a day or time; expected a number"),
        ("amount", Percent(Decimal("0.25")), "`25%` is a percentage; expected an amount"),
        ("amount", Decimal(10) ** 15, "is too large"),
        ("amount", exact(float("inf")), "is too large"),
        ("amount", "9" * 400, "is too large"),
        ("period_start", exact(float("inf")), "is not a day"),
        ("period_start", Decimal(3), "is not a day"),
        ("period_start", True, "is not a day"),
        ("currency", "€", "is not a currency; expected an ISO 4217 code"),
    ],
)
def test_what_does_not_fit_a_field_is_told_with_what_was_expected(name: str, cell: Any, why: str) -> None:
    with pytest.raises(BadCell) as told:
        Reading().read(field(name), cell)
    assert why in str(told.value)


def test_words_of_a_closed_list_are_found_whatever_their_writing_and_others_are_translated() -> None:
    state = field("state", "invoice")
    assert Reading().read(state, "Paid") == "paid"
    assert Reading(values={"state": {"Bezahlt": "paid"}}).read(state, "bezahlt ") == "paid"
    with pytest.raises(BadCell, match=r"one of received, approved, paid, disputed\. Translate it"):
        Reading().read(state, "bezahlt")


@pytest.mark.parametrize(("word", "truth"), [("Yes", True), ("x", True), ("nein", False), ("0", False), ("是", True)])
def test_yes_and_no_are_read(word: str, truth: bool) -> None:
    assert Reading().read(field("has_budget_line", "invoice"), word) is truth


def test_neither_yes_nor_no_is_told() -> None:
    with pytest.raises(BadCell, match="neither yes nor no"):
        Reading().read(field("has_budget_line", "invoice"), "perhaps")


def test_a_week_begins_on_monday() -> None:
    week = field("week_start", "capacity_week")
    assert Reading().read(week, "2026-W48") == date(2026, 11, 23)
    with pytest.raises(BadCell, match="2026-11-29 is a Sunday; expected the Monday"):
        Reading().read(week, "2026-11-29")


def test_columns_have_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize("table", TABLES)
def test_shapes_name_fields_that_there_are(table: str) -> None:
    here = shape(table)
    named = {*here.needs, *here.needs_one_of, *(name for key in here.keys for name in (*key.fields, *key.when))}
    assert named <= set(here.fields)
    assert here.keys[-1].when == ()
    assert {field.column.name for field in here.fields.values()} <= set(SOURCE_TABLES[table].names)
