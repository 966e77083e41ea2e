"""Structured logs: one line per event, bound to the case id, free of personal data."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from workbench.settings import get_settings

# Keys that would carry personal data are cut whatever a caller passes; the case id is enough to find the rest.
PERSONAL = frozenset(
    {"name", "holder", "holder_name", "plate", "vin", "email", "phone", "address", "iban", "password", "token", "value"}
)


def _without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in PERSONAL & event.keys():
        event[key] = "[cut]"
    return event


def configure_logging(*, process: str) -> None:
    """Set up structlog and the standard library's loggers of this process.

    Args:
        process: Name of the process in every line: desk, customer, worker, cli.
    """
    settings = get_settings()
    level = logging.getLevelName(settings.log_level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal_data,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer]
        if settings.log_format == "json"
        else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(
        stream=sys.stderr, level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s"
    )


def _to_standard_error(*_arguments: Any) -> Any:
    return structlog.PrintLogger(sys.stderr)


# Standard output belongs to what a command answers, also in a process that never sets its logging up.
if not structlog.is_configured():
    structlog.configure(logger_factory=_to_standard_error)


def get_logger(name: str) -> Any:
    """A logger whose lines carry ``name`` as their module."""
    return structlog.get_logger(module=name)


def bind_case(case_id: str) -> None:
    """Bind the case id to every later line of this thread or task."""
    structlog.contextvars.bind_contextvars(case=case_id)
