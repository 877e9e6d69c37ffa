"""Options that many commands share: each written once, so that it reads and means the same everywhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONFIG = Path("plumbrule.toml")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Configuration file.", envvar="PLUMBRULE_CONFIG")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug logs.")]


class LessonsForm(StrEnum):
    """How `plumbrule lessons` writes its answer."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class QueryForm(StrEnum):
    """How `plumbrule query` writes its answer."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"


class MatchForm(StrEnum):
    """How `plumbrule match suggest` writes its answer."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class DiffForm(StrEnum):
    """How `plumbrule diff` writes its answer."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ExportForm(StrEnum):
    """What `plumbrule export` writes."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"
    DELTA = "delta"
    POWERBI = "powerbi"


class Language(StrEnum):
    """Languages that Plumbrule speaks."""

    EN = "en"
    ZH_HANS = "zh-Hans"
