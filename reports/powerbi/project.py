"""The files of the Power BI project: what its Desktop opens, beside the folder of Parquet files."""

import json
from typing import Any

from reports.powerbi.pages import report_files
from reports.powerbi.shape import Star
from reports.powerbi.tmdl import definition, tag

NAME = "Plumbrule"
_BASE = "https://developer.microsoft.com/json-schemas/fabric/"
_PLATFORM = f"{_BASE}gitIntegration/platformProperties/2.0.0/schema.json"
DATA_FOLDER = r"C:\Plumbrule\data"
"""Where the parameter points until somebody changes it: an example, since nobody here knows the reader's machine."""


def project_files(star: Star, data_folder: str = DATA_FOLDER) -> dict[str, bytes]:
    """Content by path. The same star and folder give the same bytes."""
    model, report = f"{NAME}.SemanticModel", f"{NAME}.Report"
    documents: dict[str, Any] = {
        f"{NAME}.pbip": {
            "$schema": f"{_BASE}pbip/pbipProperties/1.0.0/schema.json",
            "version": "1.0",
            "artifacts": [{"report": {"path": report}}],
            "settings": {"enableAutoRecovery": True},
        },
        f"{model}/.platform": _platform("SemanticModel"),
        f"{model}/definition.pbism": {
            "$schema": f"{_BASE}item/semanticModel/definitionProperties/1.0.0/schema.json",
            "version": "4.0",
            "settings": {},
        },
        f"{report}/.platform": _platform("Report"),
        f"{report}/definition.pbir": {
            "$schema": f"{_BASE}item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{model}"}},
        },
    }
    documents |= {f"{report}/definition/{path}": content for path, content in report_files().items()}
    texts = {path: json.dumps(content, indent=2) + "\n" for path, content in documents.items()}
    texts |= {f"{model}/definition/{path}": text for path, text in definition(star, data_folder.rstrip("\\/")).items()}
    texts[".gitignore"] = "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n"
    return {path: text.encode() for path, text in texts.items()}


def _platform(kind: str) -> dict[str, Any]:
    return {
        "$schema": _PLATFORM,
        "metadata": {"type": kind, "displayName": NAME},
        "config": {"version": "2.0", "logicalId": tag("item", kind)},
    }
