"""What `plumbrule waive requests`, `grant` and `refuse` do with what people asked for on the web page."""

from datetime import date
from pathlib import Path

from plumbrule import waiver_desk
from plumbrule.app import Clock, system_clock
from plumbrule.config_file import load_settings
from plumbrule.listing import ColumnKind, Listing
from plumbrule.listing_forms import written
from plumbrule.options import Form
from plumbrule.speech import says
from plumbrule.waiver_requests import RequestQueue, WaiverRequest
from portfolio.errors import ConfigurationError
from reports.spoken import printable


def listed(config: Path, form: Form = Form.TABLE) -> str:
    """Every request that waits for a decision, oldest first."""
    queue = _queue(config)
    waiting = queue.waiting()
    columns: dict[str, ColumnKind] = dict.fromkeys(WaiverRequest.model_fields, "text")
    rows = [one.model_dump(mode="json") for one in waiting]
    lines = [line for one in waiting for line in _lines(one)]
    lines += [
        says("note: {path} is no request any more; look at it, or remove it", path=path) for path in queue.unreadable()
    ]
    return written(Listing(rows, columns=columns, prose="\n".join(lines) or says("no requests")), form)


def grant(
    config: Path,
    finding: str,
    *,
    approved_by: str,
    ticket: str,
    expires: date | None = None,
    file: Path | None = None,
    clock: Clock = system_clock,
) -> str:
    """Write the waiver that was asked for, and put the request aside. Raises ConfigurationError as `waive add` does;
    the request then waits on."""
    queue = _queue(config)
    request = queue.get(finding)
    asked = waiver_desk.Asked(
        what=request.finding,
        reason=request.reason,
        requested_by=request.requested_by,
        approved_by=approved_by,
        ticket=ticket,
        expires=expires or request.until,
        compensating=request.compensating,
    )
    told = waiver_desk.add(config, asked, file, clock)
    _decided(queue, request, clock, state="granted", decided_by=approved_by, outcome=told)
    return told


def refuse(config: Path, finding: str, *, refused_by: str, reason: str, clock: Clock = system_clock) -> str:
    """Put the request aside with the reason. Raises ConfigurationError."""
    missing = [name for name, text in (("--refused-by", refused_by), ("--reason", reason)) if not text.strip()]
    if missing:
        raise ConfigurationError(
            f"a refusal needs {' and '.join(missing)}", code="waive.incomplete", remedy="say who refuses it, and why"
        )
    queue = _queue(config)
    request = queue.get(finding)
    kept = _decided(queue, request, clock, state="refused", decided_by=refused_by, outcome=reason)
    return says(
        "{kept}: the request of {requested_by} for {about} is refused",
        kept=kept,
        requested_by=request.requested_by,
        about=request.about,
    )


def _decided(
    queue: RequestQueue, request: WaiverRequest, clock: Clock, *, state: str, decided_by: str, outcome: str
) -> Path:
    told = {"state": state, "decided_by": decided_by, "decided_at": clock(), "outcome": outcome}
    return queue.decide(request.model_copy(update=told))


def _queue(config: Path) -> RequestQueue:
    return RequestQueue(load_settings(config, with_secrets=False).settings.store.folder)


def _lines(one: WaiverRequest) -> list[str]:
    head = says(
        "{finding}  {about}: until {until}, asked by {requested_by} on {requested_at:%Y-%m-%d}",
        finding=one.finding,
        about=one.about,
        until=one.until,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
    )
    more = says(" (instead: {compensating})", compensating=one.compensating) if one.compensating else ""
    return [printable(head), printable(f"  {' '.join(one.reason.split())}{more}")]
