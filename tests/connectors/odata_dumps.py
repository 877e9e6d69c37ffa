"""Small dumps of ProjectData, in every form in which they lie about, and what is read of them."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conformance import applied

from connectors.odata_dump import connect
from connectors.odata_dump.reader import DumpReader
from connectors.odata_dump.settings import OdataDumpSource
from portfolio.errors import RemoteRefusal
from portfolio.ports import Page

P = "aaaaaaaa-0000-4000-8000-000000000001"
T1, T2 = "aaaaaaaa-0000-4000-8000-000000000011", "aaaaaaaa-0000-4000-8000-000000000012"
A1, R1 = "aaaaaaaa-0000-4000-8000-000000000021", "aaaaaaaa-0000-4000-8000-000000000031"
Records = dict[str, list[dict[str, Any]]]
SMALL: Records = {
    "Projects": [
        {
            "ProjectId": P, "ProjectName": "Harbour", "ProjectType": 1, "ProjectCost": "5000.000000",
            "ProjectCurrency": "EUR", "ProjectModifiedDate": "2026-09-28T17:00:00.19",
            "ProjectLastPublishedDate": "2026-09-29T08:00:00",
        }
    ],
    "Tasks": [
        {"ProjectId": P, "TaskId": T1, "TaskName": "Dig", "TaskIndex": 1, "TaskWork": "16.000000",
         "TaskPercentCompleted": 50, "TaskIsMilestone": False, "TaskStartDate": "2026-09-01T08:00:00"},
        {"ProjectId": P, "TaskId": T2, "TaskName": "Größe, \"n\"", "TaskIndex": 2, "TaskWork": "8.500000",
         "TaskDeadline": "0001-01-01T00:00:00"},
    ],
    "Assignments": [
        {"ProjectId": P, "AssignmentId": A1, "TaskId": T1, "ResourceId": R1, "AssignmentWork": "16.000000"}
    ],
    "Resources": [{"ResourceId": R1, "ResourceName": "Ada", "ResourceEmailAddress": "Ada@harbour.example"}],
    "TaskBaselines": [{"ProjectId": P, "TaskId": T1, "BaselineNumber": 0, "TaskBaselineWork": "12.000000"}],
}  # fmt: skip


def light(rows: list[dict]) -> str:
    return json.dumps({"odata.metadata": "https://x/$metadata", "value": rows}, ensure_ascii=False)


def verbose(rows: list[dict]) -> str:
    return json.dumps({"d": {"results": rows, "__next": "https://x/?$skip=2"}}, ensure_ascii=False)


def bare(rows: list[dict]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def table(rows: list[dict], delimiter: str = ",", decimal: str = ".") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(names)
    for row in rows:
        cells = ["" if row.get(n) is None else str(row[n]) for n in names]
        writer.writerow([c.replace(".", decimal) if c.replace(".", "").isdecimal() else c for c in cells])
    return text.getvalue()


def semicolons(rows: list[dict]) -> str:
    return table(rows, ";", ",")


def written(folder: Path, sets: Records, form: Callable = light, ending: str = "json", encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in sets.items():
        (folder / f"{name}.{ending}").write_bytes(form(rows).encode(encoding))
    return folder


def source(path: Path, **more: Any) -> DumpReader:
    return connect("plans", OdataDumpSource(kind="odata_dump", path=path, **more))


def pages(reader: DumpReader, position: str | None = None) -> list[Page]:
    reader.probe()
    ((partition,),) = reader.partitions({})
    return list(reader.pull(partition, position))


def torn(reader: DumpReader, position: str | None = None) -> tuple[Page, RemoteRefusal]:
    """The one page of a dump that is damaged, and what the pull then ends with."""
    found: list[Page] = []
    reader.probe()
    ((partition,),) = reader.partitions({})
    with pytest.raises(RemoteRefusal) as raised:
        found.extend(reader.pull(partition, position))
    (page,) = found
    assert page.position is None
    assert raised.value.code == "dump.bad_file"
    return page, raised.value


def rows(path: Path, **more: Any) -> dict[str, dict[str, dict]]:
    found = pages(source(path, **more))
    assert [r.reason for page in found for r in page.rejected] == []
    return applied(found)


def exported(name: str) -> str:
    return f"Harbour_{P}_Reporting_{name}"


def uid(sets: Records, *names: str) -> Records:
    """Those sets as Microsoft's export of user content has them: ids are called UID, the project is in the name."""
    return {exported(name): [_uids(row) for row in sets[name]] for name in names}


def _uids(row: dict[str, Any]) -> dict[str, Any]:
    named = {name: value for name, value in row.items() if name != "ProjectId"}
    return {f"{name[:-2]}UID" if name.endswith("Id") else name: value for name, value in named.items()}


PUBLISHED = f"""<Project xmlns="http://schemas.microsoft.com/project"><Title>Harbour</Title><GUID>{P}</GUID><Tasks>
<Task><UID>1</UID><ID>1</ID><GUID>{T1}</GUID><Name>Dig</Name><Work>PT16H0M0S</Work></Task>
<Task><UID>2</UID><ID>2</ID><GUID>{T2}</GUID><Name>Pour</Name><PredecessorLink><PredecessorUID>1</PredecessorUID>
<Type>1</Type></PredecessorLink></Task></Tasks></Project>"""


def zipped(path: Path, name: str = "Tasks.json", body: bytes = b"[]") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return path
