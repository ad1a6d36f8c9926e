"""Where a theme stands on a day, and what its owner owes. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

SUMMARY_WITHIN = timedelta(days=3)  # after the last day; then it is late
LONGEST = timedelta(days=92)
FARTHEST = timedelta(days=400)  # from today


class Phase(StrEnum):
    """Of a scheduled theme, by the day."""

    COMING = "coming"
    ON = "on"
    OVER = "over"


class Owed(StrEnum):
    """What its owner is reminded of."""

    NOTHING = ""
    THREAD = "topic_opens"
    SUMMARY = "topic_summary"


def phase(opens_on: date, closes_on: date, today: date) -> Phase:
    if today < opens_on:
        return Phase.COMING
    return Phase.ON if today <= closes_on else Phase.OVER


def owed(opens_on: date, closes_on: date, today: date, *, has_thread: bool, has_summary: bool) -> Owed:
    """The thread from the first day on, the summary from the last: whoever closes a theme tells what came of it."""
    if today < opens_on or has_summary:
        return Owed.NOTHING
    if not has_thread:
        return Owed.THREAD
    return Owed.SUMMARY if today >= closes_on else Owed.NOTHING


def is_late(opens_on: date, closes_on: date, today: date, owes: Owed) -> bool:
    """Whether the team should hear of it: a day without a thread, three without a summary."""
    if owes is Owed.THREAD:
        return today > opens_on
    return owes is Owed.SUMMARY and today > closes_on + SUMMARY_WITHIN
