"""Plan files as MSPDI, whatever they are: XML as it lies, other formats turned into XML for as long as it is read."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from connectors.msproject import mspdi


class Opener(Protocol):
    """Makes MSPDI of a file."""

    @property
    def deployment(self) -> str:
        """Name of the format, for people."""
        ...

    @property
    def endings(self) -> tuple[str, ...]:
        """Of the files that are taken from a folder, in lower case."""
        ...

    def check(self) -> None:
        """Look whether what it needs is there. Raises ConfigurationError."""
        ...

    def opened(self, path: Path) -> AbstractContextManager[Path]:
        """A context: the file as MSPDI. Raises RemoteRefusal, ConfigurationError."""
        ...

    def identity(self, path: Path) -> str | None:
        """Native id of the plan in a file, where that is told without reading it whole. Raises RemoteRefusal."""
        ...


class AsItLies:
    """MSPDI files: nothing to do."""

    deployment = "MSPDI"
    endings: tuple[str, ...] = (".xml",)

    def check(self) -> None:
        """It needs nothing."""

    @contextmanager
    def opened(self, path: Path) -> Iterator[Path]:
        """The file itself."""
        yield path

    def identity(self, path: Path) -> str | None:
        """What the head says."""
        return mspdi.identity(path, path.stem)
