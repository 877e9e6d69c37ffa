"""Plan and apply: what should stand in other tools, the difference to what we wrote last, and carrying it out."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any

from plumbrule.gone import creates_again, told_gone
from plumbrule.receivers import findable, receiver
from plumbrule.schedule import held_pages
from plumbrule.settings import Settings
from plumbrule.summary_lines import Written
from plumbrule.verdicts import computed_health, rule_texts, scores_of
from plumbrule.waiving import Overlay
from plumbrule.wiring import publisher
from plumbrule.wordings import Wordings
from portfolio.errors import ConfigurationError, PlumbruleError, RemoteError, RemoteRefusal, SignInError
from portfolio.ports import Change, Mark, Missing, Publisher, Reader, Receipt, Row, Traffic
from reports.deliveries import delivery_marks
from reports.inputs import Colour
from reports.marks import (
    FindingIssues,
    MarkSettings,
    ProjectFields,
    Tracker,
    desired_marks,
    open_findings,
    project_field_marks,
)
from reports.plan import Plan
from reports.plan import make_plan as planned
from reports.publications import (
    Key,
    mark_key,
    publications_after,
    publications_before,
    publications_reviewed,
    row_key,
)
from rules.ruleset import RuleSet
from sync import DuckStore, FileReader

LEDGER = "SELECT * FROM publication"
_MADE_BY_US = f"{LEDGER} WHERE channel = 'finding_issue' AND remote_id IS NOT NULL"
BATCH = 200
"""Receipts that are written to the ledger at once: a killed run looks again at no more than these."""
_PROJECTS = """
SELECT ip.initiative_id AS project_id, p.key, p.source, p.native_id, p.name AS title
FROM initiative_project ip JOIN project p ON p.id = ip.project_id
WHERE p.kind = $kind AND p.deleted_at IS NULL ORDER BY ALL
"""


def desired(
    reader: FileReader,
    store: DuckStore,
    settings: Settings,
    rules: RuleSet,
    overlay: Overlay,
    *,
    today: date | None = None,
    wordings: Wordings | None = None,
) -> tuple[Mark, ...]:
    """Every mark that should stand, from the open findings and verdicts of a published snapshot.

    A finding that a waiver of this moment covers gets none; what stands for it is taken away.
    """
    computed = {project: h.computed for project, h in computed_health(reader, rules, overlay.softened).items()}
    flags = desired_marks(
        [finding for finding in open_findings(reader) if finding.id not in overlay.covered],
        [Tracker(**row) for row in store.rows(_PROJECTS, {"kind": "tracker"})],
        mark_settings(settings, store.rows(_MADE_BY_US)),
        computed=computed,
        rules=rule_texts(rules),
        today=today,
    )
    fields = _project_fields(reader, store, settings, rules, computed)
    if not settings.reports or today is None:
        return (*flags, *fields)
    from plumbrule.sending import sendings

    return (*flags, *fields, *delivery_marks(sendings(reader, settings, rules, overlay, today, wordings=wordings)))


def _project_fields(
    reader: Reader, store: DuckStore, settings: Settings, rules: RuleSet, computed: Mapping[str, Colour]
) -> tuple[Mark, ...]:
    """State and score, for the sources that keep them in fields of their projects."""
    fields = {name: ProjectFields(w.state_target, w.score_target) for name, w in settings.project_fields.items()}
    if not fields:
        return ()
    plans = [Tracker(**row) for row in store.rows(_PROJECTS, {"kind": "plan"})]
    scores = {project: s.score for project, s in scores_of(reader, rules).projects.items()}
    return project_field_marks(plans, fields, computed, scores, settings.report.languages[0])


def mark_settings(settings: Settings, made_by_us: Iterable[Row] = ()) -> MarkSettings:
    """What the configuration allows. `made_by_us` are ledger rows of issues that we created; they get no marks."""
    writeback = settings.writeback
    made, home = writeback.finding_issues, settings.finding_home
    return MarkSettings(
        sources=frozenset(settings.writable),
        report_url=writeback.report_url,
        channels=frozenset(writeback.marks),
        label_prefix=writeback.label_prefix,
        language=settings.report.languages[0],
        field=writeback.field,
        finding_issues=FindingIssues(*home, made.issue_type, made.least_severity) if made and home else None,
        waiver_request=writeback.waiver_request,
        ours=frozenset(f"{row['source']}:item:{row['remote_id']}" for row in made_by_us),
    )


def ledger(store: DuckStore, settings: Settings) -> list[dict[str, Any]]:
    """What we wrote into sources, and sent to receivers, that are configured; what stands in others is out of reach and
    stays listed."""
    sql = f"{LEDGER} WHERE list_contains($names, source)"
    return store.rows(sql, {"names": [*settings.sources, *settings.receivers]})


def make_plan(
    marks: Iterable[Mark],
    publications: Sequence[Row],
    as_of: datetime,
    config_digest: str,
    settings: Settings,
    *,
    today: date | None = None,
) -> Plan:
    """The difference between what should stand and what the ledger says that we wrote, as far as one run may go."""
    most, again = settings.writeback.changes_per_run, creates_again(settings)
    held = held_pages(settings, today) if today else frozenset()
    return planned(
        marks,
        publications,
        as_of=as_of,
        config_digest=config_digest,
        most=most,
        create_again=again,
        held=held,
        findable=findable(settings),
    )


def apply_changes(plan: Plan, store: DuckStore, settings: Settings, as_of: datetime) -> Written:
    """Carry out the plan, source by source; the ledger knows of every write before it is tried.

    What an account lacks is found out first; changes that need it are not tried, all others are. Where a source refuses
    or stops us, what was confirmed before is written down and the error is part of the result.
    """
    receipts: list[Receipt] = []
    missing: list[str] = []
    notices: list[str] = []
    stopped: PlumbruleError | None = None
    traffic: dict[str, Traffic] = {}
    by_source = {name: list(group) for name, group in itertools.groupby(sorted(plan.changes, key=_source), key=_source)}
    held = {row["source"] for row in store.rows(_MADE_BY_US)} & set(settings.sources)
    for source in sorted({*by_source, *held}):
        changes = by_source.get(source, [])
        target = publisher(settings, source) or receiver(settings, source)
        if target is None:
            why = f"{source} takes no writes, or is no longer configured"
            receipts.extend(Receipt(change, change.remote_id, why) for change in changes)
            continue
        traffic[source] = target.traffic
        try:
            with closing(target):
                allowed, refused = _sorted_out(changes, target.preflight(changes), missing)
                receipts.extend(refused)
                notices.extend(_reviewed(target, store, settings, _left_alone(store, source, changes)))
                _put_ledger(store, publications_before(store.rows(LEDGER), allowed, as_of))
                _carry(target.apply(allowed), receipts, store, as_of)
        except (SignInError, RemoteError, RemoteRefusal) as error:
            stopped = error
    return Written(len(plan.changes), tuple(receipts), tuple(missing), tuple(notices), stopped=stopped, traffic=traffic)


def _left_alone(store: DuckStore, source: str, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Ledger rows of issues that we made and the plan does not touch: what people did to them is worth a note."""
    touched = {mark_key(change.mark) for change in changes}
    rows = store.rows(f"{_MADE_BY_US} AND source = $source", {"source": source})
    return [row for row in rows if row_key(row) not in touched]


def _reviewed(target: Publisher, store: DuckStore, settings: Settings, rows: Sequence[dict[str, Any]]) -> list[str]:
    """What people did to those issues, in words; the ledger remembers which are gone."""
    found = target.review(rows)
    missing = {row_key(row) for row in found.gone}
    if any((row["state"] == "gone") != (row_key(row) in missing) for row in rows):
        _put_ledger(store, publications_reviewed(store.rows(LEDGER), rows, found.gone))
    return [*found.notes, *(f"{what}; {then}" for what, then in told_gone(store, settings, found.gone))]


def _sorted_out(
    changes: Sequence[Change], found: Sequence[Missing], missing: list[str]
) -> tuple[list[Change], list[Receipt]]:
    """Changes that may be tried, and receipts of those that the account may not make. What it lacks joins `missing`."""
    why: dict[Key, str] = {}
    for lack in found:
        missing.append(lack.what)
        for change in lack.changes:
            why.setdefault(mark_key(change.mark), lack.what)
    refused = [
        Receipt(c, c.remote_id, f"not tried: {why[mark_key(c.mark)]}", unwritten=True)
        for c in changes
        if mark_key(c.mark) in why
    ]
    return [change for change in changes if mark_key(change.mark) not in why], refused


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
