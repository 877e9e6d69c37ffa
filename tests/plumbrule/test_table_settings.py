"""Mistakes in the settings of tables are shown at their place, all at once, with a suggestion."""

from pathlib import Path

import pytest

from plumbrule.config_file import load_settings
from portfolio.errors import ConfigurationError

HEAD = """\
[sources.finance]
kind = "tabular"

[[sources.finance.tables]]
into = "budget_line"
path = "b.csv"
"""


def mistakes(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plumbrule.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {})
    return "\n".join(problem.render() for problem in caught.value.problems)


def test_a_table_is_read_from_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "plumbrule.toml"
    path.write_text(HEAD, encoding="utf-8")
    [table] = load_settings(path, {}).settings.sources["finance"].tables  # type: ignore[union-attr]
    assert table.path == tmp_path / "b.csv"


@pytest.mark.parametrize(
    ("line", "place", "told"),
    [
        ('columns = { ammount = "Budget" }', "7:13", "did you mean `amount`?"),
        ('constants = { curency = "EUR" }', "7:15", "did you mean `currency`?"),
        ('constants = { currency = "Euro" }', "7:26", "expected an ISO 4217 code"),
        ("constants = { amount = true }", "7:24", "expected a number"),
        ('columns = { amount = "B" }\nconstants = { amount = 5 }', "8:15", "is a column and a constant"),
        ('values = { categry = { a = "b" } }', "7:12", "did you mean `category`?"),
        ('date_format = "%d.%m.%Y"', "7:15", 'for instance "DD.MM.YYYY"'),
        ('decimal = ","\nthousands = ","', "8:13", "leave one of them out"),
        ('encoding = "base64"', "7:12", "there is no encoding `base64`"),
        ('encoding = "klingon"', "7:12", "there is no encoding `klingon`"),
        ('unpivot = { into = "amount", value = "amount" }', "7:20", "`amount` is not a field for a day"),
        ('unpivot = { into = "period_start", value = "category" }', "7:44", "`category` is not a field for an amount"),
        ('unpivot = { into = "period", value = "amount" }', "7:20", "did you mean `period_start`?"),
        ('unpivot = { into = "period_start", value = "amount", header_format = "xx" }', "7:70", "MM/YYYY"),
        ('unpivot = { into = "period_start", value = "amount" }\ncolumns = { amount = "B" }', "7:44", "as well"),
        ('colums = { amount = "B" }', "7:1", "did you mean `columns`?"),
        ("header_row = 0", "7:14", "must be at least 1"),
        ('delimiter = ";;"', "7:13", "at most 1 character"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(tmp_path: Path, line: str, place: str, told: str) -> None:
    shown = mistakes(tmp_path, f"{HEAD}{line}\n")
    assert f"plumbrule.toml:{place}" in shown
    assert told in shown
    assert "^" in shown


def test_an_unknown_table_names_those_that_there_are(tmp_path: Path) -> None:
    shown = mistakes(tmp_path, HEAD.replace("budget_line", "budget_lines"))
    assert "plumbrule.toml:5:8" in shown
    assert "did you mean `budget_line`?" in shown


def test_a_word_of_a_closed_list_is_checked(tmp_path: Path) -> None:
    text = HEAD.replace("budget_line", "invoice") + 'values = { state = { bezahlt = "payed" } }\n'
    assert "did you mean `paid`?" in mistakes(tmp_path, text)


def test_a_table_that_is_read_twice_is_told(tmp_path: Path) -> None:
    assert "is read into budget_line already" in mistakes(tmp_path, HEAD + HEAD.partition("\n\n")[2])


def test_all_mistakes_of_all_tables_come_together(tmp_path: Path) -> None:
    second = HEAD.partition("\n\n")[2].replace("b.csv", "c.csv")
    shown = mistakes(tmp_path, f'{HEAD}columns = {{ a = "A" }}\n{second}columns = {{ b = "B" }}\n')
    assert shown.count("error[config.table]") == 2
