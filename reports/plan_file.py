"""A plan as a file: what `plan` saved is exactly what `apply` carries out."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from portfolio.errors import ConfigurationError
from portfolio.ports import Action, Change, Channel, Mark, TargetKind
from reports.plan import Plan
from reports.publications import content_hash, digest

FORMAT: Literal["plumbrule.plan/1"] = "plumbrule.plan/1"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Change(_Strict):
    action: Action
    channel: Channel
    source: str
    target_kind: TargetKind
    target: str
    name: str
    title: str
    body: dict[str, Any] | None
    dated: dict[str, Any] | None
    content_hash: str
    remote_id: str | None


class _Summary(_Strict):
    changes: int
    create: int
    update: int
    remove: int
    deferred: int


class _File(_Strict):
    format: Literal["plumbrule.plan/1"]
    as_of: datetime
    ledger_digest: str
    config_digest: str
    summary: _Summary
    changes: tuple[_Change, ...]
    changes_digest: str


def save_plan(plan: Plan, path: Path) -> None:
    """Write the plan as JSON; same plan, same bytes."""
    path.write_text(plan_json(plan), encoding="utf-8")


def plan_json(plan: Plan) -> str:
    """The plan as JSON text, with `summary.changes` telling whether there is anything to do."""
    counts = {action: sum(c.action == action for c in plan.changes) for action in ("create", "update", "remove")}
    changes = [_to_json(change) for change in plan.changes]
    document = {
        "format": FORMAT,
        "as_of": plan.as_of.isoformat(),
        "ledger_digest": plan.ledger_digest,
        "config_digest": plan.config_digest,
        "summary": {"changes": len(plan.changes), **counts, "deferred": plan.deferred},
        "changes": changes,
        "changes_digest": digest(changes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def load_plan(path: Path) -> Plan:
    """Read a plan file. Raises ConfigurationError where it is missing, not ours, or edited into nonsense."""
    try:
        found = _File.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(
            f"cannot read the plan {path}: {error.strerror}",
            code="plan.unreadable",
            remedy="Make one with `plumbrule plan --out FILE`.",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise ConfigurationError(
            f"{path} is not a plan of this version: {place}: {first['msg']}",
            code="plan.format",
            remedy="Make a new plan; plan files are not meant to be edited.",
        ) from error
    changes = tuple(_from_json(change) for change in found.changes)
    edited = next((c for c in changes if c.action != "remove" and content_hash(c.mark) != c.content_hash), None)
    if edited is not None:
        raise _edited(f"{path}: the content of {edited.mark.channel} on {edited.mark.target} is not what was planned")
    if digest([_to_json(change) for change in changes]) != found.changes_digest:
        raise _edited(f"{path}: its changes are not those that were planned")
    return Plan(found.as_of, changes, found.ledger_digest, found.config_digest, found.summary.deferred)


def _edited(what: str) -> ConfigurationError:
    remedy = "Make a new plan; plan files are not meant to be edited."
    return ConfigurationError(f"the plan was edited: {what}", code="plan.edited", remedy=remedy)


def _to_json(change: Change) -> dict[str, Any]:
    mark = change.mark
    return {
        "action": change.action,
        "channel": mark.channel,
        "source": mark.source,
        "target_kind": mark.target_kind,
        "target": mark.target,
        "name": mark.name,
        "title": mark.title,
        "body": mark.body,
        "dated": mark.dated,
        "content_hash": change.content_hash,
        "remote_id": change.remote_id,
    }


def _from_json(found: _Change) -> Change:
    place = (found.channel, found.source, found.target_kind, found.target, found.name)
    mark = Mark(*place, found.body, found.title, found.dated)
    return Change(found.action, mark, found.content_hash, found.remote_id)
