"""What people asked for on the web page: a file for each finding below the store, until somebody decides.

A request is never a waiver. The folder belongs to no run, so that it can be written while one holds the store.
"""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from portfolio.errors import ConfigurationError
from portfolio.located_toml import suggest

FOLDER = "waiver-requests"
MOST_OPEN = 1000
"""More are not taken: nobody decides so many, and the disk is not for whoever can open the page."""


class WaiverRequest(BaseModel):
    """One request. `about` names rule and subject for people; `requested_at` is UTC; `until` is the last day wished."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    finding: str
    about: str
    reason: str
    requested_by: str
    requested_at: datetime
    until: date
    compensating: str | None = None
    state: Literal["asked", "granted", "refused"] = "asked"
    decided_by: str | None = None
    decided_at: datetime | None = None
    outcome: str | None = None


class AlreadyAsked(Exception):
    """Somebody has asked for a waiver of that finding, and it is not decided."""


class QueueFull(Exception):
    """Too many requests wait for a decision."""


class RequestQueue:
    """The requests of one store. Files appear whole, and none replaces another."""

    def __init__(self, store_folder: Path) -> None:
        self._folder = store_folder / FOLDER

    def waiting(self) -> list[WaiverRequest]:
        """Those that nobody decided, oldest first. Files that are no requests are left out (`unreadable`)."""
        found = [one for path in self._files() if (one := _read(path)) is not None]
        return sorted(found, key=lambda one: (one.requested_at, one.finding))

    def unreadable(self) -> list[Path]:
        """Files that somebody changed so that they are no requests any more."""
        return [path for path in self._files() if _read(path) is None]

    def add(self, request: WaiverRequest) -> None:
        """Note it down. Raises AlreadyAsked, QueueFull, and OSError where the folder cannot be written."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sum(1 for _ in self._files()) >= MOST_OPEN:
            raise QueueFull
        fresh = _written(self._folder / f".{request.finding}.{os.getpid()}.new", request)
        try:
            os.link(fresh, self._path(request.finding))  # unlike a rename it never replaces one that is there
        except FileExistsError as error:
            raise AlreadyAsked from error
        finally:
            fresh.unlink()

    def get(self, finding: str) -> WaiverRequest:
        """The request for that finding, or for the one whose id begins so. Raises ConfigurationError."""
        waiting = self.waiting()
        found = [one for one in waiting if finding and one.finding.startswith(finding.lower())]
        if len(found) != 1:
            what = "nobody has asked for a waiver of" if not found else f"{len(found)} requests are for findings like"
            known = [one.finding for one in waiting]
            raise ConfigurationError(
                f"{what} `{finding}`",
                code="waive.no_request",
                remedy=suggest(finding, known) or "`plumbrule waive requests` lists what was asked for",
            )
        return found[0]

    def decide(self, request: WaiverRequest) -> Path:
        """Put a decided request aside; returns where it is kept."""
        aside = self._folder / "decided"
        aside.mkdir(mode=0o700, exist_ok=True)
        moment = f"{request.decided_at or request.requested_at:%Y%m%dT%H%M%S}"
        kept = aside / f"{moment}-{request.finding}.json"
        _written(kept.with_name(f".{kept.name}.new"), request).replace(kept)
        self._path(request.finding).unlink()
        return kept

    def _files(self) -> Iterator[Path]:
        yield from sorted(path for path in self._folder.glob("*.json") if not path.name.startswith("."))

    def _path(self, finding: str) -> Path:
        return self._folder / f"{finding}.json"


def _read(path: Path) -> WaiverRequest | None:
    try:
        return WaiverRequest.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        return None


def _written(path: Path, request: WaiverRequest) -> Path:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(request.model_dump_json(indent=2).encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return path
