"""The only writers of the desk: one public function per verb."""

from moderation.desk.actions.acts import (
    assign,
    begin_answer,
    feature,
    link_answer,
    note_answer,
    release,
    set_lane,
    settle,
    snooze,
    take,
    wake,
)
from moderation.desk.actions.calling import call_expert, take_back_call
from moderation.desk.actions.filtering import drop_filter, save_filter
from moderation.desk.actions.freeing import free_lost
from moderation.desk.actions.hearing import (
    note_all_gone,
    note_clocks,
    note_owed,
    note_poll,
    note_replies,
    note_reply,
    note_rewritten,
)
from moderation.desk.actions.learning import keep_trial, learn_anew, learnt
from moderation.desk.actions.noting import keep_note, remove_note
from moderation.desk.actions.raising import note_raise
from moderation.desk.actions.ranking import (
    BATCH,
    begin_rescore,
    is_fresh,
    late,
    let_go,
    note_words,
    rebuild_rhythms,
    rescore,
    rescore_batch,
    rescore_board,
    stale,
    threads_by,
    wake_due,
)
from moderation.desk.actions.undoing import undo

__all__ = [
    "BATCH",
    "assign",
    "begin_answer",
    "begin_rescore",
    "call_expert",
    "drop_filter",
    "feature",
    "free_lost",
    "is_fresh",
    "keep_note",
    "keep_trial",
    "late",
    "learn_anew",
    "learnt",
    "let_go",
    "link_answer",
    "note_all_gone",
    "note_answer",
    "note_clocks",
    "note_owed",
    "note_poll",
    "note_raise",
    "note_replies",
    "note_reply",
    "note_rewritten",
    "note_words",
    "rebuild_rhythms",
    "release",
    "remove_note",
    "rescore",
    "rescore_batch",
    "rescore_board",
    "save_filter",
    "set_lane",
    "settle",
    "snooze",
    "stale",
    "take",
    "take_back_call",
    "threads_by",
    "undo",
    "wake",
    "wake_due",
]
