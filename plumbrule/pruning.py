"""What goes of the past: at the end of a run as the settings say, and when `plumbrule runs prune` asks for more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from plumbrule.app import open_app
from plumbrule.crash import crash_files
from plumbrule.intervals import age
from plumbrule.listing import ColumnKind, Listing
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.speech import says
from plumbrule.store_settings import StoreSettings
from portfolio.counted import counted
from portfolio.errors import ConfigurationError
from sync import DuckStore, Forgotten, Keep, published, store_copies

FORMAT = "plumbrule.prune/1"
_COLUMNS: dict[str, ColumnKind] = {"what": "text", "name": "text", "rows": "number", "bytes": "number"}
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Pruned:
    """What went, or would go. `gained` is by how much the store's file became smaller; None: nobody tried."""

    rows: Sequence[Forgotten] = ()
    files: Sequence[tuple[str, Path, int]] = ()
    """What it is, where it lies, and how large."""
    gained: int | None = None

    @property
    def freed(self) -> int:
        """Bytes that the disk has back; where nobody tried, about how many that would be."""
        of_store = sum(one.bytes for one in self.rows) if self.gained is None else self.gained
        return of_store + sum(size for _, _, size in self.files)

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.rows or self.files or self.gained)

    def as_plain(self) -> dict[str, Any]:
        """For machines."""
        return {
            "rows": {one.what: one.rows for one in self.rows},
            "files": [str(path) for _, path, _ in self.files],
            "freed_bytes": self.freed,
        }

    def as_line(self) -> str:
        """For the summary of a run."""
        parts = [counted(sum(one.rows for one in self.rows), "row")] if self.rows else []
        parts += [counted(len(self.files), "file")] if self.files else []
        return says(
            "pruned     {parts}, {freed} free again", parts=" and ".join(parts) or "unused room", freed=size(self.freed)
        )


def prune(store: DuckStore, settings: StoreSettings, today: date, keep: Keep | None = None) -> Pruned:
    """Let go of what need not be kept, rows first. Raises StoreError; what was done until then stays done."""
    rows = store.prune(keep or settings.keep, today)
    gained = store.compact()
    files = list(surplus(settings))
    for _, path, _ in files:
        path.unlink(missing_ok=True)
    return Pruned(rows, files, gained)


def surplus(settings: StoreSettings) -> Iterable[tuple[str, Path, int]]:
    """Files in the store's folder that are more than are to be kept, the oldest first."""
    kinds = (
        ("snapshot", published(settings.folder / "snapshots"), settings.keep_snapshots),
        (says("crash file"), crash_files(settings.folder), settings.keep_crash_files),
        (says("copy of the store"), store_copies(settings.folder), settings.keep_backups),
    )
    for what, found, keep in kinds:
        for path in found[: len(found) - keep] if len(found) > keep else ():
            yield what, path, path.stat().st_size


def pruned(config: Path, most: int | None, older_than: str | None, form: Form, *, dry_run: bool) -> str:
    """`plumbrule runs prune`. Raises ConfigurationError for options that contradict each other, StoreError."""
    if most is not None and older_than is not None:
        raise ConfigurationError(
            "--keep and --older-than say two things", code="usage.prune", remedy="give one of them, or none"
        )
    with open_app(config, with_secrets=False, with_rules=False) as app:
        settings = app.settings.store
        keep = settings.keep if most is None else replace(settings.keep, runs=most)
        if older_than is not None:
            began = (app.as_of - age(older_than, "--older-than")).replace(tzinfo=None)
            keep = replace(keep, whole_after=began)
        if dry_run:
            done = Pruned(app.store.prune(keep, app.today, dry_run=True), list(surplus(settings)))
        else:
            done = prune(app.store, settings, app.today, keep)
    document = {"format": FORMAT, "dry_run": dry_run, **done.as_plain()}
    return written(Listing(_rows(done), columns=_COLUMNS, prose=_text(done, dry_run), document=document), form)


def _rows(done: Pruned) -> list[dict[str, object]]:
    """For machines: a row a table that rows go of, and a row a file."""
    rows: list[dict[str, object]] = [
        {"what": "rows", "name": one.what, "rows": one.rows, "bytes": one.bytes} for one in done.rows
    ]
    return rows + [{"what": what, "name": str(path), "rows": None, "bytes": taken} for what, path, taken in done.files]


def _text(done: Pruned, dry_run: bool) -> str:
    if done.is_nothing:
        return says("nothing to prune")
    rows: list[dict[str, object]] = [
        {
            "what": says("rows of {what}", what=one.what),
            says("how many"): one.rows,
            "size": says("about {one}", one=size(one.bytes)),
        }
        for one in done.rows
    ]
    rows += [{"what": what, says("how many"): path.name, "size": size(taken)} for what, path, taken in done.files]
    if dry_run:
        end = says("about {done} would come free; nothing was deleted", done=size(done.freed))
    else:
        end = says("{done} free again", done=size(done.freed))
        if done.rows and not done.gained:
            end += says("; what the rows took will be used again within the store's file")
    return "\n".join([Listing(rows).as_text(), end] if rows else [end])


def size(number: int) -> str:
    """Bytes as people say them."""
    value = float(number)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError(number)
