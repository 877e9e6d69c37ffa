from decimal import Decimal
from typing import Any

import pytest

from portfolio.model import VIEWS
from rules.load import load_rules
from rules.terms import VALUES_ZH_HANS, said, said_of_empty
from rules.wording import fill, names_in, placeholders


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{count} {count:entry is|entries are} late", {"count": 1}, "1 entry is late"),
        ("{count} {count:entry is|entries are} late", {"count": 2}, "2 entries are late"),
        ("{count} {count:entry is|entries are} late", {"count": 0}, "0 entries are late"),
        ("{hours} {hours:hour|hours}", {"hours": Decimal("1.5")}, "1.5 hours"),
        ("{hours} {hours:hour|hours}", {"hours": Decimal("1.00")}, "1 hour"),
        ("{ac:money} spent", {"ac": Decimal("1035498.4"), "currency": "EUR"}, "1,035,498 EUR spent"),
        ("{ac:money} spent", {"ac": Decimal(1200), "currency": None}, "1,200 spent"),
        ("{ac:money} spent", {"ac": None, "currency": "EUR"}, "unknown spent"),
    ],
)
def test_a_message_is_filled(template: str, values: dict[str, Any], text: str) -> None:
    assert fill(template, values) == text


def test_an_amount_uses_its_currency() -> None:
    assert names_in(["{ac:money}"]) == {"ac", "currency"}
    assert names_in(["{ac:,.0f}"]) == {"ac"}


@pytest.mark.parametrize("template", ["{count:one}", "{count:a|b|c}", "{count:|b}", "{ac:moneys}"])
def test_other_formats_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match="is not allowed"):
        placeholders(template)


def test_every_fixed_value_of_the_views_has_a_chinese_word_and_no_other_has() -> None:
    assert set(VALUES_ZH_HANS) == {value for view in VIEWS.values() for column in view for value in column.values}


def test_fixed_values_are_said_in_words() -> None:
    assert said("close", "zh-Hans") == "收尾"
    assert said("in_review", "en") == "in review"
    assert said_of_empty("not known; not zero", "en") == "not known"
    assert said_of_empty("never reported", "zh-Hans") == "从未报告"
    assert said_of_empty("not known; not zero", "zh-Hans") is None


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda r: r.id)
def test_a_rule_about_items_has_a_sentence_for_the_project_and_counts_agree_in_number(rule: Any) -> None:
    assert rule.level != "item" or rule.summary
    for words in filter(None, (rule.message, rule.summary)):
        names = [name for name, _ in placeholders(words.en)]
        plain = {name for name, spec in placeholders(words.en) if not spec}
        numbered = {name for name, spec in placeholders(words.en) if "|" in spec}
        assert "count" not in plain or numbered & {"count", "denominator"}, words.en
        assert sorted(set(names) - {"count", "denominator"}) == sorted(
            {name for name, _ in placeholders(words.zh_hans or "")} - {"count", "denominator"}
        )
