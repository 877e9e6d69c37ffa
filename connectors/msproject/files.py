"""Which files a source reads: one, those of a folder, or those of a pattern; a file is known by its path below it."""

import glob
import hashlib
from pathlib import Path

from connectors.msproject.stream import BINARY_ENDINGS, SAVE_AS
from portfolio.errors import ConfigurationError, RemoteRefusal


def plan_files(source: str, kind: str, path: Path, endings: tuple[str, ...]) -> dict[str, Path]:
    """Partition key (the path below the configured folder) -> file. Raises ConfigurationError for none."""
    wanted = path.expanduser()
    if wanted.is_file():
        return {wanted.name: wanted}
    if wanted.is_dir():
        found, root = [p for p in wanted.iterdir() if p.suffix.lower() in endings and p.is_file()], wanted
    else:
        found = [Path(p) for p in glob.glob(str(wanted), recursive=True) if Path(p).is_file()]  # noqa: PTH207
        root = Path(glob.escape(str(wanted))) if not found else _fixed_part(wanted)
    if not found:
        _refuse_binary_only(source, kind, wanted)
        raise ConfigurationError(
            f"source `{source}`: no plan file at {wanted}",
            code=f"{kind}.no_files",
            remedy=f"Give a file, a folder with {' or '.join(f'*{e}' for e in endings)} files, or a pattern, and check"
            " that the share is mounted.",
            why="an empty folder is not taken for deleted plans",
        )
    return {path.relative_to(root).as_posix(): path for path in sorted(found)}


def digest(path: Path) -> str:
    """Hash of what is in the file. Raises RemoteRefusal for one that is locked or may not be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise RemoteRefusal(
            f"{path.name} cannot be opened: {problem.strerror or problem}",
            code="files.locked",
            remedy="Close it where it is open and check the rights; the next run tries again.",
        ) from problem


def _refuse_binary_only(source: str, kind: str, wanted: Path) -> None:
    """Raises ConfigurationError for a folder that holds plans, but none of them as XML."""
    binary = sorted(p.name for p in wanted.iterdir() if p.suffix.lower() in BINARY_ENDINGS) if wanted.is_dir() else []
    if binary:
        raise ConfigurationError(
            f"source `{source}`: {wanted} holds Project files (.mpp), such as {binary[0]}, but none as XML",
            code=f"{kind}.no_files",
            remedy=f'{SAVE_AS} Or read them as they are: kind = "mpp" (needs Java).',
        )


def _fixed_part(pattern: Path) -> Path:
    """The folders of a pattern before its first wildcard."""
    fixed: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        fixed.append(part)
    return Path(*fixed)
