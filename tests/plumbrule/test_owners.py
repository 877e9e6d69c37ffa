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
    """A few views in memory."""

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
        departments = [
            {"department_id": "it", "owner_name": "Dora"},
            {"department_id": "web", "parent_id": "it"},
            {"department_id": "hr"},
        ]
        fill_view(self.connection, VIEWS["departments"], departments)
        fill_view(self.connection, VIEWS["programmes"], [{"programme_id": "one", "parent_id": "web"}])
        fill_view(self.connection, VIEWS["organisation"], [{"organisation_id": "organisation", "owner_name": "Olga"}])

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
    found = {"rule_id": rule.id, "project_id": project, "subject_kind": "project", "subject_id": project}
    by_role = {"data_steward": "Stella", "project_manager": "Paul"}
    assert owners(Views(), RuleSet((rule,)), by_role)(found) == owner  # type: ignore[arg-type]
    only_for_some = RuleSet((), off=(rule,))  # policy switches it on below the organisation
    assert owners(Views(), only_for_some, by_role)(found) == owner  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "kind", "subject", "owner"),
    [
        ("department_owner", "department", "it", "Dora"),
        ("department_owner", "department", "web", "Dora"),  # that of the nearest department above
        ("department_owner", "department", "hr", "Paula"),  # nobody is named: who leads the PMO
        ("programme_manager", "programme", "one", "Dora"),
        ("data_steward", "department", "it", "Stella"),
        ("pmo_lead", "organisation", "organisation", "Paula"),
        ("pmo_lead", "person", "ada", "Paula"),
        ("department_owner", "person", "ada", "Paula"),
    ],
)
def test_others_than_projects_are_their_owners_else_the_pmo_leads(
    role: str, kind: str, subject: str, owner: str
) -> None:
    rule = replace(load_rules().rules[0], owner_role=role)
    found = {"rule_id": rule.id, "project_id": None, "subject_kind": kind, "subject_id": subject}
    by_role = {"data_steward": "Stella", "pmo_lead": "Paula"}
    assert owners(Views(), RuleSet((rule,)), by_role)(found) == owner  # type: ignore[arg-type]
    if kind == "organisation":
        assert owners(Views(), RuleSet((rule,)), {})(found) == "Olga"  # type: ignore[arg-type]
