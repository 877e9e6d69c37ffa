"""Numbers as readers of each language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.figures import Figures
from reports.words import Words

EN, ZH = Figures(Words("en")), Figures(Words("zh-Hans"))


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        ("321000", "€321K", "€32.1万"),
        ("1432100", "€1.43M", "€143万"),
        ("999999", "€1M", "€100万"),
        ("690000000", "€690M", "€6.9亿"),
        ("412.60", "€413", "€413"),
        ("0", "€0", "€0"),
    ],
)
def test_money_is_compact_in_each_language(amount: str, english: str, chinese: str) -> None:
    assert EN.money(Decimal(amount), "EUR") == english
    assert ZH.money(Decimal(amount), "EUR") == chinese


def test_money_to_the_unit_and_below_nought() -> None:
    assert EN.full_money(Decimal("1850000.50"), "EUR") == "€1,850,000"
    assert EN.full_money(Decimal("-650000"), "EUR") == "−€650,000"


def test_a_rounded_nought_has_no_sign_whichever_was_written_first() -> None:
    for order in ((Decimal("-0.2"), Decimal("0.2")), (Decimal("0.2"), Decimal("-0.2"))):
        fresh = Figures(Words("en"))
        assert [fresh.number(value) for value in order] == ["0", "0"]
        assert [fresh.full_money(value, "EUR") for value in order] == ["€0", "€0"]
        assert [fresh.index(value * 0) for value in order] == ["0.00", "0.00"]


def test_exact_money_is_never_shortened() -> None:
    exact = Figures(Words("en"), exact=True)
    assert exact.money(Decimal("149000.00"), "USD") == "$149,000"
    assert exact.money(None, "USD") == "n/a"


def test_money_without_a_currency_is_a_plain_number() -> None:
    assert EN.money(Decimal("321000"), None) == "321,000"
    assert EN.full_money(Decimal("321000"), None) == "321,000"


@pytest.mark.parametrize(
    "text",
    [
        EN.money(None, "EUR"),
        EN.full_money(None, "EUR"),
        EN.number(None),
        EN.index(None),
        EN.percent(None),
        EN.points(None),
        EN.signed(None),
        EN.days(None),
        EN.day(None),
        EN.short_day(None),
        EN.moment(None),
    ],
)
def test_what_is_unknown_is_not_available_and_never_nought(text: str) -> None:
    assert text == "n/a"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.351, "+35%"),
        (0.041, "+4.1%"),
        (-0.02, "−2%"),
        (0.0, "0%"),
        (-0.0001, "0%"),
        (0.0999, "+10%"),
        (12.5, "+1,250%"),
    ],
)
def test_percentages_show_their_sign_and_no_more_digits_than_they_carry(ratio: float, text: str) -> None:
    assert EN.percent(ratio, signed=True) == text


def test_days_and_moments() -> None:
    assert EN.days(64) == "+64 d"
    assert EN.days(-4) == "−4 d"
    assert EN.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert ZH.short_day(date(2026, 11, 2)) == "11月2日"
    assert EN.near_day(date(2026, 1, 5), date(2026, 11, 23)) == "5 Jan"
    assert EN.near_day(date(2013, 1, 5), date(2026, 11, 23)) == "5 Jan 2013"
    assert ZH.near_day(date(2027, 1, 5), date(2026, 11, 23)) == "2027年1月5日"
    assert EN.near_day(None, date(2026, 11, 23)) == "n/a"
    assert EN.moment(datetime(2026, 11, 23, 6, 0, tzinfo=UTC)) == "23 Nov 2026, 06:00 UTC"


@pytest.mark.parametrize(
    ("hours", "text"), [(None, "never"), (0, "less than an hour ago"), (34, "34 h ago"), (49, "2 d ago")]
)
def test_ages(hours: int | None, text: str) -> None:
    assert EN.age(hours) == text
