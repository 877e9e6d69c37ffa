"""What a pull leaves in the ledger: each partition's run, each source's state, and what each source can fill."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portfolio.ports import Capability, Store
from sync.fitting import utc
from sync.outcome import PartitionReport, SourceReport
from sync.traffic import as_json


def record(
    store: Store,
    run_id: str,
    as_of: datetime,
    reports: Sequence[SourceReport],
    capabilities: Mapping[str, Sequence[Capability]],
) -> None:
    """Write it in one transaction. `capabilities` holds the sources that told theirs; of others the last word stays."""
    complete_at = {row["source"]: row["complete_at"] for row in store.rows("SELECT * FROM source_state")}
    kept = [row for row in store.rows("SELECT * FROM capability") if row["source"] not in capabilities]
    told = [_capability(source, each) for source, these in capabilities.items() for each in these]
    store.put(
        {
            "stream_run": [_stream_run(run_id, p) for report in reports for p in report.partitions],
            "source_run": [_source_run(run_id, report) for report in reports],
            "source_state": [_source_state(report, as_of, complete_at.get(report.source)) for report in reports],
            "capability": [*kept, *told],
        },
        replace=["capability"],
    )


def _capability(source: str, told: Capability) -> dict[str, Any]:
    row = {"source": source, "table_name": told.table, "column_name": told.column, "state": told.state}
    return {**row, "note": told.note or None}


def _stream_run(run_id: str, report: PartitionReport) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source": report.source,
        "stream": report.stream,
        "partition": report.key,
        "only_project": report.only_project,
        "outcome": report.outcome,
        "pages": report.pages,
        "rows_read": report.rows_read,
        "rows_changed": report.rows_changed,
        "rows_deleted": report.rows_deleted,
        "rejections": report.rejections,
        "error_code": report.failure.code if report.failure else None,
        "error": report.failure.what if report.failure else None,
    }


def _source_state(report: SourceReport, as_of: datetime, complete_at: datetime | None) -> dict[str, Any]:
    failure = report.failure or next((p.failure for p in report.partitions if p.failure), None)
    return {
        "source": report.source,
        "kind": report.kind,
        "complete_at": as_of if report.outcome == "complete" else complete_at,
        "data_at": utc(report.data_at) if report.data_at else None,
        "attempted_at": as_of,
        "outcome": report.outcome,
        "error": failure.what if failure else None,
        "requests": report.traffic.requests,
        "throttled": report.traffic.throttled,
        "waited_seconds": round(report.traffic.waited_seconds),
        "traffic": as_json(report.traffic),
        "account": report.account,
        "token_expires_on": report.expires_on,
    }


def _source_run(run_id: str, report: SourceReport) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source": report.source,
        "outcome": report.outcome,
        "requests": report.traffic.requests,
        "throttled": report.traffic.throttled,
        "waited_seconds": round(report.traffic.waited_seconds),
        "received_bytes": report.traffic.received_bytes,
        "traffic": as_json(report.traffic),
    }
