"""Spans about what the engine does: how much at once, for whom, how it ended. OpenTelemetry's interface only: without a
provider (setting TIEOUT_TRACES) a span is nothing and costs nothing that can be measured.

Spans carry counts, ids and codes; never amounts, names, texts or the words of an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from opentelemetry import trace
from opentelemetry.trace import StatusCode

from tieout.core.values.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")
Facts = Mapping[str, str | int]

TRACER = trace.get_tracer("tieout.engine")


def traced(
    name: str, *, asked: Callable[..., Facts], answered: Callable[[Any], Facts]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: each call is a span. `asked` says facts of its arguments, `answered` of its result."""

    def around(act: Callable[P, R]) -> Callable[P, R]:
        @wraps(act)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with TRACER.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
                if not span.is_recording():
                    return act(*args, **kwargs)
                span.set_attributes({f"tieout.{fact}": value for fact, value in asked(*args, **kwargs).items()})
                fault = True
                try:
                    result = act(*args, **kwargs)
                    fault = False
                except Refused as refused:
                    span.set_attribute("tieout.refused", refused.code)
                    fault = False
                    raise
                finally:
                    if fault:
                        span.set_status(StatusCode.ERROR, getattr(sys.exc_info()[0], "__name__", ""))
                span.set_attributes({f"tieout.{fact}": value for fact, value in answered(result).items()})
                return result

        return call

    return around
