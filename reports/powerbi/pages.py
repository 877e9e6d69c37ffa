"""Three pages upon the model, as text (PBIR): the portfolio, its findings, its schedule and money.

After Microsoft's published schemas (github.com/microsoft/json-schemas, fabric/item/report/definition), of the versions
that the files name. Only visuals that every Power BI has, with no formatting of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.powerbi.measures import TABLE
from reports.powerbi.tmdl import tag

_BASE = "https://developer.microsoft.com/json-schemas/fabric/item/report/definition/"
PAGE, VISUAL = f"{_BASE}page/2.0.0/schema.json", f"{_BASE}visualContainer/2.0.0/schema.json"
PAGES, VERSION = f"{_BASE}pagesMetadata/1.0.0/schema.json", f"{_BASE}versionMetadata/1.0.0/schema.json"
REPORT = f"{_BASE}report/2.0.0/schema.json"
_WIDTH, _HEIGHT = 1280, 720
Field = tuple[str, str]
"""Table and name of a column."""


@dataclass(frozen=True)
class Visual:
    """One visual: its kind, where it stands (x, y, width, height), its title, and its fields by role."""

    kind: str
    place: tuple[int, int, int, int]
    title: str
    columns: Mapping[str, tuple[Field, ...]]
    measures: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Page:
    """One page."""

    name: str
    title: str
    visuals: tuple[Visual, ...]


def _cards(*told: str) -> tuple[Visual, ...]:
    return tuple(
        Visual("card", (20 + at * 206, 20, 196, 110), measure, {}, {"Values": (measure,)})
        for at, measure in enumerate(told)
    )


def _chart(kind: str, place: tuple[int, int, int, int], title: str, category: Field, *measures: str) -> Visual:
    return Visual(kind, place, title, {"Category": (category,)}, {"Y": measures})


def _table(
    place: tuple[int, int, int, int], title: str, columns: tuple[Field, ...], measures: tuple[str, ...] = ()
) -> Visual:
    return Visual("tableEx", place, title, {"Values": columns}, {"Values": measures})


_F = "Project Figures"
PAGE_LIST = (
    Page(
        "portfolio",
        "Portfolio",
        (
            *_cards(
                "Open Projects", "Red Projects", "Reported Better", "EAC over BAC",
                "Late Projects", "Portfolio Score",
            ),
            _table(
                (20, 150, 820, 550),
                "Projects",
                (
                    ("Project", "Key"), ("Project", "Name"), ("Department", "Department"), ("Project", "Manager Name"),
                    ("Project", "Reported Health"), (_F, "Computed Health"),
                ),
                ("CPI", "SPI", "Worst Slip Days", "Budget Used", "Findings Open"),
            ),
            _chart(
                "clusteredBarChart", (860, 150, 400, 265), "Open projects by computed colour",
                (_F, "Computed Health"), "Open Projects",
            ),
            _chart(
                "lineChart", (860, 435, 400, 265), "Mean score at each check", ("Date", "Date"), "Mean Score at Check"
            ),
        ),
    ),
    Page(
        "findings",
        "Findings",
        (
            *_cards(
                "Findings Open", "Critical Findings", "High Findings",
                "Findings Overdue", "Findings Waived",
            ),
            _chart(
                "clusteredBarChart", (20, 150, 400, 265), "Open findings by severity", ("Finding", "Severity"),
                "Findings Open",
            ),
            _chart(
                "clusteredBarChart", (20, 435, 400, 265), "Open findings by department", ("Department", "Department"),
                "Findings Open",
            ),
            _table(
                (440, 150, 820, 550),
                "Open findings",
                (
                    ("Project", "Key"), ("Rule", "Rule Id"), ("Rule", "Rule"), ("Finding", "Severity"),
                    ("Finding", "Message"), ("Finding", "Owner"), ("Finding", "Fix By"),
                ),
                ("Findings Open",),
            ),
        ),
    ),
    Page(
        "schedule-money",
        "Schedule and money",
        (
            *_cards(
                "Milestones Due", "Milestones Late", "Milestones Overdue", "Budget",
                "Actual Cost", "Booked Hours",
            ),
            _chart(
                "clusteredColumnChart", (20, 150, 610, 265), "Baseline and estimate by programme",
                ("Programme", "Programme"), "BAC", "EAC",
            ),
            _chart(
                "lineChart", (650, 150, 610, 265), "Booked hours by month", ("Date", "Month"),
                "Booked Hours",
            ),
            _table(
                (20, 435, 1240, 265),
                "Milestones",
                (
                    ("Project", "Key"), ("Milestone", "Title"), ("Milestone", "Baseline Finish Date"),
                    ("Milestone", "Forecast Date"), ("Milestone", "Slip Days"), ("Milestone", "Is Reached"),
                ),
                ("Milestones Overdue",),
            ),
        ),
    ),
)  # fmt: skip


def report_files() -> dict[str, Any]:
    """JSON by path below the report's `definition`."""
    files: dict[str, Any] = {
        "version.json": {"$schema": VERSION, "version": "2.0.0"},
        "report.json": {"$schema": REPORT, "themeCollection": {}},
        "pages/pages.json": {
            "$schema": PAGES,
            "pageOrder": [page.name for page in PAGE_LIST],
            "activePageName": PAGE_LIST[0].name,
        },
    }
    for page in PAGE_LIST:
        files[f"pages/{page.name}/page.json"] = {
            "$schema": PAGE,
            "name": page.name,
            "displayName": page.title,
            "displayOption": "FitToPage",
            "height": _HEIGHT,
            "width": _WIDTH,
        }
        for number, visual in enumerate(page.visuals):
            name = tag("visual", page.name, visual.title).replace("-", "")[:20]
            files[f"pages/{page.name}/visuals/{name}/visual.json"] = _visual(name, number, visual)
    return files


def _visual(name: str, number: int, visual: Visual) -> dict[str, Any]:
    x, y, width, height = visual.place
    roles: dict[str, list[dict[str, Any]]] = {}
    for role, fields in visual.columns.items():
        roles.setdefault(role, []).extend(_projection("Column", *field) for field in fields)
    for role, names in visual.measures.items():
        roles.setdefault(role, []).extend(_projection("Measure", TABLE, measure) for measure in names)
    shown = {"show": _literal("true"), "text": _literal(f"'{visual.title}'")}
    return {
        "$schema": VISUAL,
        "name": name,
        "position": {"x": x, "y": y, "z": number * 1000, "height": height, "width": width, "tabOrder": number * 1000},
        "visual": {
            "visualType": visual.kind,
            "query": {"queryState": {role: {"projections": fields} for role, fields in roles.items()}},
            "visualContainerObjects": {"title": [{"properties": shown}]},
            "drillFilterOtherVisuals": True,
        },
    }


def _projection(kind: str, table: str, name: str) -> dict[str, Any]:
    field = {kind: {"Expression": {"SourceRef": {"Entity": table}}, "Property": name}}
    return {"field": field, "queryRef": f"{table}.{name}", "nativeQueryRef": name}


def _literal(value: str) -> dict[str, Any]:
    return {"expr": {"Literal": {"Value": value}}}
