"""A small Project Web App answered by `responses`: as many sets, pages and oddities as a test asks for."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import responses
from conformance import by_partition

from connectors.pacing import Clock
from connectors.pwa.reader import PwaReader
from connectors.pwa.settings import PwaSource
from portfolio.ports import Page, Partition

URL = "https://projects.example/pwa"
P1 = "11111111-0000-0000-0000-000000000001"
P2 = "11111111-0000-0000-0000-000000000002"
HIDDEN = "11111111-0000-0000-0000-000000000007"
T1 = "22222222-0000-0000-0000-000000000001"
T2 = "22222222-0000-0000-0000-000000000002"
R1 = "33333333-0000-0000-0000-000000000001"
R2 = "33333333-0000-0000-0000-000000000002"
ZERO = "00000000-0000-0000-0000-000000000000"

Answer = tuple[int, dict[str, str], str]


def ok(rows: list[dict], next_link: str | None = None) -> Answer:
    body: dict = {"odata.metadata": "x", "value": rows}
    if next_link:
        body["odata.nextLink"] = next_link
    return 200, {"Content-Type": "application/json"}, json.dumps(body)


def refuse(status: int, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, "{}"


def page_of_html(status: int = 200) -> Answer:
    return status, {"Content-Type": "text/html"}, "<!DOCTYPE html><html><body>Sign in</body></html>"


@dataclass
class FakePwa:
    """Sets and ProjectServer collections by name; `answers` overrides a path by a function of the query.

    `expands`: a project of ProjectServer is given with its collections, where it has both.
    """

    sets: dict[str, list[dict]] = field(default_factory=dict)
    server: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    answers: dict[str, Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    english: bool = True
    expands: bool = True
    asked: list[str] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)

    def install(self, mock: responses.RequestsMock) -> None:
        mock.add_callback(responses.GET, re.compile(re.escape(URL) + "/.*"), callback=self._answer)

    def _answer(self, request) -> Answer:
        parts = urlsplit(request.url)
        path = unquote(parts.path).removeprefix("/pwa/_api/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(unquote(request.url).removeprefix(URL + "/_api/").replace("+", " "))
        self.headers.append(dict(request.headers))
        if path in self.answers:
            return self.answers[path](query)
        if path.startswith("ProjectServer/"):
            whole = re.fullmatch(r"ProjectServer/Projects\('(.*)'\)", path)
            if whole:
                return self._whole(whole[1])
            of_project = re.fullmatch(r"ProjectServer/Projects\('(.*)'\)/(.*)", path)
            project, collection = of_project.groups() if of_project else ("", path.removeprefix("ProjectServer/"))
            held = self.server.get((project, collection))
            return refuse(404) if held is None else ok(held)
        name = path.removeprefix("ProjectData/")
        if name.startswith("[en-us]/"):
            if not self.english:
                return refuse(404)
            name = name.removeprefix("[en-us]/")
        if name == "$metadata":
            return 200, {"Content-Type": "application/xml"}, self.metadata()
        if name not in self.sets:
            return refuse(404)
        fitting = [row for row in self.sets[name] if _fits(row, query.get("$filter"))]
        skip = int(query.get("$skip", "0"))
        return ok(fitting[skip : skip + int(query["$top"])] if "$top" in query else fitting)

    def _whole(self, project: str) -> Answer:
        held = {name: self.server.get((project, name)) for name in ("TaskLinks", "Tasks")}
        if not self.expands or None in held.values():
            return refuse(404)
        return 200, {"Content-Type": "application/json"}, json.dumps({"Id": project, **held})

    def metadata(self) -> str:
        types, sets = [], []
        for name, rows in self.sets.items():
            columns = self.columns.get(name) or {column for row in rows for column in row}
            properties = "".join(f'<Property Name="{c}" Type="Edm.String"/>' for c in sorted(columns))
            refs = "".join(f'<PropertyRef Name="{c}"/>' for c in self.keys.get(name, []))
            types.append(f'<EntityType Name="{name}Type"><Key>{refs}</Key>{properties}</EntityType>')
            sets.append(f'<EntitySet Name="{name}" EntityType="ReportingData.{name}Type"/>')
        return (
            '<edmx:Edmx xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>'
            '<Schema xmlns="http://schemas.microsoft.com/ado/2009/11/edm">'
            f"{''.join(types)}<EntityContainer>{''.join(sets)}</EntityContainer></Schema>"
            "</edmx:DataServices></edmx:Edmx>"
        )


def _fits(row: dict, wanted: str | None) -> bool:
    """The part of $filter that is asked for: comparisons with guids, times and numbers, joined by or, these by and."""
    if wanted is None:
        return True
    terms = (term.strip("()").split(" or ") for term in wanted.split(" and "))
    return all(any(_compares(row, part) for part in parts) for parts in terms)


def _compares(row: dict, part: str) -> bool:
    column, operator, literal = part.split(" ", 2)
    text = literal.partition("'")[2].rstrip("'") if "'" in literal else literal
    value = row.get(column)
    if operator == "eq":
        return str(value) == text
    return value is not None and (value >= text if operator == "ge" else value < text)


def project(native: str = P1, **more) -> dict:
    return {
        "ProjectId": native,
        "ProjectName": f"Project {native[-1]}",
        "ProjectType": 0,
        "ProjectModifiedDate": "2026-11-01T10:00:00.19",
        "ProjectLastPublishedDate": "2026-11-01T10:00:05",
        "ProjectCost": "2400.000000",
        "ProjectCurrency": "EUR",
        **more,
    }


def task(native: str = T1, owner: str = P1, **more) -> dict:
    return {
        "ProjectId": owner,
        "TaskId": native,
        "ParentTaskId": None,
        "TaskName": f"Task {native[-1]}",
        "TaskIndex": int(native[-1]),
        "TaskIsSummary": False,
        "TaskIsMilestone": False,
        "TaskWork": "16.000000",
        "TaskStartDate": "2026-10-01T08:00:00",
        "TaskPercentCompleted": 25,
        **more,
    }


def site_of(**sets: list[dict]) -> FakePwa:
    return FakePwa({"Projects": [project()], "Resources": [], "Tasks": [], **sets})


def reader(sleeps: list[float] | None = None, **more) -> PwaReader:
    """A connector whose waiting takes no time; waits of a second and more are noted in `sleeps`."""
    auth = more.pop("auth", {"type": "basic", "user": "svc", "password": "geheim"})
    settings = PwaSource(kind="pwa", url=more.pop("url", URL), auth=auth, **more)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if sleeps is not None and seconds >= 1:
            sleeps.append(seconds)

    return PwaReader("plans", settings, clock=Clock(sleep=sleep, monotonic=lambda: now[0]))


def pulled(source: PwaReader, positions: dict[Partition, str] | None = None) -> dict[str, list[Page]]:
    """One whole pull, as sync does it; positions are moved in place."""
    steps = by_partition(source, {} if positions is None else positions)
    return {f"{partition.stream}:{partition.key}": list(pages) for partition, pages in steps}
