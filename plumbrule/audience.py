"""Which projects a report for an audience is about."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from plumbrule.notes import Note
from plumbrule.report_settings import ScopeSettings
from plumbrule.settings import Settings
from portfolio.errors import Problem
from portfolio.located_toml import LocatedToml, Steps, suggest
from portfolio.model import VIEWS
from portfolio.ports import Reader

if TYPE_CHECKING:
    from rules.compile import Predicate

_PROJECTS = "SELECT project_id, key, department, programme, manager_name FROM projects ORDER BY project_id"
_UNITS = """
SELECT DISTINCT project_id, stated_as, lower(trim(word)) AS word FROM (
    SELECT project_id, stated_as, unit_key AS word FROM project_units
    UNION ALL SELECT project_id, stated_as, unit_name FROM project_units
    UNION ALL SELECT project_id, stated_as, stated FROM project_units
    UNION ALL SELECT project_id, 'department', department FROM projects
    UNION ALL SELECT project_id, 'programme', programme FROM projects
) AS spoken WHERE word IS NOT NULL
"""


def within(reader: Reader, scope: ScopeSettings) -> frozenset[str] | None:
    """Ids of the projects of a published snapshot; None where the scope names nothing, so that it is all of them.

    A department or programme is meant by its key or name, whatever its case, with all units below it.
    """
    if scope == ScopeSettings():
        return None
    found = {row["project_id"] for row in reader.rows(_PROJECTS) if _is_meant(row, scope)}
    if scope.department is not None or scope.programme is not None:
        units = {(row["project_id"], row["stated_as"], row["word"]) for row in reader.rows(_UNITS)}
        for kind, name in (("department", scope.department), ("programme", scope.programme)):
            if name is not None:
                found = {p for p in found if (p, kind, name.strip().lower()) in units}
    if scope.select is not None:
        found &= _selected(reader, scope.select)
    return frozenset(found)


def _is_meant(project: dict[str, Any], scope: ScopeSettings) -> bool:
    named = scope.projects is None or project["key"].casefold() in {key.casefold() for key in scope.projects}
    manager = (project["manager_name"] or "").casefold()
    return named and (scope.manager is None or manager == scope.manager.strip().casefold())


def _selected(reader: Reader, text: str) -> set[str]:
    predicate = _compiled(text)
    bound = {}
    if "as_of" in predicate.parameters:
        bound["as_of"] = reader.rows("SELECT as_of FROM context")[0]["as_of"]
    rows = reader.rows(f"SELECT project_id FROM projects WHERE {predicate.sql}", bound)  # noqa: S608 - compiled
    return {row["project_id"] for row in rows}


def _compiled(text: str) -> "Predicate":
    from rules.compile import compile_predicate, of_view  # pulling needs no parser of conditions

    return compile_predicate(text, of_view(VIEWS["projects"], {}))


def mistakes(document: LocatedToml, settings: Settings) -> Iterator[Problem]:
    """Conditions that cannot be meant, each fault at its place."""
    for number, report in enumerate(settings.reports):
        if report.scope.select is not None:
            yield from condition_faults(document, ("reports", number, "scope", "select"), report.scope.select)


def condition_faults(document: LocatedToml, steps: Steps, text: str) -> Iterator[Problem]:
    """What is wrong with a condition over the view `projects` that stands there."""
    from rules.compile import PredicateFaults

    try:
        _compiled(text)
    except PredicateFaults as error:
        for f in error.faults:
            yield document.problem_inside(steps, f.offset, f.width, f.code, f.what, help=f.help)


def on_audiences(reader: Reader, settings: Settings) -> Iterator[Note]:
    """Reports that are about no project at all."""
    known = reader.rows(_PROJECTS) if settings.reports else []
    for report in settings.reports:
        found = within(reader, report.scope)
        if found is not None and not found:
            what = f"report {report.name} is about no project, so it is empty"
            yield Note("report.empty_scope", what, _meant(report.scope, known) or "Look at its `scope`.")


def _meant(scope: ScopeSettings, known: Sequence[dict[str, Any]]) -> str:
    pairs = (("department", scope.department), ("programme", scope.programme), ("manager_name", scope.manager))
    for column, name in pairs:
        words = {str(row[column]) for row in known if row[column]}
        if name is not None and name.casefold() not in {word.casefold() for word in words}:
            return suggest(name, words) or f"There is no {column.removesuffix('_name')} `{name}`."
    return ""
