"""Traces and metrics of a command: a span for each phase and each source, and counters of what came of it.

Told by the same events that bars and lines follow, so that no step of a run knows of it. Names and numbers go out,
never titles, texts or messages: they may hold what a collector should not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from plumbrule import __version__
from plumbrule.console import Reporter
from plumbrule.summary import Summary

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from connectors.telemetry import Telemetry
    from plumbrule.settings import TelemetrySettings


@contextmanager
def traced(settings: "TelemetrySettings", inner: Reporter, command: str) -> Iterator[Reporter]:
    """The reporter, followed by traces and metrics where they are switched on. Raises ConfigurationError."""
    if not settings.enabled:
        yield inner
        return
    from connectors.telemetry import telemetry

    with telemetry(__version__) as told, follow(told, inner, command) as following:
        yield following


@contextmanager
def follow(told: "Telemetry", inner: Reporter, command: str) -> Iterator["TracedReporter"]:
    """A span for the whole command; those within it end with it, however it ends."""
    with told.tracer.start_as_current_span(
        f"plumbrule {command}",
        record_exception=False,  # words of an error may hold data
        set_status_on_exception=False,
    ) as whole:
        following = TracedReporter(told, inner, whole)
        try:
            yield following
        except Exception:
            _failed(whole)
            raise
        finally:
            following.close()


class TracedReporter(Reporter):
    """Passes everything on, and makes spans and measurements of it."""

    def __init__(self, told: "Telemetry", inner: Reporter, whole: "Span") -> None:
        self._told = told
        self._inner = inner
        self._whole = whole
        self._phase: Span | None = None
        self._sources: dict[str, Span] = {}

    def step(self, title: str) -> None:
        """The phase before ends, this one begins."""
        self._inner.step(title)
        self.close()
        self._phase = self._told.tracer.start_span(title)

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """A source begins or ends; everything else is for the eye."""
        self._inner(event, fields)
        source = str(fields.get("source", ""))
        if event == "pull.source_started":
            self._sources[source] = self._source_span(source)
            self._sources[source].set_attribute("plumbrule.partitions", int(fields["partitions"]))
        elif event == "pull.source_done":
            span = self._sources.pop(source, None) or self._source_span(source)  # it may fail before it begins
            if fields.get("error") is not None:
                _failed(span)
            span.end()

    def ended(self, summary: Summary, exit_code: int, now: datetime) -> None:
        """What the command came to: counters by source, findings, writes, and the outcome on the span of the whole."""
        self._inner.ended(summary, exit_code, now)
        self._whole.set_attribute("plumbrule.exit_code", exit_code)
        if summary.pulled is not None:
            self._whole.set_attribute("plumbrule.outcome", summary.pulled.outcome)
        _measure(self._told, summary, exit_code, now)

    def close(self) -> None:
        """End what is open: a phase, and sources that were stopped in it."""
        for span in self._sources.values():
            span.end()
        self._sources.clear()
        if self._phase is not None:
            self._phase.end()
            self._phase = None

    def _source_span(self, source: str) -> "Span":
        from opentelemetry.trace import set_span_in_context

        context = set_span_in_context(self._phase) if self._phase is not None else None
        return self._told.tracer.start_span("source", context, attributes={"plumbrule.source": source})


def _failed(span: "Span") -> None:
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)


def _measure(told: "Telemetry", summary: Summary, exit_code: int, now: datetime) -> None:
    meter = told.meter

    def count(name: str, number: float, unit: str, doc: str, **attributes: Any) -> None:
        # An instrument is known by its name: asked for again, it is the same.
        meter.create_counter(f"plumbrule.{name}", unit, doc).add(number, _named(attributes))

    count("runs", 1, "{run}", "commands that ended, by exit code", exit_code=exit_code)
    for source in summary.pulled.sources if summary.pulled else ():
        named, traffic, parts = {"source": source.source}, source.traffic, source.partitions
        count("requests", traffic.requests, "{request}", "requests sent", **named)
        count("throttled", traffic.throttled, "{response}", "answers that asked to wait", **named)
        count("retries", traffic.retried, "{request}", "requests sent again", **named)
        count("received", traffic.received_bytes, "By", "bytes received, unpacked", **named)
        for reason, seconds in traffic.waited_by_reason.items():
            count("waits", seconds, "s", "seconds that requests waited, summed", reason=reason, **named)
        count("rows.read", sum(p.rows_read for p in parts), "{row}", "rows read", **named)
        count("rows.changed", sum(p.rows_changed for p in parts), "{row}", "rows new or different", **named)
        count("rows.deleted", sum(p.rows_deleted for p in parts), "{row}", "rows marked as gone", **named)
        count("rejections", sum(p.rejections for p in parts), "{record}", "records that could not be read", **named)
        count("source.outcomes", 1, "{source}", "how sources ended", outcome=source.outcome, **named)
    ages = meter.create_gauge("plumbrule.source.age", "s", "since a source was last read completely")
    for name, complete_at in summary.complete_at.items():
        if complete_at is not None:
            ages.set(max((now - complete_at).total_seconds(), 0.0), _named({"source": name}))
    if summary.outcomes:
        _measure_findings(told, summary)
    if summary.written is not None:
        count("writes", summary.written.applied, "{write}", "changes written into tools", outcome="applied")
        count("writes", len(summary.written.failed), "{write}", "changes written into tools", outcome="failed")


def _measure_findings(told: "Telemetry", summary: Summary) -> None:
    """After a check: findings that stand open, each severity also at none, and what moved."""
    from portfolio.model.checks import SEVERITIES

    standing = told.meter.create_gauge("plumbrule.findings", "{finding}", "open findings without a waiver, by severity")
    by_severity = summary.by_severity()
    for severity in SEVERITIES:
        standing.set(by_severity.get(severity, 0), _named({"severity": severity}))
    moved = told.meter.create_counter("plumbrule.findings.moved", "{finding}", "findings opened and resolved")
    moved.add(summary.opened, _named({"event": "opened"}))
    moved.add(summary.resolved, _named({"event": "resolved"}))


def _named(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {f"plumbrule.{name}": value for name, value in attributes.items()}
