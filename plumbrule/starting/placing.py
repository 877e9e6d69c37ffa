"""The files that `init` writes: whole or not at all, never over what stands there, unless that is wanted and kept."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from plumbrule.aside import aside
from plumbrule.config_file import load_settings
from portfolio.errors import ConfigurationError
from portfolio.whole_file import put_whole

CONFIG = "plumbrule.toml"
SCHEMA = "plumbrule.schema.json"


def refuse_what_stands(folder: Path, *, force: bool) -> None:
    """Raises ConfigurationError where a configuration stands there and is not to be replaced."""
    if (folder / CONFIG).exists() and not force:
        raise ConfigurationError(
            f"{folder / CONFIG} is there already",
            code="init.exists",
            remedy="give --force (the old file is kept beside it, as .bak), or another folder by --dir",
        )
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"{folder} is no folder", code="init.folder", remedy="name a folder by --dir")


def check(text: str, folder: Path) -> None:
    """Raises ConfigurationError where what would be written would not load. Rules are the built-in ones, which do."""
    trial = folder / f".{CONFIG}.trial"
    try:
        put_whole(trial, text.encode())
        load_settings(trial)
    except ConfigurationError as error:
        raise ConfigurationError(
            "what was found and answered makes no configuration that loads; nothing was written",
            code="init.unfit",
            why=error.what,
            remedy="mend what the lines above tell; variables PLUMBRULE_... of the environment count too",
            problems=[replace(one, file=CONFIG) for one in error.problems],
        ) from error
    finally:
        trial.unlink(missing_ok=True)


def place(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write them; what stands there and differs is kept as `.bak`, or `.bak2` and so on. Returns what was kept."""
    kept = []
    for name, text in files.items():
        path = folder / name
        if path.exists():
            before = path.read_bytes()
            if before == text.encode():
                continue
            kept.append(aside(path))
            put_whole(kept[-1], before)
        put_whole(path, text.encode())
    return kept
