"""One process owns the store: a lock that names its owner, and goes away with the process that held it."""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from portfolio.errors import StoreError

_WRITTEN = "%Y-%m-%d %H:%M UTC"


@dataclass(frozen=True)
class Owner:
    """Who opens the store; shown to whoever comes second. `since` is UTC."""

    process_id: int
    host: str
    since: datetime


class Lock:
    """An advisory lock on a file beside the store.

    The operating system frees it when its holder ends, however it ends, so a name left in the file by a dead
    process is simply written over.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, path: Path, owner: Owner) -> Self:
        """Take the lock. Raises StoreError that names the present holder, or says why there can be no lock."""
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"the lock of the store, {path}, cannot be opened: {error.strerror}",
                code="store.lock",
                remedy="Let this account write in the store's folder, and remove what is not a file there.",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 4096, 0)
            os.close(descriptor)
            raise in_use(_told(holder, owner.since)) from error
        note = {
            "process_id": owner.process_id,
            "host": owner.host,
            "since": f"{owner.since.astimezone(UTC):{_WRITTEN}}",
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(note).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def in_use(holder: str) -> StoreError:
    """The error for a store that somebody else has open."""
    return StoreError(
        f"the store is in use by {holder}",
        code="store.in_use",
        remedy="Wait until that run has ended, or stop it; nothing needs to be cleaned up after it.",
    )


def _told(note: bytes, now: datetime) -> str:
    try:
        said = json.loads(note)
        return f"process {said['process_id']} on {said['host']} since {said['since']}{_age(said['since'], now)}"
    except (ValueError, KeyError, TypeError):  # caught between taking the lock and writing the name
        return "another process"


def _age(since: str, now: datetime) -> str:
    """How long that is by now, in its two largest units; nothing where the two clocks contradict each other."""
    try:
        began = datetime.strptime(since, _WRITTEN).replace(tzinfo=UTC)
    except ValueError:  # written by another version
        return ""
    minutes = int((now.astimezone(UTC) - began).total_seconds() // 60)
    if minutes < 0:
        return ""
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return f" ({' '.join(units[:2]) or 'less than a minute'} ago)"
