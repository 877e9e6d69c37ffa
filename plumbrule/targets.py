"""Whether what the configuration names to be written to is there: the field of ours, the project for findings."""

from collections.abc import Iterator

from plumbrule.settings import Settings
from plumbrule.wiring import publisher
from portfolio.errors import ExitCode
from portfolio.ports import Change, Mark, Observation


def targets(settings: Settings, source: str) -> Iterator[Observation]:
    """What `apply` would miss in that source, found by its own preflight; nothing where nothing is named.

    Writes nothing: the changes that stand for the real ones are only asked about.
    """
    asked = tuple(Change("create", mark, "") for mark in _marks(settings, source))
    writer = publisher(settings, source) if asked else None
    if writer is None:
        return
    try:
        missing = writer.preflight(asked)
    finally:
        writer.close()
    lost = {id(change) for one in missing for change in one.changes}
    for one in missing:
        remedy = "Until then `apply` leaves those marks out and ends with 3."
        yield Observation("write-back", "failed", f"missing: {one.what}", remedy, ExitCode.PARTIAL)
    for change in asked:
        if id(change) not in lost:
            yield Observation("write-back", "ok", f"{change.mark.title}: there")


def _marks(settings: Settings, source: str) -> Iterator[Mark]:
    writeback, home = settings.writeback, settings.finding_home
    if writeback.field and source in settings.writable:
        title = f"the field {writeback.field!r}"
        yield Mark("field", source, "item", "", writeback.field, {"text": "", "options": []}, title)
    if own := settings.project_fields.get(source):
        for name in filter(None, (own.state_target, own.score_target)):
            body = {"text": "0", "options": []}
            yield Mark("field", source, "project", "", name, body, f"the field {name!r} of projects")
    if home and home[0] == source:
        name = f"{writeback.label_prefix}fp-asked"
        yield Mark("finding_issue", source, "project", home[1], name, {}, f"the project {home[1]} for findings")
