"""Carries out `plumbrule export`: which tables, of which projects, into which folder."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plumbrule.app import open_app
from plumbrule.audience import within
from plumbrule.exporting.manifest import Exported, Manifest, Origin, require_ours
from plumbrule.options import ExportForm
from plumbrule.report_settings import AudienceReport
from plumbrule.settings import Settings
from portfolio.counted import counted
from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest
from portfolio.model import CONTEXT, VIEWS, Table
from portfolio.whole_folder import bring_back, folder_aside, whole_folder
from sync import FileReader, SnapshotExport, belongs_to_projects

if TYPE_CHECKING:
    from plumbrule.exporting.forms import Maker

DOCUMENTED: dict[str, Table] = {CONTEXT.name: CONTEXT, **VIEWS}
"""What may leave: every documented view, and the day that they were made for."""
_LAST_PULL = "SELECT max(id) AS id FROM run"
_TODAY = "SELECT as_of FROM context"


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    form: ExportForm
    out: Path
    tables: Sequence[str] = ()
    report: str | None = None
    mark: bool = True
    data_folder: str | None = None


@dataclass(frozen=True)
class Done:
    """What was written: the tables, and what else to tell."""

    place: Path
    tables: Sequence[Exported]
    left_out: Sequence[str] = ()
    notes: Sequence[str] = ()

    def as_text(self) -> str:
        """For a terminal: a line a table."""
        width = max((len(one.name) for one in self.tables), default=0)
        lines = [f"{one.name:<{width}}  {one.rows:>10,}" + _aside(one) for one in self.tables]
        if self.left_out:
            lines.append(f"left out, since their rows belong to no project: {', '.join(self.left_out)}")
        rows = sum(one.rows for one in self.tables)
        told = f"{counted(len(self.tables), 'table')}, {counted(rows, 'row')}: {self.place}"
        return "\n".join([*lines, *self.notes, told])


def _aside(one: Exported) -> str:
    return f"  ({'; '.join(one.notes)})" if one.notes else ""


def export(config: Path, wish: Wish, *, debug: bool = False) -> Done:
    """Do it. Raises ConfigurationError for what cannot be meant, and where the folder holds something else."""
    for_power_bi = wish.form is ExportForm.POWERBI
    if wish.tables and for_power_bi:
        raise ConfigurationError(
            "a Power BI project has tables of its own, which `--table` does not choose",
            code="export.table",
            remedy="Leave `--table` out, or export parquet.",
        )
    wanted = _wanted(wish.tables)
    if wish.form is ExportForm.DELTA:
        from sync.lake import require_lake

        require_lake()
    with open_app(config, debug=debug, with_secrets=False, with_rules=for_power_bi, kept=True) as app:
        report = _report(app.settings, wish.report)
        reader = app.latest()
        try:
            scope = within(reader, report.scope) if report else None
            origin = _origin(reader, report)
        finally:
            reader.close()
        snapshot = reader.path
        if for_power_bi:
            from plumbrule.exporting.power_bi import export_power_bi

            return export_power_bi(app, snapshot, wish, origin, scope)
        return _tables(snapshot, wish, origin, wanted, scope)


def _tables(snapshot: Path, wish: Wish, origin: Origin, wanted: Sequence[Table], scope: frozenset[str] | None) -> Done:
    chosen = [table for table in wanted if scope is None or _in_scope(table)]
    left_out = tuple(table.name for table in wanted if table not in chosen)
    if wish.tables and left_out:
        raise ConfigurationError(
            f"rows of {left_out[0]} belong to no project, so they lie outside every scope",
            code="export.table",
            remedy="Leave it out, or leave out `--report`.",
        )
    place = placed(wish.out)
    if wish.form is ExportForm.DELTA:
        from plumbrule.exporting.lake import put_lake, require_lake_folder

        require_lake_folder(place, tuple(DOCUMENTED.values()))
        with folder_aside(place) as room, SnapshotExport(snapshot, room, scope) as source:
            return Done(place, put_lake(source, chosen, place, origin, left_out), left_out)
    bring_back(place)
    require_ours(place)
    with whole_folder(place) as folder, SnapshotExport(snapshot, folder, scope) as source:
        made = _maker(wish)(source, chosen, folder, origin)
        Manifest(wish.form.value, origin, made, left_out).write(folder)
    return Done(place, made, left_out)


def _maker(wish: Wish) -> "Maker":
    from plumbrule.exporting import forms

    if wish.form is ExportForm.CSV:
        return forms.csv_with(mark=wish.mark)
    return forms.xlsx if wish.form is ExportForm.XLSX else forms.parquet


def placed(out: Path) -> Path:
    """The folder to write, as a whole path. Raises ConfigurationError for a link: renaming would replace the link, not
    the folder that it leads to."""
    place = Path(os.path.abspath(out))  # noqa: PTH100 - links are refused, not followed
    if place.is_symlink() or os.path.ismount(place):
        raise ConfigurationError(
            f"{place} is a link or the top of a disk, which cannot be put in place by renaming",
            code="export.folder_in_use",
            remedy="Name a folder below it.",
        )
    return place


def _in_scope(table: Table) -> bool:
    return table is CONTEXT or belongs_to_projects(table)


def _wanted(names: Sequence[str]) -> list[Table]:
    for name in names:
        if name not in DOCUMENTED:
            raise ConfigurationError(
                f"there is no documented table `{name}`",
                code="export.table",
                remedy=suggest(name, DOCUMENTED) or "docs/model.md lists the documented views.",
            )
    return [table for name, table in DOCUMENTED.items() if not names or name in names]


def _report(settings: Settings, name: str | None) -> AudienceReport | None:
    if name is None:
        return None
    known = {report.name: report for report in settings.reports}
    if name not in known:
        listed = f"Reports: {', '.join(known)}." if known else "There is no block [[reports]] in the configuration."
        raise ConfigurationError(
            f"there is no report `{name}`", code="export.report", remedy=suggest(name, known) or listed
        )
    return known[name]


def _origin(reader: FileReader, report: AudienceReport | None) -> Origin:
    pulled, today = reader.rows(_LAST_PULL)[0]["id"], reader.rows(_TODAY)[0]["as_of"]
    return Origin(pulled, today, report.name if report else None)
