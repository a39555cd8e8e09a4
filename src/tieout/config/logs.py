"""How log lines are written: structlog's for ours and Django's alike, as text for people or JSON for machines."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

from tieout.config.tokens import without_tokens

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(*, log_format: str, level: str) -> dict[str, Any]:
    """The `LOGGING` of Django: one handler to standard error, through structlog's formatter."""
    last: Any = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
            without_tokens,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"tieout": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "tieout"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "waitress.queue": {"level": "ERROR"},
        },
    }


def configure(*, log_format: str, level: str) -> None:
    """Set up the log of a program that has no Django, or before it has one."""
    logging.config.dictConfig(logging_settings(log_format=log_format, level=level))
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
