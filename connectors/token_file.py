"""Keeps tokens on disk: a refresh token that changes with every use before the new one is used, one writer at a time.

The file holds secrets; only its owner may read it. It belongs into the folder of the store.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from portfolio.errors import SignInError


@dataclass(frozen=True)
class Kept:
    """What a grant left behind. `seed` tells which configured token it descends from; instants are UTC."""

    seed: str
    refresh_token: str
    access_token: str
    renew_at: datetime
    scopes: tuple[str, ...] = ()


class SecretFile:
    """One source's file of secrets. Processes and threads that share it take turns (`alone`).

    `holds` names for people what is lost with it.
    """

    def __init__(self, path: Path, holds: str = "the refresh token") -> None:
        self.path = path
        self._holds = holds

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else reads or renews meanwhile; waits for whoever does. The lock ends with its process."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self.unusable("cannot be opened", error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def read(self) -> bytes | None:
        """What was kept last; None at the first time. Raises SignInError for a file that cannot be read."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self.unusable("cannot be read", error) from error

    def write(self, body: bytes) -> None:
        """Keep it, whole or not at all, also through a power cut. Raises SignInError where it cannot be written."""
        beside = self.path.with_suffix(".new")
        try:
            self._write_through(beside, body)
            beside.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise self.unusable("cannot be written", error) from error

    def remove(self) -> bool:
        """Forget it; whether there was something. Raises SignInError where it cannot be removed."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self.unusable("cannot be removed", error) from error
        return True

    @staticmethod
    def _write_through(path: Path, body: bytes) -> None:
        path.unlink(missing_ok=True)  # one that was left behind may have other rights
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())

    def unusable(self, how: str, error: Exception) -> SignInError:
        """What to raise for a file that cannot be used."""
        why = error.strerror if isinstance(error, OSError) else "it is not as we wrote it"
        return SignInError(
            f"the file that keeps {self._holds}, {self.path}, {how}: {why}",
            code="sign_in.token_file",
            remedy="Let this account write in the store's folder; if it is damaged, remove it and authorise again.",
        )


class TokenFile(SecretFile):
    """The file of a grant whose refresh token changes with every use."""

    def load(self) -> Kept | None:
        """What was kept last; None at the first time. Raises SignInError for a file that cannot be read."""
        try:
            held = self.read()
            if held is None:
                return None
            body = orjson.loads(held)
            return Kept(
                seed=body["seed"],
                refresh_token=body["refresh_token"],
                access_token=body["access_token"],
                renew_at=datetime.fromisoformat(body["renew_at"]),
                scopes=tuple(body["scopes"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise self.unusable("cannot be read", error) from error

    def save(self, kept: Kept) -> None:
        """Keep it, whole or not at all. Raises SignInError where it cannot be written."""
        body = {
            "seed": kept.seed,
            "refresh_token": kept.refresh_token,
            "access_token": kept.access_token,
            "renew_at": kept.renew_at.astimezone(UTC).isoformat(),
            "scopes": list(kept.scopes),
        }
        self.write(orjson.dumps(body))
