"""The JQL that readers of whole sites send: projects, ids and times joined by AND, and an order. Others get 400."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.load.scale import Place, Scale

_ORDER = re.compile(r"\border\s+by\s+(.*)$", re.IGNORECASE)
_CLAUSE = re.compile(r"^(\w+)\s*(<=|>=|=|<|>|\bin\b)\s*(.+)$", re.IGNORECASE)
_RELATIVE = re.compile(r"^-(\d+)([mhdw])$")
_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<": lambda one, bound: one < bound,
    "<=": lambda one, bound: one <= bound,
    ">": lambda one, bound: one > bound,
    ">=": lambda one, bound: one >= bound,
}


class BadQuery(Exception):
    """A query that this site does not answer."""


@dataclass(frozen=True)
class Query:
    """What is asked: among which projects and issues, within which bounds of time, in which order."""

    projects: frozenset[int]
    issues: frozenset[int] | None
    bounds: tuple[tuple[str, str, int], ...]
    """(`created` or `updated`, comparison, epoch milliseconds)."""
    by_creation: bool
    descending: bool


def parse(jql: str, scale: Scale) -> Query:
    """Read a query; times without a zone are taken for UTC. Raises BadQuery."""
    order = _ORDER.search(jql)
    condition = jql[: order.start()] if order else jql
    clauses = [part.strip() for part in re.split(r"\band\b", condition, flags=re.IGNORECASE) if part.strip()]
    if not clauses:
        raise BadQuery("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    projects = frozenset(range(scale.projects))
    issues: frozenset[int] | None = None
    bounds = []
    for clause in clauses:
        field, operator, values = _clause(clause)
        if field == "project" and operator in ("=", "in"):
            projects &= frozenset(_project(scale, value) for value in values)
        elif field in ("id", "key", "issue", "issuekey") and operator in ("=", "in"):
            issues = frozenset(found for value in values if (found := scale.issue(value)) is not None)
        elif field in ("updated", "created") and operator in _COMPARE:
            bounds.append((field, operator, _moment(values[0], scale.now_ms)))
        else:
            raise BadQuery(f"The load site does not answer {clause!r}.")
    first, descending = _first_order(order.group(1) if order else "created desc")
    return Query(projects, issues, tuple(bounds), first != "updated", descending)


def places(query: Query, scale: Scale, ordered: Callable[[bool, frozenset[int]], list[Place]]) -> Sequence[Place]:
    """Give what a query finds, in its order. `ordered` gives the issues of projects by creation or update."""
    found: Sequence[Place] = ordered(query.by_creation, query.projects)
    for field, operator, bound in query.bounds:
        moment = scale.updated_ms if field == "updated" else scale.created_ms
        found = [one for one in found if _COMPARE[operator](moment(one[1]), bound)]
    if query.issues is not None:
        found = [one for one in found if one[1] in query.issues]
    return found[::-1] if query.descending else found


def _clause(clause: str) -> tuple[str, str, list[str]]:
    found = _CLAUSE.match(clause.strip("() "))
    if found is None:
        raise BadQuery(f"Error in the JQL Query: {clause!r} is not understood.")
    field, operator, rest = found.groups()
    values = [value.strip().strip("\"'") for value in rest.strip("() ").split(",")]
    return field.lower(), operator.lower(), values


def _project(scale: Scale, name: str) -> int:
    found = scale.find_project(name)
    if found is None:
        raise BadQuery(f"The value '{name}' does not exist for the field 'project'.")
    return found


def _moment(text: str, now_ms: int) -> int:
    relative = _RELATIVE.match(text)
    if relative:
        return now_ms - int(relative.group(1)) * _UNITS_MS[relative.group(2)]
    if text.isdigit():
        return int(text)
    for shape in _FORMATS:
        try:
            return int(datetime.strptime(text, shape).replace(tzinfo=UTC).timestamp()) * 1000
        except ValueError:
            continue
    raise BadQuery(f"Date value '{text}' is invalid.")


def _first_order(text: str) -> tuple[str, bool]:
    field, _, direction = text.split(",", maxsplit=1)[0].strip().partition(" ")
    if field.lower() not in ("updated", "created", "key", "id", "issuekey"):
        raise BadQuery(f"The load site does not order by {field!r}.")
    return field.lower(), direction.strip().lower() == "desc"
