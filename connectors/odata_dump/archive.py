"""The files of a dump, in a folder or a zip. Nothing is unpacked but what is read, and nothing outside is reached."""

import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from connectors.msproject.files import digest
from portfolio.errors import ConfigurationError, RemoteRefusal

MOST_FILES = 100_000
MOST_BYTES = 64 << 30
SUSPICIOUS_RATIO = 500
SUSPICIOUS_BYTES = 64 << 20
"""JSON of many like records packs to a fiftieth; what packs to less than a five-hundredth of 64 MB is a bomb."""


@dataclass(frozen=True)
class Member:
    """One file: its name below the folder or in the zip, and its size unpacked."""

    name: str
    size: int

    @property
    def file_name(self) -> str:
        """The name without folders."""
        return PurePosixPath(self.name).name


class Dump(Protocol):
    """Files by name."""

    def members(self) -> list[Member]:
        """All files, by name. Raises RemoteRefusal for an archive that must not be unpacked."""
        ...

    def open(self, member: Member) -> AbstractContextManager[IO[bytes]]:
        """A file's bytes."""
        ...

    def digest(self) -> str:
        """Hash of everything in it."""
        ...


def dump_at(source: str, path: Path) -> Dump:
    """The dump at a path. Raises ConfigurationError where there is none, RemoteRefusal for half a zip."""
    wanted = path.expanduser()
    if wanted.is_dir():
        return Folder(wanted)
    if wanted.is_file() and zipfile.is_zipfile(wanted):
        return Archive(wanted)
    if wanted.is_file() and wanted.suffix.lower() == ".zip":
        raise RemoteRefusal(
            f"{wanted} is no whole zip: it is cut off, damaged, or still being copied",
            code="dump.bad_archive",
            remedy="Copy it again, whole, or pack it again.",
        )
    what = "is neither a folder nor a zip" if wanted.exists() else "does not exist"
    raise ConfigurationError(
        f"source `{source}`: {wanted} {what}",
        code="dump.no_files",
        remedy="Give the folder or the zip that holds one file for each entity set, and check that the share is"
        " mounted.",
    )


@dataclass(frozen=True)
class Folder:
    """A dump that lies unpacked."""

    root: Path

    def members(self) -> list[Member]:
        """Files below the folder; links that lead out of it are not followed."""
        root = self.root.resolve()
        found = [p for p in sorted(self.root.rglob("*")) if p.is_file() and p.resolve().is_relative_to(root)]
        return [Member(p.relative_to(self.root).as_posix(), p.stat().st_size) for p in found]

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """A file's bytes."""
        with (self.root / member.name).open("rb") as file:
            yield file

    def digest(self) -> str:
        """Hash of names and contents."""
        total = hashlib.sha256()
        for member in self.members():
            path = self.root / member.name
            total.update(f"{member.name}\0{digest(path)}\0".encode())
        return total.hexdigest()


@dataclass(frozen=True)
class Archive:
    """A dump in a zip."""

    path: Path

    def members(self) -> list[Member]:
        """Files in it. Raises RemoteRefusal for names that lead elsewhere, passwords, bombs, and damage."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError) as problem:
            raise self._refusal(f"is damaged: {problem}", "Pack it again, and copy it whole.") from problem
        if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
            raise self._refusal(
                "holds more than any dump would", "Do not trust it; pack the files that you know again."
            )
        for info in infos:
            self._check(info)
        return sorted((Member(info.filename, info.file_size) for info in infos), key=lambda member: member.name)

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """A file's bytes, unpacked as they are read."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(member.name) as file:
                yield file
        except NotImplementedError as problem:  # Deflate64, for one, which Windows takes for what is large
            raise self._refusal(
                f"holds {member.name}, packed in a way that cannot be read: {problem}",
                "Unpack it into a folder and name that, or pack it again by plain Deflate.",
            ) from problem
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as problem:
            raise self._refusal(f"is damaged at {member.name}: {problem}", "Pack it again.") from problem

    def digest(self) -> str:
        """Hash of the zip."""
        return digest(self.path)

    def _check(self, info: zipfile.ZipInfo) -> None:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
            raise self._refusal(
                f"names a file outside of itself ({info.filename})", "Do not trust it; pack the files again."
            )
        if info.flag_bits & 1:
            raise self._refusal(f"is protected by a password ({info.filename})", "Pack it again without password.")
        if info.file_size > SUSPICIOUS_BYTES and info.file_size > SUSPICIOUS_RATIO * max(info.compress_size, 1):
            times = info.file_size // max(info.compress_size, 1)
            raise self._refusal(
                f"holds {info.filename}, which unpacks to {times} times its size",
                "It looks like a zip bomb; if you know it, unpack it into a folder and name that.",
            )

    def _refusal(self, what: str, remedy: str) -> RemoteRefusal:
        return RemoteRefusal(f"{self.path} {what}", code="dump.bad_archive", remedy=remedy)
