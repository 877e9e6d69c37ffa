"""Plan and apply: what should stand in other tools, the difference to what we wrote last, and carrying it out."""

import itertools
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from plumbrule.settings import Settings
from plumbrule.summary import Written
from plumbrule.verdicts import computed_health, rule_texts
from plumbrule.wiring import publisher
from portfolio.errors import ConfigurationError, PlumbruleError, RemoteError, SignInError
from portfolio.ports import Change, Mark, Reader, Receipt, Row
from reports import desired_marks, open_findings, publications_after, publications_before
from reports import make_plan as planned
from reports.marks import MarkSettings, Tracker
from reports.plan import Plan
from rules import RuleSet
from sync import DuckStore

LEDGER = "SELECT * FROM publication"
BATCH = 200
"""Receipts that are written to the ledger at once: a killed run looks again at no more than these."""
_TRACKERS = """
SELECT ip.initiative_id AS project_id, p.key, p.source, p.native_id, p.name AS title
FROM initiative_project ip JOIN project p ON p.id = ip.project_id
WHERE p.kind = 'tracker' AND p.deleted_at IS NULL ORDER BY ALL
"""


def desired(reader: Reader, store: DuckStore, settings: Settings, rules: RuleSet) -> tuple[Mark, ...]:
    """Every mark that should stand, from the open findings of a published snapshot."""
    writeback = settings.writeback
    writable = frozenset(name for name, source in settings.sources.items() if source.kind == "jira_cloud")
    marks = MarkSettings(
        sources=writable,
        report_url=writeback.report_url,
        channels=frozenset(writeback.marks),
        label_prefix=writeback.label_prefix,
        language=settings.report.languages[0],
    )
    health = computed_health(reader, rules)
    return desired_marks(
        open_findings(reader),
        [Tracker(**row) for row in store.rows(_TRACKERS)],
        marks,
        computed={project: h.computed for project, h in health.items()},
        rules=rule_texts(rules),
    )


def ledger(store: DuckStore, settings: Settings) -> list[dict[str, Any]]:
    """What we wrote into sources that are configured; what stands in others is out of reach and stays listed."""
    sql = f"{LEDGER} WHERE list_contains($sources, source)"
    return store.rows(sql, {"sources": list(settings.sources)})


def make_plan(marks: Iterable[Mark], publications: Sequence[Row], as_of: datetime, config_digest: str) -> Plan:
    """The difference between what should stand and what the ledger says that we wrote."""
    return planned(marks, publications, as_of=as_of, config_digest=config_digest)


def apply_changes(plan: Plan, store: DuckStore, settings: Settings, as_of: datetime) -> Written:
    """Carry out the plan, source by source; the ledger knows of every write before it is tried.

    Where a source refuses or stops us, what was confirmed before is written down and the error is part of the result.
    """
    receipts: list[Receipt] = []
    missing: list[str] = []
    stopped: PlumbruleError | None = None
    for source, group in itertools.groupby(sorted(plan.changes, key=_source), key=_source):
        changes = list(group)
        target = publisher(settings, source)
        if target is None:
            why = f"source {source} takes no writes, or is no longer configured"
            receipts.extend(Receipt(change, change.remote_id, why) for change in changes)
            continue
        try:
            with closing(target):
                missing.extend(target.preflight(changes))
                _put_ledger(store, publications_before(store.rows(LEDGER), changes, as_of))
                _carry(target.apply(changes), receipts, store, as_of)
        except (SignInError, RemoteError) as error:
            stopped = error
    return Written(len(plan.changes), tuple(receipts), tuple(missing), stopped=stopped)


def _carry(stream: Iterable[Receipt], receipts: list[Receipt], store: DuckStore, as_of: datetime) -> None:
    """Writes receipts down in batches; what was confirmed is kept also when the source stops us."""
    fresh: list[Receipt] = []
    try:
        for receipt in stream:
            fresh.append(receipt)
            receipts.append(receipt)
            if len(fresh) >= BATCH:
                _put_ledger(store, publications_after(store.rows(LEDGER), fresh, as_of))
                fresh.clear()
    finally:
        _put_ledger(store, publications_after(store.rows(LEDGER), fresh, as_of))


def _put_ledger(store: DuckStore, rows: Sequence[dict[str, object]]) -> None:
    store.put({"publication": rows}, replace=["publication"])


def _source(change: Change) -> str:
    return change.mark.source


def require_permission_to_write(settings: Settings) -> None:
    """Raises ConfigurationError while write-back is off."""
    if not settings.writeback.enabled:
        raise ConfigurationError(
            "write-back is off", code="config.writeback_off", remedy="set `enabled = true` in [writeback]"
        )
