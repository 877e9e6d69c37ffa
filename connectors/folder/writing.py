"""Writes reports into a folder: a dated copy and `latest`, each whole or not at all, and a page that lists them.

Only folders that hold our own mark are ever changed or removed: what somebody else put there stays.
"""

import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from connectors.receivers import Carrier, Refused
from portfolio.delivery import Delivery, Document
from portfolio.ports import Change, Channel
from portfolio.whole_file import put_whole

MARK = ".plumbrule"
"""Empty file that says that a folder is ours to replace."""
LATEST = "latest"
INDEX = "index.html"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_STYLE = "body{font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem;max-width:50rem}"


class ReportFolder(Carrier):
    """The `Publisher` of one folder."""

    channel: ClassVar[Channel] = "page"
    title: ClassVar[str] = "a folder"

    def __init__(self, name: str, path: Path, keep: int) -> None:
        super().__init__(name)
        self._path = path
        self._keep = keep

    def send(self, change: Change, delivery: Delivery) -> str | None:
        """Write the dated copy and the latest one; returns the path of the dated one below the folder."""
        home = self._home(change.mark.name)
        try:
            for name in (delivery.day.isoformat(), LATEST):
                _replace(home / name, delivery)
            self._drop_oldest(home)
            self._list()
        except OSError as error:
            raise Refused(f"{self._path}: {error.strerror or error}; nothing that stood there was lost") from error
        return f"{home.name}/{delivery.day.isoformat()}"

    def take_back(self, change: Change) -> None:
        """Take `latest` away; dated copies stay, they are a record."""
        try:
            _remove(self._home(change.mark.name) / LATEST)
            self._list()
        except OSError as error:
            raise Refused(f"{self._path}: {error.strerror or error}") from error

    def _home(self, report: str) -> Path:
        if not _SAFE.fullmatch(report):
            raise Refused(f"`{report}` is no name for a folder")
        return self._path / report

    def _drop_oldest(self, home: Path) -> None:
        for old in _days(home)[: -self._keep]:
            _remove(old)

    def _list(self) -> None:
        """The page that lists every report, newest first."""
        rows = []
        for home in sorted(p for p in self._path.iterdir() if p.is_dir() and _days(p)):
            links = " · ".join(_link(self._path, day) for day in reversed(_days(home)))
            newest = _link(self._path, home / LATEST) if (home / LATEST / MARK).is_file() else ""
            rows.append(f"<h2>{html.escape(home.name)}</h2><p>{newest}</p><p>{links}</p>")
        page = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Reports</title>'
            f"<style>{_STYLE}</style></head><body><h1>Reports</h1>{''.join(rows)}</body></html>\n"
        )
        put_whole(self._path / INDEX, page.encode())


def _link(root: Path, folder: Path) -> str:
    shown = sorted(p.name for p in folder.iterdir() if p.name != MARK)
    page = next((name for name in shown if name.endswith(".html")), shown[0] if shown else "")
    target = "/".join((*folder.relative_to(root).parts, page))
    return f'<a href="{html.escape(target, quote=True)}">{html.escape(folder.name)}</a>'


def _days(home: Path) -> list[Path]:
    """Dated copies of ours, oldest first."""
    if not home.is_dir():
        return []
    return sorted(p for p in home.iterdir() if _DAY.fullmatch(p.name) and (p / MARK).is_file())


def _replace(target: Path, delivery: Delivery) -> None:
    """Write all documents aside, then put the folder in place: a reader sees the one before or this one."""
    if target.exists() and not (target / MARK).is_file():
        raise Refused(f"{target} is there already and not ours; it was left")
    aside, old = (target.with_name(f".{target.name}.{word}") for word in ("new", "old"))
    for left in (aside, old):
        shutil.rmtree(left, ignore_errors=True)
    aside.mkdir(parents=True)
    for document in _named_once(delivery.documents):
        _write(aside / document.name, document.content)
    _write(aside / MARK, b"")
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _named_once(documents: tuple[Document, ...]) -> Iterator[Document]:
    seen: set[str] = set()
    for document in documents:
        if not _SAFE.fullmatch(document.name) or document.name in seen:
            raise Refused(f"`{document.name}` is no name for a file, or stands there twice")
        seen.add(document.name)
        yield document


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _remove(folder: Path) -> None:
    if (folder / MARK).is_file():
        shutil.rmtree(folder)
