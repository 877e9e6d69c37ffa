"""A plan as a folder for people: every document and every body that would go out, byte for byte, and an index of them.

Nothing is sent. What a receiver wraps around a report (a mail, a signed event, the anchor of a page) it makes here as
it would make it then; only moments and signatures of the sending are not there yet.
"""

import hashlib
import html
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Literal

from plumbrule.receivers import receiver
from plumbrule.settings import Settings
from portfolio.delivery import read_delivery
from portfolio.errors import ConfigurationError
from portfolio.ports import CHANNEL_NAMES, Change, Previewing, Publisher
from reports.plan import Plan
from reports.plan_text import plan_text

FORMAT: Literal["plumbrule.plan-folder/1"] = "plumbrule.plan-folder/1"
INDEX, LIST = "index.json", "index.html"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_STYLE = "body{font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem}td{padding:.1rem 1rem .1rem 0}"
_MOST_NAME = 80


def write_plan_folder(plan: Plan, settings: Settings, folder: Path) -> Path:
    """Write the plan's contents into a folder that is new, empty, or of an earlier plan; returns its list.

    Raises ConfigurationError for a folder that holds anything else, or cannot be written.
    """
    try:
        _emptied(folder)
        rows = []
        with ExitStack() as stack:
            targets = _targets(plan, settings, stack)
            for number, change in enumerate(plan.changes, 1):
                place = Path(_safe(change.mark.source), change.mark.channel, f"{number:05}-{_safe(change.mark.name)}")
                rows.append(_row(change, _written(folder, place, _contents(change, targets))))
        document = {"format": FORMAT, "as_of": plan.as_of.isoformat(), "deferred": plan.deferred, "changes": rows}
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        (folder / INDEX).write_text(text, encoding="utf-8")
        (folder / LIST).write_text(_listed(plan, rows), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{folder} cannot be written: {error.strerror or error}",
            code="plan.folder",
            remedy="Give another folder by --out-dir.",
        ) from error
    return folder / LIST


def _emptied(folder: Path) -> None:
    """A folder to write into. What an earlier plan left there goes; anything else stays, and is an error."""
    folder.mkdir(parents=True, exist_ok=True)
    left = sorted(folder.iterdir())
    if not left:
        return
    try:
        ours = json.loads((folder / INDEX).read_bytes()).get("format") == FORMAT
    except (OSError, ValueError, AttributeError):
        ours = False
    if not ours:
        raise ConfigurationError(
            f"{folder} is not empty, and holds no plan",
            code="plan.folder",
            remedy="Give a new folder by --out-dir; what is there was left.",
        )
    for path in left:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _targets(plan: Plan, settings: Settings, stack: ExitStack) -> dict[str, Publisher | Previewing]:
    """The receivers of the plan by name, each opened once; those that are configured no more are not in it."""
    names = sorted({change.mark.source for change in plan.changes if change.mark.target_kind == "receiver"})
    found = {name: receiver(settings, name) for name in names}
    return {name: stack.enter_context(closing(target)) for name, target in found.items() if target is not None}


def _contents(change: Change, targets: Mapping[str, Publisher | Previewing]) -> Mapping[str, bytes]:
    """Names and bytes of what a change would send; nothing for what is taken away."""
    mark = change.mark
    if mark.body is None:
        return {}
    if mark.target_kind != "receiver":
        body = {"channel": mark.channel, "target": mark.target, "name": mark.name, "body": mark.body}
        body |= {"dated": mark.dated} if mark.dated is not None else {}
        return {"body.json": (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()}
    target = targets.get(mark.source)
    if isinstance(target, Previewing):
        return target.preview(change)
    return {document.name: document.content for document in read_delivery(mark.body).documents}


def _written(folder: Path, place: Path, contents: Mapping[str, bytes]) -> list[dict[str, Any]]:
    found = []
    for name, content in contents.items():
        path = place / _safe(name)
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        found.append({"path": path.as_posix(), "bytes": len(content), "sha256": digest})
    return found


def _row(change: Change, files: list[dict[str, Any]]) -> dict[str, Any]:
    mark = change.mark
    return {
        "action": change.action,
        "source": mark.source,
        "channel": mark.channel,
        "target_kind": mark.target_kind,
        "target": mark.target,
        "name": mark.name,
        "title": mark.title,
        "files": files,
    }


def _listed(plan: Plan, rows: list[dict[str, Any]]) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plan</title>'
        f"<style>{_STYLE}</style></head><body><h1>What would be sent</h1>"
        f"<p>{html.escape(plan_text(plan).strip().rpartition(chr(10))[2])} Nothing was sent.</p>"
        f"<table>{''.join(_lines(rows))}</table></body></html>\n"
    )


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        links = " ".join(
            f'<a href="{html.escape(one["path"], quote=True)}">{html.escape(Path(one["path"]).name)}</a>'
            for one in row["files"]
        )
        told = (row["action"], row["source"], CHANNEL_NAMES[row["channel"]], row["title"] or row["target"], row["name"])
        yield f"<tr>{''.join(f'<td>{html.escape(word)}</td>' for word in told)}<td>{links}</td></tr>"


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name).strip(".-")[:_MOST_NAME] or "unnamed"
