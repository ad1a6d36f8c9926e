"""Hosted quizzes: a topic for each run, which only those know who have its page.

Host and players listen to one topic, and a frame is written once for all of them: what everybody sees, never whose it
is. A frame of a new step goes at once; counts within a step are told at most twice a second.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare, salted_hmac

from community.core.whole import whole
from forum.queries import readers
from polls.quizzes import actions
from polls.quizzes.models import QuizState, Run
from polls.quizzes.queries import runs

if TYPE_CHECKING:
    from forum.roles import Viewer


def topic_of(run_id: int) -> str:
    """`run:12-3f…`: what whoever is in run 12 listens to."""
    return f"run:{run_id}-{_token(run_id)}"


def run_of(rest: str) -> int:
    """The run of a topic's name behind `run:`; 0 for a name that was not given out."""
    number, _, token = rest.partition("-")
    found = whole(number)
    return found if found is not None and constant_time_compare(token, _token(found)) else 0


def places(viewers: Sequence[Viewer], run_id: int) -> list[tuple[int, int] | None]:
    """How far the run is, and its board, for each viewer who may know of it; else None. A handful of statements."""
    run = Run.objects.select_related("quiz").defer("sheets").filter(pk=run_id).first()
    if run is None or run.quiz.state == QuizState.REMOVED:
        return [None] * len(viewers)
    board_id = run.quiz.board_id or 0
    place = runs.versions([run_id])[run_id], board_id
    if not board_id:
        return [place] * len(viewers)
    rows = readers.boards_for(viewers, board_id=board_id)
    return [place if row is not None else None for row in rows]


def step_of(sequence: int) -> int:
    """The lowest version of a step."""
    return sequence * runs.STEP


def is_step(heard: int, told: int) -> bool:
    """Whether the second version is of a later step than the first."""
    return told // runs.STEP > heard // runs.STEP


def kept(run_ids: Iterable[int]) -> dict[int, int]:
    """How far these runs are, after what the clock asks of them. Four statements, and a few for each that was due."""
    ids = list(run_ids)
    for run_id in actions.due_runs(ids):
        actions.keep_time(run_id=run_id)
    return runs.versions(ids)


def news(run_id: int, after: int) -> tuple[str, int]:
    """What stands now, as a frame, if that is newer than `after`; and how far it has got. At most eight statements."""
    run = Run.objects.select_related("quiz").filter(pk=run_id).first()
    if run is None:
        return "", after
    heard = runs.frame(run, after)
    if heard["s"] <= after:
        return "", heard["s"]
    told = {"t": topic_of(run_id), "k": "run"} | heard
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")), heard["s"]


def _token(run_id: int) -> str:
    return salted_hmac("live.run", str(run_id), algorithm="sha256").hexdigest()[:24]
