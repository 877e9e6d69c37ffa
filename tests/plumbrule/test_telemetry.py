"""Traces and metrics of a command, taken by exporters in memory; off by default, and never a reason to fail."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors.telemetry import telemetry
from plumbrule.cli import main
from plumbrule.console import Reporter
from plumbrule.settings import TelemetrySettings
from plumbrule.summary import Summary
from plumbrule.summary_lines import Written
from plumbrule.telemetry import follow, traced
from portfolio.errors import ConfigurationError, ExitCode
from portfolio.ports import Traffic
from sync import Failure, PartitionReport, PullReport, SourceReport

pytest.importorskip("opentelemetry.sdk", reason="the extra `telemetry` is not installed")
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"):
        monkeypatch.delenv(name, raising=False)


class Taken:
    """What a command told."""

    def __init__(self) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.points: dict[str, dict[tuple[Any, ...], float]] = {}
        self.resource: dict[str, Any] = {}

    def keep(self) -> None:
        data = self.reader.get_metrics_data()
        for resource in data.resource_metrics if data else ():
            self.resource = dict(resource.resource.attributes)
            for metric in (m for scope in resource.scope_metrics for m in scope.metrics):
                self.points[metric.name] = {
                    tuple((p.attributes or {}).values()): p.value for p in metric.data.data_points
                }  # type: ignore[union-attr]

    @property
    def spans(self) -> dict[str, Any]:
        return {s.attributes.get("plumbrule.source", s.name): s for s in self.exporter.get_finished_spans()}


def summary(**more: Any) -> Summary:
    parts = (
        PartitionReport("jira", "issues", "1", "One", "complete", rows_read=10, rows_changed=4, rejections=2),
        PartitionReport("jira", "issues", "2", "Two", "complete", rows_read=5, rows_deleted=1),
    )
    traffic = Traffic(requests=7, throttled=2, retried=3, received_bytes=900, waited_by_reason={"quota": 1.5})
    jira = SourceReport("jira", "jira_cloud", "complete", "bot", None, parts, traffic)
    plans = SourceReport("plans", "pwa", "failed", None, Failure("remote.down", "is away"), ())
    return Summary("2026-11-23T06:00:00Z", pulled=PullReport("partial", (jira, plans)), **more)


def told(summary: Summary, *, steps: tuple[str, ...] = ("pull", "match")) -> Taken:
    taken = Taken()
    with telemetry("0.1.0", spans=taken.exporter, metrics=taken.reader) as open_one:
        with follow(open_one, Reporter(), "run") as progress:
            progress.step(steps[0])
            progress("pull.source_started", {"source": "jira", "partitions": 2, "account": "Pat Tester"})
            progress("pull.source_done", {"source": "plans", "error": "is away"})
            progress("pull.source_done", {"source": "jira", "error": None})
            for title in steps[1:]:
                progress.step(title)
            progress.ended(summary, 3, NOW)
        taken.keep()
    return taken


def test_phases_and_sources_are_spans_of_one_trace() -> None:
    spans = told(summary()).spans
    assert set(spans) == {"plumbrule run", "pull", "match", "jira", "plans"}
    whole = spans["plumbrule run"]
    assert {spans[name].parent.span_id for name in ("pull", "match")} == {whole.context.span_id}
    assert {spans[name].parent.span_id for name in ("jira", "plans")} == {spans["pull"].context.span_id}
    assert len({span.context.trace_id for span in spans.values()}) == 1
    assert spans["plans"].status.status_code == StatusCode.ERROR
    assert spans["jira"].status.status_code == StatusCode.UNSET
    assert dict(whole.attributes) == {"plumbrule.exit_code": 3, "plumbrule.outcome": "partial"}


def test_counters_tell_what_was_asked_waited_for_read_and_found() -> None:
    written = Written(3, (), allowed=True)
    found = summary(
        findings=[{"severity": "high"}, {"severity": "high"}],
        opened=2,
        resolved=5,
        outcomes={"pass": 1},
        written=written,
        complete_at={"jira": NOW - timedelta(hours=2), "plans": None},
    )
    points = told(found).points
    assert {name: values for name, values in points.items() if name != "plumbrule.findings"} == {
        "plumbrule.runs": {(3,): 1},
        "plumbrule.requests": {("jira",): 7, ("plans",): 0},
        "plumbrule.throttled": {("jira",): 2, ("plans",): 0},
        "plumbrule.retries": {("jira",): 3, ("plans",): 0},
        "plumbrule.received": {("jira",): 900, ("plans",): 0},
        "plumbrule.waits": {("quota", "jira"): 1.5},
        "plumbrule.rows.read": {("jira",): 15, ("plans",): 0},
        "plumbrule.rows.changed": {("jira",): 4, ("plans",): 0},
        "plumbrule.rows.deleted": {("jira",): 1, ("plans",): 0},
        "plumbrule.rejections": {("jira",): 2, ("plans",): 0},
        "plumbrule.source.outcomes": {("complete", "jira"): 1, ("failed", "plans"): 1},
        "plumbrule.source.age": {("jira",): 7200.0},
        "plumbrule.findings.moved": {("opened",): 2, ("resolved",): 5},
        "plumbrule.writes": {("applied",): 0, ("failed",): 0},
    }
    assert points["plumbrule.findings"] == {("critical",): 0, ("high",): 2, ("medium",): 0, ("low",): 0, ("info",): 0}


def test_no_text_of_the_portfolio_and_nobodys_name_goes_out() -> None:
    taken = told(summary())
    sent = repr([(s.name, s.attributes, s.events, s.status.description) for s in taken.spans.values()]) + repr(
        taken.points
    )
    for text in ("Pat Tester", "is away", "One", "bot"):
        assert text not in sent


def test_the_environment_names_the_service_and_adds_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(summary()).resource["service.name"] == "plumbrule"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "pmo-nightly")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    resource = told(summary()).resource
    assert (resource["service.name"], resource["deployment.environment.name"]) == ("pmo-nightly", "test")
    assert resource["service.version"] == "0.1.0"


def test_the_environment_can_switch_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    taken = told(summary())
    assert (taken.spans, taken.points) == ({}, {})


def test_a_command_that_dies_leaves_its_spans_ended() -> None:
    taken = Taken()
    with (
        pytest.raises(SystemExit),
        telemetry("0.1.0", spans=taken.exporter, metrics=taken.reader) as open_one,
        follow(open_one, Reporter(), "run") as progress,
    ):
        progress.step("pull")
        progress("pull.source_started", {"source": "jira", "partitions": 1})
        raise SystemExit(143)
    assert set(taken.spans) == {"plumbrule run", "pull", "jira"}


def test_an_error_is_a_failed_span_without_its_words() -> None:
    taken = Taken()
    with (
        pytest.raises(LookupError),
        telemetry("0.1.0", spans=taken.exporter, metrics=taken.reader) as open_one,
        follow(open_one, Reporter(), "run"),
    ):
        raise LookupError("an issue titled Secret merger")
    whole = taken.spans["plumbrule run"]
    assert (whole.status.status_code, whole.status.description, whole.events) == (StatusCode.ERROR, None, ())


def test_everything_is_passed_on() -> None:
    seen: list[str] = []

    class Seeing(Reporter):
        def step(self, title: str) -> None:
            seen.append(title)

        def __call__(self, event: str, fields: Any) -> None:
            seen.append(event)

        def ended(self, summary: Summary, exit_code: int, now: datetime) -> None:
            seen.append(str(exit_code))

    taken = Taken()
    with telemetry("0", spans=taken.exporter, metrics=taken.reader) as one, follow(one, Seeing(), "run") as progress:
        progress.step("pull")
        progress("pull.page", {"source": "jira"})
        progress.ended(summary(), 3, NOW)
    assert seen == ["pull", "pull.page", "3"]


def test_it_is_off_by_default_and_then_nothing_of_it_is_loaded() -> None:
    inner = Reporter()
    with traced(TelemetrySettings(), inner, "run") as progress:
        assert progress is inner


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the extra were not installed."""
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    yield


@pytest.mark.usefixtures("without")
def test_where_the_extra_is_absent_the_command_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError), telemetry("0.1.0"):
        pass
    config = tmp_path / "plumbrule.toml"
    config.write_text("[telemetry]\nenabled = true\n", encoding="utf-8")
    ended = CliRunner().invoke(main, ["pull", "-q", "-c", str(config)])
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert ended.output.splitlines() == [
        "error[config.telemetry_absent]: `[telemetry] enabled` is on, and OpenTelemetry is not installed",
        "  = help: pip install 'plumbrule[telemetry]', or switch it off",
        "  = more: `plumbrule explain config.telemetry_absent`",
    ]


def test_a_collector_that_is_away_holds_up_no_command_and_changes_no_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    config = tmp_path / "plumbrule.toml"
    config.write_text("[telemetry]\nenabled = true\n", encoding="utf-8")
    ended = CliRunner().invoke(main, ["pull", "-q", "-c", str(config)])
    assert ended.exit_code == ExitCode.CONFIGURATION
    assert "error[config.no_sources]" in ended.output
