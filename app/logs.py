"""What the service writes of itself: a line each to standard error, in every process the same way."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Log what is of this level (``debug``, ``info``, ``warning``, ``error``) or graver.

    Tracebacks are told without the values of variables, which structlog shows by default: they may be figures that are
    to stay hidden.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        # Looked up for each line, as another may have taken its place meanwhile.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
