"""Structured logs: one line a fact, each with its request id, none with what belongs to a person."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Keys whose values never reach a log, wherever they come from.
_SECRET = re.compile(
    r"(password|passphrase|secret|token|cookie|session|csrf|authori[sz]ation|(session|reset|secret|api|private)_?key|"
    r"e?-?mail|recipient|body|text|html|content|payload|otp|recovery_code)s?$",
    re.IGNORECASE,
)
# Bounded, so that a hostile address cannot make the log expensive.
_MAIL = re.compile(r"[^\s@<>\"'=:,;()/]{1,64}@[^\s@<>\"'=:,;()/]{1,190}\.[^\s@<>\"'=:,;()/]{1,60}")
_KEYS_LIVE_HERE = "/account/"
LONGEST_PATH = 300
HIDDEN = "[hidden]"

EventDict = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """`text` without e-mail addresses."""
    return _MAIL.sub(HIDDEN, text) if "@" in text else text


def scrub_path(path: str) -> str:
    """An address fit for a log: no query, no e-mail address, no key that opens something."""
    plain = scrub(path.partition("?")[0][:LONGEST_PATH])
    # A slug is words with hyphens between them; a key is one long run, or anything mixed where keys live.
    longest = 12 if plain.startswith(_KEYS_LIVE_HERE) else 24
    return "/".join(HIDDEN if _is_key(part, longest) else part for part in plain.split("/"))


def _is_key(part: str, longest: int) -> bool:
    run = part if longest < 24 else max(part.split("-"), key=len)
    return len(run) >= longest and any(c.isdigit() for c in run) and any(c.isalpha() for c in run)


def hide_personal(logger: Any, method: str, event: EventDict) -> EventDict:
    """Processor: values under telling keys go, e-mail addresses go from every text."""
    for key, value in event.items():
        if _SECRET.search(key):
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = scrub(value)
        elif isinstance(value, dict):
            event[key] = hide_personal(logger, method, dict(value))
        elif isinstance(value, list | tuple):
            event[key] = [scrub(part) if isinstance(part, str) else part for part in value]
    return event


def _drop_attached(logger: Any, method: str, event: EventDict) -> EventDict:
    # Django attaches the request (cookies, body) to its own records.
    for key in ("request", "server_time"):
        if not isinstance(event.get(key, ""), str):
            del event[key]
    return event


class NotYetTold(logging.Filter):
    """Lets Django's own line about a failed request through only where our middleware did not write one."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not hasattr(getattr(record, "request", None), "request_id")


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderers(*, json: bool) -> list[Any]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if json:
        to_text = structlog.processors.JSONRenderer(ensure_ascii=False)
        return [remove, structlog.processors.format_exc_info, hide_personal, to_text]
    # No colours, no boxes with local variables: the lines may end in a file, and variables hold everything.
    to_text_for_people = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=24
    )
    return [remove, structlog.processors.format_exc_info, hide_personal, to_text_for_people]


def logging_config(*, json: bool, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING for lines people read, or for machines when `json`. Sets structlog up as well."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*_shared(), structlog.stdlib.ExtraAdder(), _drop_attached],
                "processors": _renderers(json=json),
            }
        },
        "filters": {"not_yet_told": {"()": "community.core.logs.NotYetTold"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write every line twice, and mail tracebacks to administrators.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["not_yet_told"]},
            # Scanners knock with made-up host names all day.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Whoever sends too much is told so; the request's own line says 413 or 400.
            "django.security.RequestDataTooBig": {"level": "CRITICAL"},
            "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
            "django.security.TooManyFilesSent": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_structlog": {"level": "INFO"},
            # The worker writes its own lines, with the task's name and try.
            "django_tasks": {"level": logging.CRITICAL},
            "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
            "PIL": {"level": "INFO"},
            "elastic_transport": {"level": "WARNING"},  # a line for each request otherwise
        },
    }
