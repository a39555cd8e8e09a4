"""Where spans go: to a collector, by OTLP over HTTP, when the setting TIEOUT_TRACES names its address."""

from __future__ import annotations

from tieout import __version__
from tieout.config.errors import CannotRunError


def send_to(address: str) -> None:
    """From now on this process sends its spans there, in batches, in the background. Raises CannotRunError without the extra."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise CannotRunError("TIEOUT_TRACES needs the extra tracing: pip install 'tieout[tracing]'") from error
    from opentelemetry import trace

    provider = TracerProvider(resource=Resource.create({"service.name": "tieout", "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    trace.set_tracer_provider(provider)
