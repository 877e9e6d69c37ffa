"""Why a pull of a Project Web App sends the requests that it sends: by a rule for each set, and the least. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PAGE: Mapping[str, int] = {
    "Projects": 100,
    "Tasks": 100,
    "TaskBaselines": 100,
    "Assignments": 100,
    "ProjectBaselines": 200,
    "Resources": 100,
}
"""Rows of a page of a Project Server with default settings (Microsoft, "ProjectData - Project OData service reference",
2016)."""
TOGETHER = 16
"""Changed projects that share a request for sets of which each has few records."""


@dataclass(frozen=True)
class Explained:
    """The requests for one set. `rule`: how many there should be, and `why`. `least`: what could not be left out by
    anybody who gets the same rows of this server."""

    name: str
    requests: int
    rule: int
    least: int
    why: str

    @property
    def understood(self) -> bool:
        """Whether there are just as many as there should be."""
        return self.requests == self.rule


def explained(by_endpoint: Mapping[str, int], expected: Mapping[str, int], changed: int) -> list[Explained]:
    """Hold counted requests, by endpoint, against the rules for a site that holds `expected`, of which so many projects
    changed. Sets without a rule are there with the rule that there be none.
    """
    counted = {endpoint.partition("/_api/")[2]: count for endpoint, count in by_endpoint.items()}
    rules = _rules(expected, changed)
    names = [*rules, *(name for name in counted if name not in rules)]
    none = (0, 0, "no rule says why")
    return [Explained(name, counted.get(name, 0), *rules.get(name, none)) for name in names]


def _rules(expected: Mapping[str, int], changed: int) -> dict[str, tuple[int, int, str]]:
    projects = expected["projects"]
    listed, groups = _pages(projects, "Projects"), -(-changed // TOGETHER)
    baselines, together = _pages(expected["project_baselines"], "ProjectBaselines"), f"one for {TOGETHER} changed plans"
    data = {
        "$metadata": (1, 1, "which columns there are"),
        "Projects": (1 + 2 * listed, listed, f"a first call; the list and the rows, {PAGE['Projects']} a page"),
        "ProjectBaselines": (baselines + groups, baselines, f"which projects have one, 200 a page; {together}"),
        "Resources": (_pages(expected["resources"], "Resources"),) * 2 + ("all, 100 a page",),
        "TimesheetLines": (1, 1, "what was booked since the last run"),
        "Risks": (groups, min(1, groups), together),
        "Issues": (groups, min(1, groups), together),
    }
    for name, counts in (("Tasks", "tasks"), ("TaskBaselines", "task_baselines"), ("Assignments", "assignments")):
        each = expected[counts] // projects
        pages = _pages(each, name)
        least = _pages(each * changed, name)
        data[name] = (changed * pages, least, f"{pages} a changed plan: {each} rows, {PAGE[name]} a page")
    looked = "tasks and links of a changed plan; one to see whether it answers"
    server = {"ProjectServer/Projects('{id}')": (changed + 1, changed, looked)}
    return {f"ProjectData/[en-us]/{name}": rule for name, rule in data.items()} | server


def _pages(rows: int, name: str) -> int:
    return max(1, -(-rows // PAGE[name])) if rows or name == "Resources" else 0


def shown(lines: Sequence[Explained]) -> str:
    """Show them as a table, with sums."""
    rows = [(line.name, line.requests, line.least, line.why + _doubt(line)) for line in lines]
    total = ("together", sum(line.requests for line in lines), sum(line.least for line in lines), "")
    return "\n".join(
        f"{name:<44}{requests:>9}{least:>9}  {why}".rstrip()
        for name, requests, least, why in [("", "requests", "least", "why"), *rows, total]
    )


def _doubt(line: Explained) -> str:
    return "" if line.understood else f"; NOT EXPLAINED: that makes {line.rule}"
