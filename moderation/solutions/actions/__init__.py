"""The only writers of known answers: one public function per verb."""

from moderation.solutions.actions.following import follow_merge, follow_split, let_go, note_edit
from moderation.solutions.actions.linking import link_problem, link_to_thread, unlink_problem
from moderation.solutions.actions.making import (
    change_range,
    make_known,
    replace,
    take_back,
    take_back_unused,
)
from moderation.solutions.actions.reviewing import (
    BATCH,
    find_true,
    find_untrue,
    name_release,
    narrow,
    open_due_reviews,
    review_release,
)
from moderation.solutions.actions.solving import forget_solved, say_solved, unsay_solved

__all__ = [
    "BATCH",
    "change_range",
    "find_true",
    "find_untrue",
    "follow_merge",
    "follow_split",
    "forget_solved",
    "let_go",
    "link_problem",
    "link_to_thread",
    "make_known",
    "name_release",
    "narrow",
    "note_edit",
    "open_due_reviews",
    "replace",
    "review_release",
    "say_solved",
    "take_back",
    "take_back_unused",
    "unlink_problem",
    "unsay_solved",
]
