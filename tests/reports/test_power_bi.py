"""The text of the Power BI project: whole, consistent with its files, the same every time.

Nobody here can open Power BI. What these tests hold is what can be known without it.
"""

import json
import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from powerbi_model import OBJECTS, Thing, model_of, read_tmdl, reference
from shared_data import SHARED, needs_shared

from portfolio.model import Kind
from reports.powerbi.measures import MEASURES, TABLE
from reports.powerbi.pages import PAGE_LIST
from reports.powerbi.project import NAME, project_files
from reports.powerbi.shape import FORMS
from reports.powerbi.star import STAR
from reports.powerbi.terms import Aggregate, Quotient, dax
from reports.powerbi.tmdl import definition, quoted

MODEL = f"{NAME}.SemanticModel/definition/"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name, content in project_files(STAR).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def tables(place: Path) -> dict[str, Thing]:
    files = model_of(place)
    return {one.name: one for name, found in files.items() if name.startswith("tables/") for one in found}


def test_the_same_star_gives_the_same_bytes() -> None:
    assert project_files(STAR) == project_files(STAR)


def test_every_tag_is_a_uuid_and_is_there_once(tables: dict[str, Thing]) -> None:
    tags = [p.properties["lineageTag"] for t in tables.values() for p in (t, *t.all("column"), *t.all("measure"))]
    assert [str(uuid.UUID(one)) for one in tags] == tags
    assert max(Counter(tags).values()) == 1


def test_tags_stay_what_they_were() -> None:
    """Reports that people built hold on to them; a new tag is a new column to Power BI."""
    [project] = read_tmdl(project_files(STAR)[f"{MODEL}tables/Project.tmdl"].decode())
    key = next(column for column in project.all("column") if column.name == "Key")
    assert project.properties["lineageTag"] == "99357320-6ae8-5101-9cf8-17c2fb3ba37e"
    assert key.properties["lineageTag"] == "333ed367-9e01-55e9-88f6-21dd941a548e"


def test_every_table_is_declared_once_and_named_by_the_model(place: Path, tables: dict[str, Thing]) -> None:
    assert set(tables) == {TABLE, *(table.name for table in STAR.tables)}
    model = model_of(place)["model.tmdl"]
    assert [one.name for one in model if one.kind == "ref"] == [TABLE, *(table.name for table in STAR.tables)]
    order = next(one.value for one in model if one.name == "PBI_QueryOrder")
    assert set(json.loads(order)) == {*tables, "DataFolder"}


@pytest.mark.parametrize("name", [table.name for table in STAR.tables])
def test_each_column_reads_a_column_of_its_file(tables: dict[str, Thing], name: str) -> None:
    table, star = tables[name], STAR.table(name)
    assert [c.name for c in table.all("column")] == [c.title for c in star.columns]
    assert len({c.title.casefold() for c in star.columns}) == len(star.columns)
    [partition] = table.all("partition")
    query = partition.properties["source"]
    assert f'File.Contents(DataFolder & "\\{star.file}.parquet")' in query
    renamed = dict(re.findall(r'\{"([a-z0-9_]+)", "([^"]+)"\}', query))
    assert renamed == {c.name: c.title for c in star.columns}
    typed = dict(re.findall(r'\{"([^"]+)", ([A-Za-z0-9. ]+)\}', query.split("TransformColumnTypes")[1]))
    for column, declared in zip(table.all("column"), star.columns, strict=True):
        assert column.properties["sourceColumn"] == column.name
        assert column.properties["dataType"] == declared.form.model
        assert typed[column.name] == declared.form.query
        assert column.properties["summarizeBy"] == "none"
        assert column.doc
        by = column.properties.get("sortByColumn")
        assert by is None or by.strip("'") in {c.name for c in table.all("column")}


def test_forms_of_types_agree_with_each_other() -> None:
    pairs = {form.model: form.query for form in FORMS.values() if form.model != "dateTime"}
    assert pairs == {
        "string": "type text", "int64": "Int64.Type", "boolean": "type logical", "decimal": "Currency.Type",
        "double": "type number",
    }  # fmt: skip
    assert FORMS[Kind.DATE].query == "type date"
    assert FORMS[Kind.INSTANT].query == "type datetime"


def test_relationships_join_columns_that_exist_and_never_two_ways(place: Path, tables: dict[str, Thing]) -> None:
    found = model_of(place)["relationships.tmdl"]
    assert len(found) == len(STAR.relationships)
    active: list[tuple[str, str]] = []
    for one in found:
        ends = [reference(one.properties[end]) for end in ("fromColumn", "toColumn")]
        kinds = []
        for table, column in ends:
            [declared] = [c for c in tables[table].all("column") if c.name == column]
            kinds.append(declared.properties["dataType"])
        assert kinds[0] == kinds[1]
        if one.properties.get("isActive") != "false":
            active.append((ends[0][0], ends[1][0]))
    ways: Counter[tuple[str, str]] = Counter()
    for start in tables:
        _walk(start, start, active, ways)
    assert max(ways.values()) == 1, "two active ways from one table to another are ambiguous"


def _walk(start: str, at: str, active: list[tuple[str, str]], ways: Counter[tuple[str, str]]) -> None:
    for table, to in active:
        if table == at:
            ways[start, to] += 1
            _walk(start, to, active, ways)


def test_one_table_is_marked_as_that_of_dates_by_its_key(tables: dict[str, Thing]) -> None:
    [dates] = [table for table in tables.values() if table.properties.get("dataCategory") == "Time"]
    [key] = [column for column in dates.all("column") if column.properties.get("isKey") == "true"]
    assert (dates.name, key.name, key.properties["dataType"]) == ("Date", "Date", "dateTime")


def test_measures_name_columns_that_exist_and_have_names_of_their_own(tables: dict[str, Thing]) -> None:
    columns = {(t.name, c.name) for t in tables.values() for c in t.all("column")}
    measures = tables[TABLE].all("measure")
    names = [m.name.casefold() for m in measures]
    assert len(set(names)) == len(names) == len(MEASURES)
    assert not set(names) & {c.name.casefold() for c in tables[TABLE].all("column")}
    for measure in measures:
        named = set(re.findall(r"'([^']+)'\[([^\]]+)\]", measure.value))
        assert named <= columns, named - columns
        counted = set(re.findall(r"COUNTROWS \( '([^']+)' \)", measure.value))
        assert named or counted
        assert counted <= set(tables)
        assert measure.value.count("(") == measure.value.count(")")
        assert measure.doc
        assert measure.properties["formatString"]


def test_a_measure_asks_only_for_relationships_that_are_there_and_sleep() -> None:
    sleeping = {(r.table, r.column) for r in STAR.relationships if not r.active}
    asked = {(m.term.table, m.term.over) for m in MEASURES if isinstance(m.term, Aggregate) and m.term.over}
    assert asked
    assert asked <= sleeping


def test_amounts_are_never_added_over_currencies() -> None:
    for measure in MEASURES:
        parts = [measure.term] if isinstance(measure.term, Aggregate) else [measure.term.above, measure.term.below]
        for part in parts:
            star = STAR.table(part.table)
            if part.how == "sum" and star.column(part.column).kind is Kind.MONEY:
                assert part.one_of in ("unit", "currency"), measure.name
                assert "DISTINCTCOUNT" in dax(part)


def test_terms_as_dax() -> None:
    known = Aggregate("sum", "Cost", "amount", one_of="currency")
    assert dax(known) == ("IF ( DISTINCTCOUNT ( 'Cost'[Currency] ) = 1, SUM ( 'Cost'[Amount] ) )")
    beyond = Quotient(Aggregate("count", "Cost"), Aggregate("count", "Risk"), beyond=True)
    assert dax(beyond) == (
        "VAR Ratio = DIVIDE ( COUNTROWS ( 'Cost' ), COUNTROWS ( 'Risk' ) ) "
        "RETURN IF ( NOT ISBLANK ( Ratio ), Ratio - 1 )"
    )


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        (r"\\server\pmo\power bi\data", r'"\\server\pmo\power bi\data"'),
        ('D:\\a"b', '"D:\\a""b"'),
        ("D:\\x#(tab)", '"D:\\x#(#)(tab)"'),
    ],
)
def test_the_folder_of_the_files_is_a_parameter(folder: str, written: str) -> None:
    [parameter] = read_tmdl(definition(STAR, folder)["expressions.tmdl"])
    assert (parameter.kind, parameter.name) == ("expression", "DataFolder")
    assert parameter.value == f'{written} meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'


def test_names_are_quoted_where_they_must_be() -> None:
    assert [quoted(n) for n in ("Date", "Work Item", "It's", "2x")] == ["Date", "'Work Item'", "'It''s'", "'2x'"]


# -- pages -----------------------------------------------------------------------------------------------------------


def json_files(place: Path) -> dict[str, Any]:
    names = [p for p in place.rglob("*") if p.suffix in (".json", ".pbir", ".pbism", ".pbip") or p.name == ".platform"]
    return {str(p.relative_to(place)): json.loads(p.read_text(encoding="utf-8")) for p in names}


def test_pages_and_project_point_at_each_other(place: Path) -> None:
    files = json_files(place)
    report = files["Plumbrule.pbip"]["artifacts"][0]["report"]["path"]
    path = files[f"{report}/definition.pbir"]["datasetReference"]["byPath"]["path"]
    assert (place / report / path / "definition" / "model.tmdl").is_file()
    order = files[f"{report}/definition/pages/pages.json"]["pageOrder"]
    assert [files[f"{report}/definition/pages/{name}/page.json"]["name"] for name in order] == order
    assert len(order) == len(PAGE_LIST) == 3


def test_every_field_of_a_visual_exists_and_visuals_stay_on_their_page(place: Path, tables: dict[str, Thing]) -> None:
    known = {("Column", t.name, c.name) for t in tables.values() for c in t.all("column")}
    known |= {("Measure", TABLE, m.name) for m in tables[TABLE].all("measure")}
    visuals = {name: v for name, v in json_files(place).items() if name.endswith("visual.json")}
    assert len(visuals) == sum(len(page.visuals) for page in PAGE_LIST)
    for name, visual in visuals.items():
        at = visual["position"]
        assert at["x"] + at["width"] <= 1280
        assert at["y"] + at["height"] <= 720
        assert name.split("/")[-2] == visual["name"]
        refs = []
        for role in visual["visual"]["query"]["queryState"].values():
            for one in role["projections"]:
                [(kind, told)] = one["field"].items()
                assert (kind, told["Expression"]["SourceRef"]["Entity"], told["Property"]) in known
                refs.append(one["queryRef"])
        assert len(set(refs)) == len(refs)


def test_visuals_have_the_keys_that_the_published_schema_allows(place: Path) -> None:
    """Told after visualContainer 2.0.0, visualConfiguration 2.0.0 and page 2.0.0."""
    for name, document in json_files(place).items():
        if name.endswith("visual.json"):
            assert set(document) == {"$schema", "name", "position", "visual"}
            assert set(document["position"]) == {"x", "y", "z", "height", "width", "tabOrder"}
            allowed = {"visualType", "query", "visualContainerObjects", "drillFilterOtherVisuals"}
            assert set(document["visual"]) == allowed
            assert len(document["name"]) <= 50
        elif name.endswith("page.json"):
            assert set(document) == {"$schema", "name", "displayName", "displayOption", "height", "width"}


# -- the former feed -------------------------------------------------------------------------------------------------


@needs_shared
def test_fields_of_the_former_feed_are_named_as_it_named_them() -> None:
    told = json.loads((SHARED / "projectdata" / "projectdata_schema_merged.json").read_text(encoding="utf-8"))
    fields = {f"{name}.{c['name']}" for name, one in told["entity_sets"].items() for c in one["columns"]}
    named = {f for t in STAR.tables for c in t.columns for f in c.feed} | {f for m in MEASURES for f in m.feed}
    assert len(named) > 60
    assert named <= fields, named - fields


def test_the_reader_of_these_tests_refuses_what_is_no_tmdl() -> None:
    for text in ("table X\n  column Y", "table X\n\t\tcolumn Y", "table X\n\tlineageTag: 1\n\tlineageTag: 2", "?"):
        with pytest.raises(AssertionError):
            read_tmdl(text)
    assert "table" in OBJECTS
