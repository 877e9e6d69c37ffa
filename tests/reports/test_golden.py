"""Golden files of every format that is text, in both languages: what changes on paper is seen in the diff.

`PLUMBRULE_GOLDEN=1 pytest tests/reports/test_golden.py` writes them anew. A book and paper are bytes that a release of
their library may change: for them what is in it is kept, not the bytes. The page and its JSON have tests of their own.
"""

import io
import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from small_report import small_report

from reports.inputs import LANGUAGES
from reports.model import SECTIONS
from reports.render import pdf
from reports.render.digest import Size
from reports.render.formats import FORMATS
from reports.render.summary import make_digest

FOLDER = Path(__file__).parent / "golden"
PAGE = "https://reports.example/portfolio.html"
TEXTS = ("csv", "markdown", "mail", "adaptive_card", "slack_blocks", "confluence_storage", "adf", "sarif", "junit")


def indented(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def book(language: str) -> dict[str, bytes]:
    """Sheets, cells, tables, conditions, frozen panes and charts."""
    [content] = FORMATS["xlsx"].files(small_report(language), PAGE).values()
    told = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        told[sheet.title] = {
            "cells": [" | ".join(str(cell.value) for cell in row) for row in sheet.iter_rows()],
            "frozen": sheet.freeze_panes,
            "tables": {table.name: table.ref for table in sheet.tables.values()},
            "conditions": sorted(str(area.sqref) for area in sheet.conditional_formatting),
            "charts": len(sheet._charts),
        }
    return {f"portfolio.{language}.xlsx.json": indented(told)}


def tables(language: str) -> dict[str, bytes]:
    told = {}
    for path, content in FORMATS["parquet"].files(small_report(language)).items():
        table = pq.read_table(io.BytesIO(content))
        types = {f.name: f"{f.type} {f.metadata[b'label'].decode()}" for f in table.schema}
        told[Path(path).stem] = {"columns": types, "rows": table.to_pylist()}
    return {f"portfolio.{language}.parquet.json": indented(told)}


def paper(language: str) -> dict[str, bytes]:
    digest = make_digest(small_report(language), Size(50), SECTIONS, PAGE)
    return {f"portfolio.{language}.pdf.json": indented(pdf.template_data(digest))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*TEXTS, "xlsx", "parquet", "pdf"])
def test_it_is_what_it_was(name: str, language: str) -> None:
    others = {"xlsx": book, "parquet": tables, "pdf": paper}
    files = others[name](language) if name in others else FORMATS[name].files(small_report(language), PAGE)
    for path, content in files.items():
        kept = FOLDER / path
        if os.environ.get("PLUMBRULE_GOLDEN"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(content)
        assert kept.read_bytes() == content, f"{path}: look at the diff, then PLUMBRULE_GOLDEN=1"
