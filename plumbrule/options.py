"""Options that many commands share: each written once, so that it reads and means the same everywhere."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

DEFAULT_CONFIG = Path("plumbrule.toml")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Configuration file.", envvar="PLUMBRULE_CONFIG")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug logs.")]

QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; results only.")]
MaxChangesOption = Annotated[
    int | None, typer.Option("--max-changes", help="Refuse a plan with more writes than this, whatever is configured.")
]


class Form(StrEnum):
    """How a command writes a result that is a table or a list. Not every command takes each: see `taking`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    SARIF = "sarif"
    JUNIT = "junit"


ROW_FORMS = (Form.TABLE, Form.JSON, Form.JSONL, Form.CSV, Form.MARKDOWN)
"""Of any table."""
CASE_FORMS = (*ROW_FORMS, Form.SARIF, Form.JUNIT)
"""Of findings and problems: what fails, how gravely, and where."""


def taking(forms: Sequence[Form]) -> Any:
    """The option `--format` of a command that takes these forms; `text` is an older word for `table`."""
    words = [form.value for form in forms]
    named = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(word: str) -> Form:
        found = next((form for form in forms if form == word.casefold()), None)
        if word.casefold() == "text":
            return Form.TABLE
        if found is None:
            only = ": sarif and junit are for findings and problems" if word in ("sarif", "junit") else ""
            raise typer.BadParameter(f"`{word}` is none of {named}{only}")
        return found

    return typer.Option("--format", parser=read, metavar="FORM", help=f"{named}.", autocompletion=lambda: words)


RowForm = Annotated[Form, taking(ROW_FORMS)]
CaseForm = Annotated[Form, taking(CASE_FORMS)]
DocumentForm = Annotated[Form, taking((Form.TABLE, Form.JSON))]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]


def form_of(form: Form, as_json: bool) -> Form:
    """The form that two options ask for: `--json` is older than `--format`, and stays."""
    return Form.JSON if as_json else form


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
