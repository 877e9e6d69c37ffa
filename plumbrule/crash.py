"""The file that a bug leaves behind: a traceback without secrets and without data."""

import hashlib
import traceback
from pathlib import Path

from plumbrule import __version__
from plumbrule.log import Redaction


def write_crash_file(bug: BaseException, folder: Path, secrets: tuple[str, ...] = ()) -> Path:
    """Write the redacted traceback and return where it is. Only frames and the type of the error are kept, since the
    words of an error may hold data. The same crash again has the same file, another one a file of its own."""
    lines = [f"plumbrule {__version__}", f"{type(bug).__module__}.{type(bug).__qualname__}"]
    frames = traceback.extract_tb(bug.__traceback__)
    lines.extend(f"  {Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames)
    target = folder if folder.is_dir() else Path()
    text = Redaction(secrets).text("\n".join(lines) + "\n")
    path = target / f"plumbrule-crash-{hashlib.sha256(text.encode()).hexdigest()[:8]}.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def crash_files(folder: Path) -> list[Path]:
    """Those that lie in a folder, the oldest first."""
    return sorted(folder.glob("plumbrule-crash*.txt"), key=lambda path: (path.stat().st_mtime_ns, path.name))
