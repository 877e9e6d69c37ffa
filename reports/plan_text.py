"""A plan as lines for a person: grouped by source and channel, + for new, ~ for changed, − for removed."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from portfolio.counted import counted
from portfolio.delivery import read_delivery
from portfolio.document import Paragraph, read_document
from portfolio.ports import CHANNEL_NAMES, Change
from reports.plan import Plan

SIGNS = {"create": "+", "update": "~", "remove": "−"}


def plan_text(plan: Plan) -> str:
    """The plan in words; the last line sums it up."""
    if not plan.changes:
        return "Nothing to write: what stands in the tools is what should stand there.\n"
    return "\n".join([*_lines(plan), "", _total(plan), ""])


def _lines(plan: Plan) -> Iterator[str]:
    ordered = sorted(plan.changes, key=lambda c: (c.mark.source, c.mark.channel))  # stable: keeps the plan's order
    for (source, channel), group in groupby(ordered, key=lambda c: (c.mark.source, c.mark.channel)):
        changes = list(group)
        yield f"{source}: {CHANNEL_NAMES[channel]} ({len(changes)})"
        for c in changes:
            yield f"  {SIGNS[c.action]} {described(c)}"


def described(change: Change) -> str:
    """What would be written, in a line."""
    return _report(change) if change.mark.target_kind == "receiver" else _describe(change)


def _report(change: Change) -> str:
    mark = change.mark
    return f"{mark.title}: {_documents(mark.body)}" if mark.body else mark.name


def _describe(change: Change) -> str:
    mark = change.mark
    place = f"{mark.target_kind} {mark.title or mark.target}"
    body = mark.body or {}
    if mark.channel == "remote_link":
        title = body.get("object", {}).get("title", "")
        return f"{place}: {title}" if title else f"{place}: {mark.name}"
    if mark.channel == "label":
        return f"{place}: {mark.name}"
    if mark.channel == "field":
        return f"{place}: {mark.name} = {body['options'][0]}" if body else f"{place}: {mark.name}"
    if mark.channel == "finding_issue":
        return f"project {mark.target}: {body.get('summary', mark.name)}"
    if mark.channel == "comment":
        return f"{place}: {_first_words(body)}" if body else place
    counts = ", ".join(f"{n} {severity}" for severity, n in body.get("findings", {}).items())
    return f"{place}: {mark.name} = {counts}" if counts else f"{place}: {mark.name}"


def _first_words(body: Mapping[str, Any]) -> str:
    first = read_document(body["document"])[0]
    return first.spans[0].text if isinstance(first, Paragraph) else ""


def _documents(body: Mapping[str, Any]) -> str:
    """Names and sizes of what is sent."""
    sent = read_delivery(body).documents
    return ", ".join(f"{document.name} ({_kilobytes(len(document.content))})" for document in sent)


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000)):,} kB"


def _total(plan: Plan) -> str:
    n = {action: sum(c.action == action for c in plan.changes) for action in SIGNS}
    wait = "waits" if plan.deferred == 1 else "wait"
    later = f" {plan.deferred} more {wait} for the next runs." if plan.deferred else ""
    told = f"{n['create']} to create, {n['update']} to update, {n['remove']} to remove."
    return f"{counted(len(plan.changes), 'change')}: {told}{later}"
