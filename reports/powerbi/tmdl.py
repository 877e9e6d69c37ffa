"""The semantic model as text: TMDL, one file a table, as Power BI Desktop saves a project.

After Microsoft's description of the language (learn.microsoft.com/analysis-services/tmdl/tmdl-overview): objects are
nested by tabs, names with other signs than letters and digits stand in apostrophes, descriptions are lines that begin
with `///` above their object, expressions follow an equals sign. Tags of lineage are made from names, so that the same
model has the same tags whenever it is written.
"""

import json
import re
from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from reports.powerbi.measures import MEASURES, TABLE, Measure
from reports.powerbi.shape import Relationship, Star, StarColumn, StarTable, titled
from reports.powerbi.terms import dax

_TAGS = UUID("6f0c6b5e-43d5-5c39-9a0e-1d7c3c0b7f52")
"""Namespace of our tags; any constant does."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FOLDER_PARAMETER = "DataFolder"
CULTURE = "en-US"


def definition(star: Star, data_folder: str) -> dict[str, str]:
    """Text by path below `definition`. `data_folder`: where the Parquet files are for the machine that reads them."""
    files = {
        "database.tmdl": "database Plumbrule\n\tcompatibilityLevel: 1601\n\n",
        "model.tmdl": _model(star),
        "expressions.tmdl": _parameter(data_folder),
        "relationships.tmdl": "".join(_relationship(one) for one in star.relationships),
    }
    files |= {f"tables/{table.name}.tmdl": table_text(table) for table in star.tables}
    files[f"tables/{TABLE}.tmdl"] = measures_text()
    return files


def tag(*words: str) -> str:
    """The tag of an object, from the names that lead to it."""
    return str(uuid5(_TAGS, "/".join(words)))


def quoted(name: str) -> str:
    """A name as TMDL writes it."""
    doubled = name.replace("'", "''")
    return name if _PLAIN.fullmatch(name) else f"'{doubled}'"


def table_text(table: StarTable) -> str:
    """One table with its measures, columns and where its rows come from."""
    lines = [*_described(table.doc, 0), f"table {quoted(table.name)}", f"\tlineageTag: {tag('table', table.name)}"]
    if table.is_dates:
        lines.append("\tdataCategory: Time")
    lines.append("")
    for column in table.columns:
        lines += [*_column(table, column), ""]
    lines += [*_partition(table), "", "\tannotation PBI_ResultType = Table", "", ""]
    return "\n".join(lines)


def measures_text() -> str:
    """The table that holds the measures: it has one hidden column, since a table needs one, and no rows."""
    lines = [
        "/// Every measure of the model.",
        f"table {quoted(TABLE)}",
        f"\tlineageTag: {tag('table', TABLE)}",
        "",
    ]
    for measure in MEASURES:
        lines += [*_measure(measure), ""]
    lines += [
        "\tcolumn Nothing",
        "\t\tdataType: string",
        "\t\tisHidden",
        f"\t\tlineageTag: {tag('column', TABLE, 'nothing')}",
        "\t\tsummarizeBy: none",
        "\t\tsourceColumn: Nothing",
        "",
        "\t\tannotation SummarizationSetBy = User",
        "",
        f"\tpartition {quoted(TABLE)} = m",
        "\t\tmode: import",
        "\t\tsource =",
        "\t\t\t\tlet",
        "\t\t\t\t    Source = #table(type table [Nothing = text], {})",
        "\t\t\t\tin",
        "\t\t\t\t    Source",
        "",
        "\tannotation PBI_ResultType = Table",
        "",
        "",
    ]
    return "\n".join(lines)


def _model(star: Star) -> str:
    names = [TABLE, *(table.name for table in star.tables)]
    order = json.dumps([FOLDER_PARAMETER, *names], separators=(",", ":"))
    lines = [
        "model Model",
        f"\tculture: {CULTURE}",
        "\tdefaultPowerBIDataSourceVersion: powerBI_V3",
        "\tdiscourageImplicitMeasures",
        f"\tsourceQueryCulture: {CULTURE}",
        "\tdataAccessOptions",
        "\t\tlegacyRedirects",
        "\t\treturnErrorValuesAsNull",
        "",
        "annotation __PBI_TimeIntelligenceEnabled = 0",
        "",
        f"annotation PBI_QueryOrder = {order}",
        "",
        *(f"ref table {quoted(name)}" for name in names),
        "",
        "",
    ]
    return "\n".join(lines)


def _parameter(folder: str) -> str:
    meta = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    lines = [
        "/// Folder of the Parquet files, as the machine that reads them names it. To change it: Transform data, Edit "
        "parameters.",
        f"expression {FOLDER_PARAMETER} = {_query_text(folder)} {meta}",
        f"\tlineageTag: {tag('expression', FOLDER_PARAMETER)}",
        "",
        "\tannotation PBI_ResultType = Text",
        "",
        "",
    ]
    return "\n".join(lines)


def _query_text(text: str) -> str:
    """A text in Power Query: `"` is doubled, and a `#(` that would begin an escape is escaped."""
    escaped = text.replace("#(", "#(#)(").replace('"', '""')
    return f'"{escaped}"'


def _relationship(one: Relationship) -> str:
    lines = [f"relationship {tag('relationship', one.table, one.column, one.to_table, one.to_column)}"]
    if not one.active:
        lines.append("\tisActive: false")
    lines.append(f"\tfromColumn: {quoted(one.table)}.{_title(one.column)}")
    lines.append(f"\ttoColumn: {quoted(one.to_table)}.{_title(one.to_column)}")
    return "\n".join([*lines, "", ""])


def _title(column: str) -> str:
    return quoted(titled(column))


def _measure(measure: Measure) -> Iterator[str]:
    yield from _described(measure.doc, 1)
    yield f"\tmeasure {quoted(measure.name)} = {dax(measure.term)}"
    yield f"\t\tformatString: {measure.shown}"
    yield f"\t\tdisplayFolder: {measure.folder}"
    yield f"\t\tlineageTag: {tag('measure', measure.name)}"


def _column(table: StarTable, column: StarColumn) -> Iterator[str]:
    yield from _described(_sentence(column.doc), 1)
    yield f"\tcolumn {quoted(column.title)}"
    yield f"\t\tdataType: {column.form.model}"
    if table.key == (column.name,):
        yield "\t\tisKey"
    if column.hidden:
        yield "\t\tisHidden"
    if column.shown or column.form.shown:
        yield f"\t\tformatString: {column.shown or column.form.shown}"
    yield f"\t\tlineageTag: {tag('column', table.name, column.name)}"
    if column.name == "url":
        yield "\t\tdataCategory: WebUrl"
    yield "\t\tsummarizeBy: none"
    yield f"\t\tsourceColumn: {column.title}"
    if column.sort_by:
        yield f"\t\tsortByColumn: {_title(column.sort_by)}"
    yield ""
    yield "\t\tannotation SummarizationSetBy = User"
    if column.form.query == "type date":
        yield ""
        yield "\t\tannotation UnderlyingDateTimeDataType = Date"


def _partition(table: StarTable) -> Iterator[str]:
    """Columns are named for people in the query, so that the files keep names for programs."""
    renamed = ", ".join(f'{{"{c.name}", "{c.title}"}}' for c in table.columns)
    typed = ", ".join(f'{{"{c.title}", {c.form.query}}}' for c in table.columns)
    yield f"\tpartition {quoted(table.name)} = m"
    yield "\t\tmode: import"
    yield "\t\tsource ="
    for line in (
        "let",
        f'    Source = Parquet.Document(File.Contents({FOLDER_PARAMETER} & "\\{table.file}.parquet")),',
        f"    Renamed = Table.RenameColumns(Source, {{{renamed}}}),",
        f'    Typed = Table.TransformColumnTypes(Renamed, {{{typed}}}, "{CULTURE}")',
        "in",
        "    Typed",
    ):
        yield f"\t\t\t\t{line}"


def _described(doc: str, depth: int) -> Iterable[str]:
    return [f"{chr(9) * depth}/// {line}" for line in doc.splitlines()]


def _sentence(words: str) -> str:
    return words + ("" if words.endswith((".", "…")) else ".")
