"""What we serve agrees with what a real server was seen to serve."""

import csv
import json
from typing import Any

import pytest
from shared_data import SHARED, needs_shared

from sandbox.pwa.schema import SETS, EntitySet

OBSERVED = {
    "Text": {"text", "guid"}, "Decimal": {"decimal"}, "DateTime": {"time"}, "Logical": {"flag"}, "Int16": {"int16"},
    "Int32": {"int32"}, "Byte": {"byte"}, "Double": {"double"},
}  # fmt: skip
COMPANYS_OWN = {
    "InitiativeKey", "Programme", "Phase", "Method", "StrategyGoal", "SizeClass", "ReportedHealth", "Sponsor",
}  # fmt: skip
UNTRANSLATED = {"ProjectDepartments", "ResourceDepartments", "RBS"}
"""Default custom fields: their name follows the site's language; the merged schema has no French one for them."""


def observed(name: str) -> dict[str, Any]:
    schema = json.loads((SHARED / "projectdata" / "projectdata_schema_merged.json").read_text())
    return schema["entity_sets"][name]


@needs_shared
@pytest.mark.parametrize("entity_set", SETS.values(), ids=lambda s: s.name)
def test_names_keys_types_and_nullability_are_those_of_a_real_server(entity_set: EntitySet) -> None:
    seen = observed(entity_set.name)
    assert (entity_set.french, entity_set.entity) == (seen["fr_name"], seen["entity_type"])
    assert seen["key"] in (None, list(entity_set.key)), "only Engagements has no documented key"
    columns = {c["name"]: c for c in seen["columns"]}
    for ours in entity_set.columns:
        if ours.name in COMPANYS_OWN:
            assert entity_set.name == "Projects"
            continue
        theirs = columns[ours.name]
        if theirs["observed_type"]:
            assert ours.kind in OBSERVED[theirs["observed_type"]], ours.name
            assert ours.nullable is theirs["nullable_observed"], ours.name
        if theirs["doc_type"] == "Edm.Guid":
            assert ours.kind == "guid", ours.name
        if ours.name not in UNTRANSLATED:
            assert ours.french == theirs["name_fr"], ours.name


@needs_shared
def test_page_sizes_are_the_documented_defaults() -> None:
    with (SHARED / "projectdata" / "page_size_limits.csv").open() as lines:
        known = {
            row.pop("entity_set"): tuple(map(int, row.values())) for row in csv.DictReader(lines) if all(row.values())
        }
    assert SETS.keys() - known.keys() == {"Engagements"}
    sizes = {name: (s.page_size, s.online_page_size) for name, s in SETS.items() if name in known}
    assert sizes == {name: known[name] for name in sizes}


@needs_shared
def test_a_captured_project_has_our_columns_in_our_forms() -> None:
    record = json.loads((SHARED / "captured_records" / "pwa_projectdata_projects_element.json").read_text())
    forms = {"decimal": str, "flag": bool, "int16": int, "int32": int, "text": str, "guid": str, "time": str}
    shared = [c for c in SETS["Projects"].columns if record["captured"].get(c.name) is not None]
    assert len(shared) > 25
    assert [c.name for c in shared if not isinstance(record["captured"][c.name], forms[c.kind])] == []


def test_no_two_columns_of_a_set_share_a_name_in_either_language() -> None:
    for entity_set in SETS.values():
        for language in ("en", "fr"):
            names = [c.named(language) for c in entity_set.columns]
            assert len(set(names)) == len(names), entity_set.name
