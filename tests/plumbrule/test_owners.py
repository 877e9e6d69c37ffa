"""Who is to mend a finding, by the rule's role."""

from dataclasses import replace

import duckdb
import pytest

from plumbrule.owners import owners
from portfolio.model import VIEWS
from rules.connection import select
from rules.load import load_rules
from rules.ruleset import RuleSet
from rules.selftest import fill_view


class Views:
    """Two views in memory."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        projects = [
            {"project_id": "A", "manager_name": "Ada", "sponsor_name": "Grace"},
            {"project_id": "B", "manager_name": None, "sponsor_name": None},
        ]
        units = [
            {"project_id": "A", "stated_as": "department", "depth": 0, "owner_name": None},
            {"project_id": "A", "stated_as": "department", "depth": 1, "owner_name": "Dora"},
            {"project_id": "A", "stated_as": "department", "depth": 2, "owner_name": "Olga"},
            {"project_id": "A", "stated_as": "programme", "depth": 0, "owner_name": "Petra"},
        ]
        fill_view(self.connection, VIEWS["projects"], projects)
        fill_view(self.connection, VIEWS["project_units"], units)

    def rows(self, sql: str, parameters: object = None) -> list[dict[str, object]]:
        return select(self.connection, sql, {})


@pytest.mark.parametrize(
    ("role", "project", "owner"),
    [
        ("project_manager", "A", "Ada"),
        ("sponsor", "A", "Grace"),
        ("department_owner", "A", "Dora"),
        ("programme_manager", "A", "Petra"),
        ("data_steward", "A", "Stella"),
        ("project_manager", "B", "Paul"),
        ("sponsor", "B", None),
        ("nobody", "A", None),
    ],
)
def test_the_person_of_the_project_else_whom_the_site_names(role: str, project: str, owner: str | None) -> None:
    rule = replace(load_rules().rules[0], owner_role=role)
    by_role = {"data_steward": "Stella", "project_manager": "Paul"}
    assert owners(Views(), RuleSet((rule,)), by_role)(rule.id, project) == owner  # type: ignore[arg-type]
    switched_on_for_some = RuleSet((), off=(rule,))
    assert owners(Views(), switched_on_for_some, by_role)(rule.id, project) == owner  # type: ignore[arg-type]
