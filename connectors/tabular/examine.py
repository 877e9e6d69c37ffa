"""What `doctor` finds in the tables of a source: files, rows, headers that mean nothing, age."""

from collections.abc import Iterator
from datetime import UTC, datetime

from connectors.tabular import files
from connectors.tabular.files import TableFile
from connectors.tabular.opening import copied
from connectors.tabular.settings import TabularSource
from connectors.tabular.table import open_table
from portfolio.errors import ExitCode, PlumbruleError
from portfolio.ports import Observation

_SHOWN = 8


def examined(source: str, settings: TabularSource) -> Iterator[Observation]:
    """File by file; then tables without a file, and when the newest and the oldest file were changed last."""
    found, absent = files.find(settings.tables)
    for file in found:
        yield from _file(source, file)
    for one in absent:
        what = f"there is no file {one.settings.path} for {one.settings.into}"
        remedy = "Correct `path`, and check that the share is mounted."
        yield Observation("files", "failed", what, remedy, ExitCode.PARTIAL)
    if found:
        ages = sorted((file.path.stat().st_mtime, file.label) for file in found)
        (oldest, old), (newest, new) = ages[0], ages[-1]
        told = f"changed last: {new} on {_day(newest)}"
        yield Observation("age", "ok", told if old == new else f"{told}; longest ago: {old} on {_day(oldest)}")


def _file(source: str, file: TableFile) -> Iterator[Observation]:
    try:
        with copied(file.path) as copy:
            table = open_table(copy.file, file.label, source, file.settings)
            survey = table.survey()
            twice = survey.twice()
            for _ in table.rows(twice, {}):
                pass  # reads them all, for what cannot be read
    except PlumbruleError as error:
        yield Observation("table", "failed", error.what, error.remedy, error.exit_code)
        return
    told = f"{table.maker.title}: {survey.lines:,} rows for {file.into}, changed {_day(file.path.stat().st_mtime)}"
    if survey.totals:
        told += f"; {survey.totals} rows of totals are left out"
    yield Observation("table", "ok", told)
    bad = len(table.rejected) + table.unlisted
    if bad:
        what = f"{bad:,} of them cannot be read; the first: {table.rejected[0].reason}"
        yield Observation("rows", "warning", what, "Correct the rows; until then they are kept, and not counted.")
    if table.header.unused:
        named = ", ".join(f"`{header}`" for header in table.header.unused[:_SHOWN])
        more = " …" if len(table.header.unused) > _SHOWN else ""
        yield Observation("columns", "note", f"{table.maker.title}: not read: {named}{more}")


def _day(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
