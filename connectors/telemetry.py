"""Where traces and metrics go: OpenTelemetry's own SDK and exporter, set up as its OTEL_* environment says.

Everything that the SDK knows holds: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and _TIMEOUT, OTEL_SERVICE_NAME,
OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_SDK_DISABLED and so on
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Spoken is OTLP over HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portfolio.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

SERVICE = "plumbrule"
_FLUSH_MILLISECONDS = 10_000
"""How long the end of a command waits for a collector. A run that did its work is not held up by one that is away."""


@dataclass(frozen=True)
class Telemetry:
    """What measurements are made with."""

    tracer: "Tracer"
    meter: "Meter"


@contextmanager
def telemetry(
    version: str, *, spans: "SpanExporter | None" = None, metrics: "MetricReader | None" = None
) -> Iterator[Telemetry]:
    """Traces and metrics for as long as the block lasts; what was gathered is sent with its end.

    `spans` and `metrics` say where to, in place of the collector. Raises ConfigurationError where the extra is absent.
    A collector that cannot be reached is told in the log by the SDK, and stops nothing.
    """
    try:
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise _absent() from error
    named = Resource.create({SERVICE_NAME: SERVICE, SERVICE_VERSION: version})
    resource = named.merge(OTELResourceDetector().detect())  # the environment has the last word
    tracing = TracerProvider(resource=resource)
    tracing.add_span_processor(BatchSpanProcessor(spans or _span_exporter()))
    metering = MeterProvider(resource=resource, metric_readers=[metrics or _metric_reader()])
    try:
        yield Telemetry(tracing.get_tracer(SERVICE, version), metering.get_meter(SERVICE, version))
    finally:
        tracing.force_flush(_FLUSH_MILLISECONDS)
        tracing.shutdown()
        metering.shutdown(_FLUSH_MILLISECONDS)


def _span_exporter() -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise _absent() from error
    return OTLPSpanExporter()


def _metric_reader() -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    except ImportError as error:
        raise _absent() from error
    return PeriodicExportingMetricReader(OTLPMetricExporter())


def _absent() -> ConfigurationError:
    return ConfigurationError(
        "`[telemetry] enabled` is on, and OpenTelemetry is not installed",
        code="config.telemetry_absent",
        remedy="pip install 'plumbrule[telemetry]', or switch it off",
    )
