import pytest

from rules.compile import FUNCTIONS, function_entries, function_lines


def test_every_function_is_listed_with_types_meaning_and_form_on_each_engine() -> None:
    entries = function_entries()
    assert [e.name for e in entries] == list(FUNCTIONS)
    for entry in entries:
        assert entry.usage.startswith(f"{entry.name}(") and entry.doc and entry.takes and entry.gives
        assert list(entry.engines) == ["DuckDB", "Spark", "PostgreSQL"] and all(entry.engines.values())
        assert all(line.isprintable() for line in entry.lines())


def test_one_function_is_told_whole() -> None:
    assert function_lines("days_between") == [
        "days_between(a, b)  ->  number",
        "  calendar days from date a to date b",
        "  takes a: date; b: date",
        "  DuckDB:     DATE_DIFF('DAY', a, b)",
        "  Spark:      DATEDIFF(DAY, a, b)",
        "  PostgreSQL: (b - a)",
    ]


def test_what_differs_elsewhere_is_told() -> None:
    assert function_lines("upper")[-1].startswith("  but on Spark")
    assert [e.name for e in function_entries() if e.elsewhere] == ["lower", "upper"]


@pytest.mark.parametrize("name", ["trim", "is_blank"])
def test_white_space_is_named_rather_than_shown(name: str) -> None:
    assert sum("<white space>" in line for line in function_lines(name)) == 3


def test_a_function_that_is_none_has_no_lines() -> None:
    assert function_lines("now") == []
