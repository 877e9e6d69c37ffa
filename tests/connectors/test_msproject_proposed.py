"""Custom fields of plan files that say what a project was proposed for."""

from datetime import date
from decimal import Decimal

from connectors.msproject.governance import governed
from connectors.msproject.settings import PlanFields

FIELDS = PlanFields(expected_value="Nutzen", closed_on="Beendet", objective_metric="Kennzahl", goal="Ziel")


def test_mapped_fields_fill_the_columns_of_a_proposal() -> None:
    texts = {"Nutzen": "90000", "Beendet": "2026-06-01T17:00:00", "Kennzahl": "calls", "Ziel": "Grow", "Other": "x"}

    found, problems = governed(texts, FIELDS)

    assert problems == []
    assert found == {
        "expected_value": Decimal(90000),
        "closed_on": date(2026, 6, 1),
        "objective_metric": "calls",
        "goal": "Grow",
    }


def test_a_value_that_cannot_be_read_is_told_by_the_fields_name() -> None:
    found, [problem] = governed({"Nutzen": "viel", "Ziel": "Grow"}, FIELDS)

    assert found == {"goal": "Grow"}
    assert problem == "Nutzen is 'viel', expected a number such as 1234.50, of at most fourteen digits"
