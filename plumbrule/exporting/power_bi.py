"""Power BI: the star schema as Parquet in `data`, and the project that reads it beside.

A later export renews the data. The project's own files are renewed as long as nobody changed them: Power BI Desktop
writes into them when it saves, and pages that somebody built must not be lost.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plumbrule.app import App
from plumbrule.exporting.export import Done, Wish, placed
from plumbrule.exporting.manifest import MADE_BY, Exported, Manifest, Origin, digest, in_use, require_ours
from plumbrule.verdicts import rule_texts
from portfolio.whole_file import put_whole
from portfolio.whole_folder import bring_back, whole_folder
from reports.powerbi.dimensions import RULE_TEXT
from reports.powerbi.project import DATA_FOLDER, project_files
from reports.powerbi.star import MODEL_VERSION, STAR
from sync import SnapshotExport

DATA, RECORD = "data", "plumbrule-project.json"


def export_power_bi(app: App, snapshot: Path, wish: Wish, origin: Origin, scope: frozenset[str] | None) -> Done:
    """Write both. Raises ConfigurationError where the folder holds something else."""
    place = placed(wish.out)
    rules = _rules(app)
    bring_back(place)
    record = _record(place)
    folder_of_data = wish.data_folder or (record or {}).get("data_folder") or DATA_FOLDER
    files = project_files(STAR, folder_of_data)
    if record is None:
        if place.exists() and any(place.iterdir()):
            raise in_use(place, f"it holds {sorted(p.name for p in place.iterdir())[0]}, and no project of an export")
        with whole_folder(place) as folder:
            (folder / DATA).mkdir()
            made = _data(snapshot, folder / DATA, origin, scope, rules)
            _put(folder, files, folder_of_data)
        return Done(place, made, notes=_told(folder_of_data))
    bring_back(place / DATA)
    require_ours(place / DATA)
    with whole_folder(place / DATA) as folder:
        made = _data(snapshot, folder, origin, scope, rules)
    changed = _changed(place, record["files"])
    if changed:
        return Done(place, made, notes=_kept(changed, record, wish))
    _put(place, files, folder_of_data)
    return Done(place, made, notes=_told(folder_of_data))


def _rules(app: App) -> list[dict[str, Any]]:
    return [
        {
            "rule_id": r.id,
            "title": r.title,
            "why": r.why,
            "fix": r.fix,
            "dimension": r.dimension,
            "severity": r.severity,
        }
        for r in rule_texts(app.rules).values()
    ]


def _data(
    snapshot: Path,
    folder: Path,
    origin: Origin,
    scope: frozenset[str] | None,
    rules: Sequence[dict[str, Any]],
) -> list[Exported]:
    made = []
    with SnapshotExport(snapshot, folder, scope) as source:
        source.lend(RULE_TEXT, rules)
        for table in STAR.tables:
            name = f"{table.file}.parquet"
            made.append(Exported(table.name, source.parquet_of(table.sql, folder / name), (name,)))
    Manifest("powerbi", origin, made, more={"model_version": MODEL_VERSION}).write(folder)
    return made


def _put(place: Path, files: Mapping[str, bytes], data_folder: str) -> None:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        put_whole(path, content)
    record = {
        "made_by": MADE_BY,
        "model_version": MODEL_VERSION,
        "data_folder": data_folder,
        "files": {name: digest(place / name) for name in sorted(files)},
    }
    put_whole(place / RECORD, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def _record(place: Path) -> dict[str, Any] | None:
    """What an earlier export wrote there; None where none did. Raises ConfigurationError for an unreadable one."""
    if not place.exists():
        return None
    if not place.is_dir():
        raise in_use(place, "it is a file")
    try:
        told = json.loads((place / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(told, dict) and told.get("made_by") == MADE_BY and isinstance(told.get("files"), dict)
    return told if known else None


def _changed(place: Path, files: Mapping[str, str]) -> list[str]:
    """Files of the project that are no longer as an export wrote them."""
    return [name for name, held in files.items() if not (place / name).is_file() or digest(place / name) != held]


def _told(folder: str) -> tuple[str, ...]:
    return (f"The project reads {folder}: change it in Power BI Desktop (Transform data, Edit parameters), or with "
            "--data-folder.",)  # fmt: skip


def _kept(changed: Sequence[str], record: Mapping[str, Any], wish: Wish) -> tuple[str, ...]:
    notes = [f"The project was changed since it was exported ({changed[0]}): only its data was renewed."]
    if wish.data_folder and wish.data_folder != record.get("data_folder"):
        notes.append("`--data-folder` was not written into it: change its parameter in Power BI Desktop.")
    if record.get("model_version") != MODEL_VERSION:
        notes.append(
            f"It was made for version {record.get('model_version')} of the tables, these are of version "
            f"{MODEL_VERSION}: export into a new folder and copy your pages there."
        )
    return tuple(notes)
