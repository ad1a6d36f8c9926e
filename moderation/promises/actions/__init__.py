"""The only writers of promises."""

from moderation.promises.actions.calendars import add_shift, change_calendar, make_calendar, remove_shift
from moderation.promises.actions.clocks import settle
from moderation.promises.actions.marks import (
    call_answer,
    call_no_answer,
    count_template,
    mark_template,
    name_machine,
    unname_machine,
)
from moderation.promises.actions.promising import change_promise
from moderation.promises.actions.watching import note_seen, take_from, watch_clocks

__all__ = [
    "add_shift",
    "call_answer",
    "call_no_answer",
    "change_calendar",
    "change_promise",
    "count_template",
    "make_calendar",
    "mark_template",
    "name_machine",
    "note_seen",
    "remove_shift",
    "settle",
    "take_from",
    "unname_machine",
    "watch_clocks",
]
