"""The only writers of the room: one public function per verb."""

from polls.surveys.actions._spec import OptionSpec, QuestionSpec, Spec
from polls.surveys.actions.answering import (
    Step,
    Unanswered,
    answer_page,
    send_response,
    start_response,
    why_unfit,
)
from polls.surveys.actions.belonging import take_over_responses
from polls.surveys.actions.counting import count_boxes
from polls.surveys.actions.making import (
    duplicate_survey,
    edit_survey,
    has_begun,
    make_survey,
    move_survey,
)
from polls.surveys.actions.waves import (
    anonymous_waves,
    close_due_wave,
    close_wave,
    due_waves,
    forget_sheets,
    publish_results,
    repeat_survey,
)

__all__ = [
    "OptionSpec",
    "QuestionSpec",
    "Spec",
    "Step",
    "Unanswered",
    "anonymous_waves",
    "answer_page",
    "close_due_wave",
    "close_wave",
    "count_boxes",
    "due_waves",
    "duplicate_survey",
    "edit_survey",
    "forget_sheets",
    "has_begun",
    "make_survey",
    "move_survey",
    "publish_results",
    "repeat_survey",
    "send_response",
    "start_response",
    "take_over_responses",
    "why_unfit",
]
