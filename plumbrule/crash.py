"""The file that a bug leaves behind: a traceback without secrets and without data."""

import traceback
from pathlib import Path

from plumbrule import __version__
from plumbrule.log import Redaction


def write_crash_file(bug: BaseException, folder: Path, secrets: tuple[str, ...] = ()) -> Path:
    """Write the redacted traceback and return where it is. Only frames and the type of the error are kept, since the
    words of an error may hold data."""
    lines = [f"plumbrule {__version__}", f"{type(bug).__module__}.{type(bug).__qualname__}"]
    frames = traceback.extract_tb(bug.__traceback__)
    lines.extend(f"  {Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames)
    target = folder if folder.is_dir() else Path()
    path = target / "plumbrule-crash.txt"
    path.write_text(Redaction(secrets).text("\n".join(lines) + "\n"), encoding="utf-8")
    path.chmod(0o600)
    return path
