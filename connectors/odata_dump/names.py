"""Which entity set a file holds, and what its columns are called in English.

Names: ProjectData's own (`Tasks.json`), their French forms, those of Microsoft's user-content export
(`<Project>_<guid>_Reporting_Tasks.json`, columns `...UID`), each with a prefix or a page's number around it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from connectors.odata_dump.archive import Member
from connectors.pwa import wanted
from connectors.pwa.french import SETS
from connectors.pwa.names import FRENCH, column_called
from connectors.pwa.settings import PwaFields

RECORD_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv")
_EXPORTED = {
    "projectbaseline": "ProjectBaselines",
    "taskbaseline": "TaskBaselines",
    "assignmentbaseline": "AssignmentBaselines",
    "tasktimephased": "TaskTimephasedDataSet",
    "taskbaselinetimephased": "TaskBaselineTimephasedDataSet",
    "assignmenttimephased": "AssignmentTimephasedDataSet",
    "assignmentbaselinetimephased": "AssignmentBaselineTimephasedDataSet",
}
_BY_NAME = {
    **{name.casefold(): name for name in SETS},
    **{french.casefold(): name for name, french in SETS.items()},
    **_EXPORTED,
}
_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_OF_PROJECT = re.compile(rf"(?P<project>.*?)_?\{{?(?P<guid>{_GUID})\}}?_(?P<what>.+)$")
_PAGE_NUMBER = re.compile(r"[\s_\-.(]*\d+\)?$")


@dataclass(frozen=True)
class Kind:
    """Records of a set, or a plan as MSPDI. `project`: the GUID in the file's name; `title`: what precedes it there."""

    entity_set: str | None = None
    plan: str | None = None
    project: str | None = None
    title: str | None = None


def kind_of(member: Member) -> Kind | None:
    """What the file is by its name; None for one that nobody knows."""
    path = PurePosixPath(member.name)
    stem, ending = path.stem, path.suffix.lower()
    own = _OF_PROJECT.fullmatch(stem)
    project, title, what = (own["guid"].lower(), own["project"], own["what"]) if own else (None, None, stem)
    if ending == ".xml":
        state = what.rpartition("_")[2].casefold() if own else what.casefold()
        return Kind(plan=state, project=project, title=title) if state in ("draft", "published") and own else None
    if ending not in RECORD_ENDINGS:
        return None
    entity_set = _entity_set(what)
    return Kind(entity_set, project=project, title=title) if entity_set else None


def _entity_set(stem: str) -> str | None:
    """The set that a name ends with: `ProjectData_Tasks`, `Tasks-0002`, `Reporting_Tasks`, `tâches`."""
    plain = _PAGE_NUMBER.sub("", stem)
    parts = re.split(r"[\s_\-.]+", plain)
    for start in range(len(parts)):
        found = _BY_NAME.get("".join(parts[start:]).casefold())
        if found:
            return found
    return None


@dataclass(frozen=True)
class Columns:
    """Columns of one file: those that are read, by their names there, and those that are not."""

    english: Mapping[str, str]
    unread: tuple[str, ...]
    missing: tuple[str, ...]


def columns(entity_set: str, there: Collection[str], fields: PwaFields) -> Columns:
    """What the columns of a file are in English. A `...UID` is an `...Id`; a mapped column has the name that the admin
    gave, and is found by what people call it, as on a live site."""
    read, french = wanted.columns_of(entity_set, fields), FRENCH.back(entity_set)
    english: dict[str, str] = {}
    for name in there:
        plain = name.strip()
        found = plain if plain in read else french.get(plain)
        if found is None and plain.endswith("UID") and f"{plain[:-3]}Id" in read:
            found = f"{plain[:-3]}Id"
        if found is not None and found not in english.values():
            english[name] = found
    for own in sorted(set(read) - set(wanted.WANTED.get(entity_set, read)) - set(english.values())):
        called = column_called(own, frozenset(there) - english.keys())
        if called is not None:
            english[called] = own
    hidden = {name for name in there if name.startswith(("__", "odata.", "@odata."))}
    unread = tuple(sorted(set(there) - set(english) - hidden))
    return Columns(english, unread, tuple(sorted(set(read) - set(english.values()))))
