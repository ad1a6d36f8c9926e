"""Structured logs: one line a fact, each with its request id."""

from typing import Any


def logging_config(*, json: bool) -> dict[str, Any]:
    """Django's LOGGING for lines people read, or for machines when `json`."""
    return {"version": 1, "disable_existing_loggers": False}
