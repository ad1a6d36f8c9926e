"""The only writers of raises."""

from moderation.raises.actions.ending import (
    count_followed,
    end_due_raises,
    resume_raise,
    withdraw_raise,
)
from moderation.raises.actions.raising import raise_thread

__all__ = ["count_followed", "end_due_raises", "raise_thread", "resume_raise", "withdraw_raise"]
