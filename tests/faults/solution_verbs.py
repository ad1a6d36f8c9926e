"""Every verb of known answers, each on rows of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from activity.notices import known
from community.core import clock
from forum import actions as forum
from forum.models import ThreadLog
from moderation.solutions import actions
from moderation.solutions.models import Review, Solution
from moderation.solutions.policy import Range
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.solutions import a_solution, linked
from tests.faults.forum_verbs import Act, World

SOLUTIONS: dict[str, Callable[[World], Act]] = {}
_serial = count(1)
CHANGED: dict[str, tuple[str, Any]] = {
    "change_range": ("car", "Aurora E"),
    "take_back_in_solutions": ("withdrawn_at", lambda at: at is not None),
    "find_true": ("verdict", "true"),
}
# Built of other verbs, each of which is tried.
NO_VERBS = {"link_to_thread", "narrow", "find_untrue", "take_back_unused", "_forget"}


def solutions(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    SOLUTIONS[prepare.__name__] = prepare
    return prepare


def _given(w: World) -> dict[str, Any]:
    return {"actor": w.moderator, "solution_id": a_solution(board=w.board, by=w.moderator).pk}


@solutions
def make_known(w: World) -> Act:
    return partial(actions.make_known, actor=w.moderator, post_id=w.reply().pk)


@solutions
def change_range(w: World) -> Act:
    return partial(actions.change_range, **_given(w), held=Range(car="Aurora E", year_to=2026))


@solutions
def replace(w: World) -> Act:
    given = _given(w)
    solution = Solution.objects.get(pk=given["solution_id"])
    linked(solution, by=w.moderator)
    post = a_reply(author=w.helper, thread=solution.thread)
    return partial(actions.replace, **given, post_id=post.pk, reason="Says it better")


@solutions
def take_back_in_solutions(w: World) -> Act:
    return partial(actions.take_back, **_given(w), reason="Not true any more")


@solutions
def link_problem(w: World) -> Act:
    return partial(actions.link_problem, **_given(w), thread_id=w.thread().pk)


@solutions
def unlink_problem(w: World) -> Act:
    thread = linked(a_solution(board=w.board, by=w.moderator), by=w.moderator)
    return partial(actions.unlink_problem, actor=w.moderator, thread_id=thread.pk)


@solutions
def say_solved(w: World) -> Act:
    return partial(actions.say_solved, **(_given(w) | {"actor": a_member()}))


@solutions
def unsay_solved(w: World) -> Act:
    given = _given(w) | {"actor": a_member()}
    actions.say_solved(**given)
    return partial(actions.unsay_solved, **given)


@solutions
def note_edit(w: World) -> Act:
    solution = Solution.objects.get(pk=_given(w)["solution_id"])
    a_reply(author=w.helper, thread=solution.thread)
    forum.edit_post(
        actor=solution.post.author, post_id=solution.post_id, body="Hold it for 20 seconds instead."
    )
    return partial(actions.note_edit, solution_id=solution.pk, editor_id=None)


@solutions
def name_release(w: World) -> Act:
    return partial(actions.name_release, actor=w.moderator, car=f"Aurora {next(_serial)}", year=2027)


@solutions
def review_release(w: World) -> Act:
    car = f"Borealis {next(_serial)}"
    a_solution(board=w.board, by=w.moderator, held=Range(car=car, year_to=2026))
    release = actions.name_release(actor=w.moderator, car=car, year=2027)
    return partial(actions.review_release, release_id=release.pk)


def _due(w: World) -> Solution:
    """One answer's day has come, and no other's."""
    solution = Solution.objects.get(pk=_given(w)["solution_id"])
    Solution.objects.update(review_after=None)
    Solution.objects.filter(pk=solution.pk).update(review_after=clock.now().date() - timedelta(days=1))
    return solution


@solutions
def open_due_reviews(w: World) -> Act:
    _due(w)
    return partial(actions.open_due_reviews)


@solutions
def find_true(w: World) -> Act:
    solution = _due(w)
    actions.open_due_reviews()
    review = Review.objects.get(solution=solution)
    return partial(actions.find_true, actor=w.moderator, review_id=review.pk)


@solutions
def note_known(w: World) -> Act:
    told: dict[str, Any] = {"kind": ThreadLog.Kind.KNOWN, "has_known": True, "number": 2}
    return partial(forum.note_known, actor=w.moderator, thread_id=w.thread().pk, **told)


@solutions
def about_known(w: World) -> Act:
    thread = a_thread(author=a_member(), board=w.board)
    return partial(
        known.about_known,
        whys={a_member().pk: "asked"},
        solution_id=next(_serial),
        thread_id=thread.pk,
        post_id=thread.posts.get().pk,
        what="edited",
        reason="",
        key=f"k{next(_serial)}",
    )
