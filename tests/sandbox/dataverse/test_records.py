"""Rows have the columns and the JSON types of records captured in a real environment."""

import json

import pytest
from dataverse_client import Dataverse
from shared_data import SHARED, needs_shared

from sandbox.dataverse.schema import TABLES

CAPTURED = {
    "bookableresources": "bookableresource",
    "msdyn_projects": "msdyn_project",
    "msdyn_projectbaselinetaskdatas": "msdyn_projectbaselinetaskdata",
    "msdyn_projecttasks": "msdyn_projecttask",
    "msdyn_projecttaskdependencies": "msdyn_projecttaskdependency",
    "msdyn_resourceassignments": "msdyn_resourceassignment",
}
FORMS = {
    "guid": str, "text": str, "memo": str, "int": int, "big": int, "double": float, "flag": bool, "time": str,
    "choice": int, "lookup": str,
}  # fmt: skip


@needs_shared
@pytest.mark.parametrize("entity_set", CAPTURED)
def test_columns_and_types_are_those_of_a_captured_record(entity_set: str) -> None:
    record = json.loads((SHARED / "captured_records" / f"dataverse_{CAPTURED[entity_set]}.json").read_text())
    ours = {column.name: column for column in TABLES[entity_set].columns}
    theirs = {name: value for name, value in record["captured"].items() if not name.startswith("@")}
    assert (theirs.keys() | record["names_only"].keys()) - ours.keys() == set()
    wrong = [n for n, value in theirs.items() if value is not None and type(value) is not FORMS[ours[n].kind]]
    assert wrong == []


def test_served_values_have_the_types_of_their_columns(client: Dataverse) -> None:
    for entity_set, table in TABLES.items():
        for row in client.rows(entity_set):
            assert row.keys() - {"@odata.etag", "pb_initiativekey", "pb_health"} == {c.name for c in table.columns}
            for column in table.columns:
                value = row[column.name]
                assert value is None or type(value) is FORMS[column.kind], (entity_set, column.name)


def test_no_two_columns_of_a_table_share_a_name() -> None:
    for table in TABLES.values():
        names = [c.name for c in table.columns]
        assert len(set(names)) == len(names), table.entity_set
