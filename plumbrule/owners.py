"""Who is to mend a finding: the person of its subject who has the rule's role, else whom the site names for it."""

from collections.abc import Callable, Mapping
from typing import Any

from portfolio.ports import Reader
from rules.ruleset import RuleSet

_PEOPLE = "SELECT project_id, manager_name, sponsor_name FROM projects"
_UNITS = """
SELECT project_id, stated_as, depth, owner_name FROM project_units WHERE owner_name IS NOT NULL
ORDER BY project_id, stated_as, depth DESC
"""
_OTHERS = """
SELECT 'department' AS kind, department_id AS id, parent_id, owner_name FROM departments
UNION ALL SELECT 'programme', programme_id, parent_id, owner_name FROM programmes
UNION ALL SELECT 'organisation', organisation_id, NULL, owner_name FROM organisation
"""
_ANSWERS_FOR = {"department": "department_owner", "programme": "programme_manager", "organisation": "pmo_lead"}
_ROLE_OF_UNIT = {"department": "department_owner", "programme": "programme_manager"}


def owners(reader: Reader, rules: RuleSet, by_role: Mapping[str, str]) -> Callable[[Mapping[str, Any]], str | None]:
    """Names the owner of a finding.

    Roles of a project: `project_manager`, `sponsor`; of its units, the nearest that names an owner: `department_owner`,
    `programme_manager`. All other roles, and those that nobody fills, are people whom `by_role` names.

    A finding about a department or a programme is its owner's by the org tree, where the rule asks for that role, else
    that of the nearest department above; the organisation's is its owner's, where the rule asks for the `pmo_lead` and
    `by_role` names none. Of a person, and where nobody is found so, it is whom `by_role` names for the rule's role,
    else
    for `pmo_lead`.
    """
    roles = {rule.id: rule.owner_role for rule in rules.known}
    people: dict[tuple[str, str], str] = {}
    for row in reader.rows(_UNITS):  # the nearest unit comes last and stays
        people[row["project_id"], _ROLE_OF_UNIT[row["stated_as"]]] = row["owner_name"]
    for row in reader.rows(_PEOPLE):
        for role, column in (("project_manager", "manager_name"), ("sponsor", "sponsor_name")):
            if row[column]:
                people[row["project_id"], role] = row[column]

    units = {(row["kind"], row["id"]): row for row in reader.rows(_OTHERS)}

    def owner_of(finding: Mapping[str, Any]) -> str | None:
        role = roles.get(finding["rule_id"], "")
        if finding["project_id"] is not None:
            return people.get((finding["project_id"], role)) or by_role.get(role)
        kind = finding["subject_kind"]
        owner = _owner_of_unit(units, kind, finding["subject_id"]) if role == _ANSWERS_FOR.get(kind) else None
        named = by_role.get(role)
        first = (named, owner) if kind == "organisation" else (owner, named)
        return first[0] or first[1] or by_role.get("pmo_lead")

    return owner_of


def _owner_of_unit(units: Mapping[tuple[str, str], Mapping[str, Any]], kind: str, unit: str) -> str | None:
    """Who answers for a unit, else for the nearest department above it."""
    seen: set[tuple[str, str]] = set()
    place = (kind, unit)
    while place in units and place not in seen:
        seen.add(place)
        row = units[place]
        if row["owner_name"]:
            return str(row["owner_name"])
        place = ("department", row["parent_id"] or "")
    return None
