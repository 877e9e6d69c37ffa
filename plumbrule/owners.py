"""Who is to mend a finding: the person of the project who has the rule's role, else whom the site names for it."""

from collections.abc import Callable, Mapping

from portfolio.ports import Reader
from rules.ruleset import RuleSet

_PEOPLE = "SELECT project_id, manager_name, sponsor_name FROM projects"
_UNITS = """
SELECT project_id, stated_as, depth, owner_name FROM project_units WHERE owner_name IS NOT NULL
ORDER BY project_id, stated_as, depth DESC
"""
_ROLE_OF_UNIT = {"department": "department_owner", "programme": "programme_manager"}


def owners(reader: Reader, rules: RuleSet, by_role: Mapping[str, str]) -> Callable[[str, str], str | None]:
    """Names the owner by rule id and project id.

    Roles of a project: `project_manager`, `sponsor`; of its units, the nearest that names an owner: `department_owner`,
    `programme_manager`. All other roles, and those that nobody fills, are people whom `by_role` names.
    """
    roles = {rule.id: rule.owner_role for rule in (*rules.rules, *rules.off)}
    people: dict[tuple[str, str], str] = {}
    for row in reader.rows(_UNITS):  # the nearest unit comes last and stays
        people[row["project_id"], _ROLE_OF_UNIT[row["stated_as"]]] = row["owner_name"]
    for row in reader.rows(_PEOPLE):
        for role, column in (("project_manager", "manager_name"), ("sponsor", "sponsor_name")):
            if row[column]:
                people[row["project_id"], role] = row[column]

    def owner_of(rule_id: str, project_id: str) -> str | None:
        role = roles.get(rule_id, "")
        return people.get((project_id, role)) or by_role.get(role)

    return owner_of
