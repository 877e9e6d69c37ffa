"""`plumbrule export`: what the latest check saw, as files for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from plumbrule.exits import exits, say
from plumbrule.options import DEFAULT_CONFIG, ConfigOption, DebugOption, ExportForm
from plumbrule.speech import spoken_lines


def export(
    *,
    form: Annotated[ExportForm, typer.Argument(metavar="FORMAT", help="parquet, csv, xlsx, delta or powerbi.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for it: a new one, or one of an earlier export.")],
    table: Annotated[
        list[str] | None, typer.Option("--table", "-t", help="Only these documented tables; may be repeated.")
    ] = None,
    report: Annotated[
        str | None, typer.Option("--report", help="Only projects in the scope of this [[reports]] block.")
    ] = None,
    mark: Annotated[
        bool, typer.Option("--bom/--no-bom", help="CSV: begin with the mark by which Excel knows UTF-8.")
    ] = True,
    data_folder: Annotated[
        str | None,
        typer.Option("--data-folder", help="Power BI: where its machine finds the folder `data` of this export."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    debug: DebugOption = False,
) -> None:
    """Write the documented tables of the latest check as files, or a Power BI project upon them (docs/export.md)."""
    with exits(debug):
        from plumbrule.exporting.export import Wish
        from plumbrule.exporting.export import export as exported

        say(
            spoken_lines(
                exported(config, Wish(form, out, table or (), report, mark, data_folder), debug=debug).as_text()
            )
        )


def register(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("export")(export)
