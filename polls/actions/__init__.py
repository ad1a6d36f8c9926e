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
from polls.actions.draws import (
    DrawSpec,
    announce_draw,
    claim_prize,
    due_draws,
    enter_draw,
    freeze_draw,
    hold_draw,
    leave_draw,
)
from polls.actions.making import drafted, duplicate_poll, edit_poll, has_ballots, make_poll
from polls.actions.newcomers import seed_of_newcomer
from polls.actions.places import follow_merge, follow_split
from polls.actions.reasons import give_reason
from polls.actions.recounts import forget_traces, leave_out, take_back
from polls.actions.said import answer_decision, move_answer_date
from polls.actions.splitting import tell_apart, untold_polls
from polls.actions.taking_over import pledge_ballots, recognise_guest, take_over_ballots
from polls.actions.trials import TrialSpec, draw_arm, end_due_trials, end_trial, join_trials, start_trial
from polls.actions.voting import Cast, cast_ballot, why_unfit, withdraw_ballot

__all__ = [
    "Cast",
    "DrawSpec",
    "Option",
    "Spec",
    "TrialSpec",
    "announce_draw",
    "answer_decision",
    "archive_poll",
    "cast_ballot",
    "claim_prize",
    "close_due_poll",
    "close_poll",
    "count_sealed",
    "drafted",
    "draw_arm",
    "due_draws",
    "due_polls",
    "duplicate_poll",
    "edit_poll",
    "end_due_trials",
    "end_trial",
    "enter_draw",
    "follow_merge",
    "follow_split",
    "forget_traces",
    "freeze_draw",
    "give_reason",
    "has_ballots",
    "hold_draw",
    "join_trials",
    "leave_draw",
    "leave_out",
    "make_poll",
    "move_answer_date",
    "pledge_ballots",
    "recognise_guest",
    "remind_of_ends",
    "remove_poll",
    "reopen_poll",
    "sealed_polls",
    "seed_of_newcomer",
    "start_trial",
    "take_back",
    "take_over_ballots",
    "tell_apart",
    "untold_polls",
    "why_unfit",
    "withdraw_ballot",
]
