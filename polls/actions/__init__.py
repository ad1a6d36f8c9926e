"""The only writers of the room: one public function per verb."""

from polls.actions._spec import Option, Spec
from polls.actions.closing import (
    archive_poll,
    close_due_poll,
    close_poll,
    count_sealed,
    due_polls,
    remind_of_ends,
    remove_poll,
    reopen_poll,
    sealed_polls,
)
from polls.actions.making import duplicate_poll, edit_poll, make_poll
from polls.actions.places import follow_merge, follow_split
from polls.actions.voting import Cast, cast_ballot, why_unfit, withdraw_ballot

__all__ = [
    "Cast",
    "Option",
    "Spec",
    "archive_poll",
    "cast_ballot",
    "close_due_poll",
    "close_poll",
    "count_sealed",
    "due_polls",
    "duplicate_poll",
    "edit_poll",
    "follow_merge",
    "follow_split",
    "make_poll",
    "remind_of_ends",
    "remove_poll",
    "reopen_poll",
    "sealed_polls",
    "why_unfit",
    "withdraw_ballot",
]
