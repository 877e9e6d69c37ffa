"""Plans that MPXJ can read, turned into MSPDI by a child process for as long as they are read.

One mapping serves all formats. The child (`mpp_child`) has a temporary folder of its own, a limit of time, after which
it is killed with all that it started, and a limit of memory, which Java keeps.
"""

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from connectors.msproject.stream import OLE_MAGIC, SAVE_AS
from portfolio.errors import ConfigurationError, RemoteRefusal

_AT_ONCE = threading.BoundedSemaphore(2)
"""Java machines that run side by side: each may take the memory that the settings allow."""
_LEAST_JAVA = 11
_ASK_JAVA_SECONDS = 30
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_LAST_WORDS = 300

_REFUSALS: Mapping[str, tuple[str, str]] = {
    "password": (
        "is protected by a password",
        "Open it in Microsoft Project, save a copy without password (File > Save As > Tools > General Options), and"
        " give the copy.",
    ),
    "unknown_format": (
        "is in a format that MPXJ does not know",
        f"It reads .mpp of Project 98 and later, .mpx, .xer and .pmxml. {SAVE_AS}",
    ),
    "several": (
        "holds several plans",
        "One file is one plan: export each of them to a file of its own.",
    ),
    "damaged": (
        "could not be read; it is damaged, cut off, or of a kind that MPXJ does not know yet",
        f"Open it in Microsoft Project and save it again, and copy it whole. {SAVE_AS}",
    ),
    "memory": (
        "needs more memory than Java may take",
        "Raise memory_megabytes in the settings of this source.",
    ),
}
"""What the child says of a file -> what is wrong with it, and what to do."""


@dataclass(frozen=True)
class ReadByMpxj:
    """Files of Microsoft Project and others. `python` runs the child and must have the extra `mpp`."""

    java: str = "java"
    timeout_seconds: float = 300
    memory_megabytes: int = 1024
    timephased: bool = False
    python: str = sys.executable
    modules: tuple[str, ...] = ("mpxj", "jpype")
    deployment: str = "MPP"
    endings: tuple[str, ...] = (".mpp", ".mpt", ".mpx", ".xer", ".pmxml")

    def check(self) -> None:
        """Look whether Java and MPXJ are there. Raises ConfigurationError."""
        for module in self.modules:
            if importlib.util.find_spec(module) is None:
                package = {"jpype": "jpype1"}.get(module, module)
                raise ConfigurationError(
                    f"plans of kind mpp are read by MPXJ, and the Python package {package} is not installed",
                    code="mpp.no_mpxj",
                    remedy=f'Install the extra: pip install "plumbrule[mpp]". Or do without: {SAVE_AS}',
                )
        self._check_java()

    def identity(self, path: Path) -> str | None:
        """Only the whole file tells."""
        del path
        return None

    @contextmanager
    def opened(self, path: Path) -> Iterator[Path]:
        """The file as MSPDI, in a folder that only this account may read and that goes with the context."""
        with tempfile.TemporaryDirectory(prefix="plumbrule-plan-") as folder:
            target, outcome = Path(folder) / "plan.xml", Path(folder) / "outcome.json"
            with _AT_ONCE:
                words = self._run(path, target, outcome)
            told = _outcome(outcome)
            if told.get("state") != "read" or not target.is_file():
                raise _refusal(path, told, words)
            yield target

    def _check_java(self) -> None:
        program = shutil.which(self.java)
        found = None
        if program is not None:
            with suppress(OSError, subprocess.TimeoutExpired):
                asked = subprocess.run(
                    [program, "-version"], capture_output=True, text=True, timeout=_ASK_JAVA_SECONDS, check=False
                )
                found = _VERSION.search(asked.stderr + asked.stdout)
        if found is None:
            raise ConfigurationError(
                f"plans of kind mpp need Java, and there is no working Java at `{self.java}`",
                code="mpp.no_java",
                remedy=f"Install a Java runtime, {_LEAST_JAVA} or newer, or name one by `java`."
                f" Or do without: {SAVE_AS}",
            )
        if int(found[1]) < _LEAST_JAVA:
            raise ConfigurationError(
                f"`{self.java}` is Java {found[1]}; MPXJ needs {_LEAST_JAVA} or newer",
                code="mpp.old_java",
                remedy=f"Install a newer Java runtime, or name one by `java`. Or do without: {SAVE_AS}",
            )

    def _run(self, path: Path, target: Path, outcome: Path) -> str:
        """Let the child do it; its last words. Raises RemoteRefusal for one that takes too long."""
        command = [
            self.python, "-m", "connectors.msproject.mpp_child", str(path.resolve()), str(target), str(outcome),
            str(self.memory_megabytes), "1" if self.timephased else "0",
        ]  # fmt: skip
        child = subprocess.Popen(
            command,
            env=_environment(self.java),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            words = child.communicate(timeout=self.timeout_seconds)[1]
        except subprocess.TimeoutExpired:
            raise RemoteRefusal(
                f"{path} was not read within {self.timeout_seconds:g} seconds, and reading was stopped",
                code="mpp.timeout",
                remedy="Raise timeout_seconds in the settings of this source, or take the file out of its folder.",
            ) from None
        finally:
            _end(child)
        return words.decode("utf-8", "replace")


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Nothing of it is left, whether it ended, ran out of time, or the run was interrupted."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stderr:
        child.stderr.close()


def _environment(java: str) -> dict[str, str]:
    """What the child needs and no more: secrets of the configuration stay here."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR") if name in os.environ}
    program = shutil.which(java)
    if program is not None:
        kept["JAVA_HOME"] = str(Path(program).resolve().parent.parent)
    return kept


def _outcome(path: Path) -> dict[str, str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(path: Path, told: Mapping[str, str], words: str) -> RemoteRefusal:
    """What was wrong with the file. A child that said nothing was killed, or Java itself broke down."""
    state = told.get("state", "")
    if state == "no_java":
        return RemoteRefusal(
            f"Java could not be started to read {path}: {told.get('detail', '')[:_LAST_WORDS]}",
            code="mpp.no_java",
            remedy="Check the Java runtime, and memory_megabytes in the settings of this source.",
        )
    if state not in _REFUSALS:
        state = "memory" if "OutOfMemoryError" in words else state
    if state == "unknown_format" and _is_compound(path):
        state = "damaged"  # the container of Project's files, and nothing in it that is one
    if state in _REFUSALS:
        what, remedy = _REFUSALS[state]
        return RemoteRefusal(f"{path} {what}", code=f"mpp.{state}", remedy=remedy, why=told.get("detail", ""))
    return RemoteRefusal(
        f"{path} was not read: the reading process ended without a word{_quoted(words)}",
        code="mpp.broken",
        remedy=f"Give Java more memory (memory_megabytes), or report it. {SAVE_AS}",
    )


def _is_compound(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(OLE_MAGIC)) == OLE_MAGIC


def _quoted(words: str) -> str:
    last = " ".join(words.split())[-_LAST_WORDS:]
    return f" but this: {last}" if last else ""
