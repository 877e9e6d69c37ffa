"""`plumbrule store`: a backup that can be trusted, the way back, and a look at whether all is sound."""

import json
from pathlib import Path
from typing import Any

from plumbrule import __version__
from plumbrule.app import STORE_FILE, App, open_app
from plumbrule.listing import Case, ColumnKind, Level, Listing, Row
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.pruning import size
from plumbrule.speech import says, spoken
from plumbrule.waiver_requests import FOLDER
from portfolio.counted import counted
from portfolio.errors import ConfigurationError, ExitCode
from sync import Backup, Checked, check_store, read_backup, restore_backup

BESIDE = (FOLDER,)
"""Folders beside the store that cannot be read again from anywhere. Sign-ins are not among them: a token that was
exchanged since is worth nothing, and a backup is copied to more places than a secret should be."""
_COLUMNS: dict[str, ColumnKind] = {"subject": "text", "found": "text", "wrong": "text"}


def backed_up(config: Path, out: Path, *, force: bool, as_json: bool) -> str:
    """Write a backup. Raises ConfigurationError for a file that is there, StoreError as the store does."""
    if out.exists() and not force:
        raise ConfigurationError(
            f"there is a file {out} already", code="usage.file_exists", remedy="name another, or give --force"
        )
    with _app(config) as app:
        _require_store(app)
        made = app.store.back_up(out, beside=BESIDE, moment=app.owner.since, version=__version__)
    if as_json:
        return _plain({**made.as_plain(), "file": str(out)})
    return f"{out}: {_told(made)}, {size(out.stat().st_size)}"


def restored(config: Path, file: Path, *, force: bool, as_json: bool) -> str:
    """Put a backup in place. Raises StoreError."""
    with _app(config) as app:
        done = restore_backup(file, app.settings.store.folder / STORE_FILE, owner=app.owner, force=force)
    if as_json:
        return _plain({**done.backup.as_plain(), "replaced": str(done.before) if done.before else None})
    lines = [says("restored: {told}", told=_told(done.backup))]
    if done.before:
        lines.append(says("the store that stood there is kept as {before}", before=done.before))
    return "\n".join(
        [*lines, says("next: `plumbrule run` reads what changed since; `plumbrule check` only checks again")]
    )


def verified(file: Path, *, as_json: bool) -> str:
    """Compare a backup with its own list. Raises StoreError."""
    found = read_backup(file)
    return (
        _plain(found.as_plain())
        if as_json
        else says("{file}: {told}; every checksum holds", file=file, told=_told(found))
    )


def checked(config: Path, form: Form) -> tuple[str, ExitCode]:
    """Look at the whole store; the code is that of a damaged one where anything is wrong."""
    with _app(config) as app:
        _require_store(app)
        found = list(check_store(app.store, app.settings.store.folder))
    code = ExitCode.STORE if any(one.wrong for one in found) else ExitCode.DONE
    rows = [{"subject": one.subject, "found": one.found or None, "wrong": one.wrong or None} for one in found]
    document = {"format": "plumbrule.store-check/1", "sound": code == ExitCode.DONE, "checked": rows}
    prose = "\n".join([*map(_line, found), *_advice(code)])
    listing = Listing(rows, columns=_COLUMNS, prose=prose, document=document, case=_case, name="store check")
    return written(listing, form), code


def _case(row: Row) -> Case:
    level: Level = "error" if row["wrong"] else "pass"
    return Case("store.unsound", level, row["wrong"] or row["found"] or "", row["subject"])


def _line(one: Checked) -> str:
    return f"{'wrong' if one.wrong else 'ok':<6} {one.subject}: {spoken(one.wrong or one.found)}"


def _advice(code: ExitCode) -> list[str]:
    if code == ExitCode.DONE:
        return [says("the store is sound")]
    return [
        "= help: restore a backup (`plumbrule store restore FILE --force`), or move the store's folder aside and run"
    ]


def _told(backup: Backup) -> str:
    rows = counted(sum(backup.rows.values()), "row")
    beside = (
        says(", {backup} beside it", backup=counted(len(backup.files) - 1, "file")) if len(backup.files) > 1 else ""
    )
    return says(
        "a store of {made_at} by Plumbrule {plumbrule}, {rows}{beside}",
        made_at=backup.made_at,
        plumbrule=backup.plumbrule,
        rows=rows,
        beside=beside,
    )


def _app(config: Path) -> App:
    return open_app(config, with_secrets=False, with_rules=False)


def _require_store(app: App) -> None:
    """To back up or look at a store must not make one."""
    path = app.settings.store.folder / STORE_FILE
    if not path.exists():
        raise ConfigurationError(
            f"there is no store {path} yet", code="usage.no_store", remedy="`plumbrule run` makes one"
        )


def _plain(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)
