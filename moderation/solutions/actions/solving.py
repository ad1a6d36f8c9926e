""" "This solved mine": one person once, whoever presses how often at the same moment."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from community.core import clock, near
from community.core.access import absent, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from moderation.solutions import access, queries
from moderation.solutions.facts import SolvedSaid
from moderation.solutions.models import Solution, Solved


@action
def say_solved(*, actor: Member, solution_id: int) -> bool:
    """Count the actor among those whom an answer helped; whether they were not counted yet. Repeatable."""
    solution = access.solution_for_reading(actor, solution_id=solution_id)
    require(access.may_say_solved(actor, solution))
    if not put_once(Solved(solution=solution, member=actor, at=clock.now())):
        return False
    _count(solution, actor.pk, 1)
    return True


@action
def unsay_solved(*, actor: Member, solution_id: int) -> bool:
    """Count them no longer; whether they were counted. Repeatable. Who said it may take it back whatever became of it."""
    row = Solution.objects.select_related("post").filter(pk=solution_id).first()
    if row is None:
        raise absent()
    return _take_back(row, actor.pk)


def forget_solved(*, member_id: int) -> int:
    """Take everything back that somebody said so; how much. Repeatable, each a transaction of its own."""
    rows = Solved.objects.filter(member=member_id).order_by("pk")
    return sum(
        _forget(solution_id=pk, member_id=member_id) for pk in rows.values_list("solution_id", flat=True)
    )


@action
def _forget(*, solution_id: int, member_id: int) -> bool:
    return _take_back(Solution.objects.select_related("post").get(pk=solution_id), member_id)


def _take_back(solution: Solution, member_id: int) -> bool:
    if not Solved.objects.filter(solution=solution, member=member_id).delete()[0]:
        return False
    _count(solution, member_id, -1)
    return True


def _count(solution: Solution, member_id: int, by: int) -> None:
    Solution.objects.filter(pk=solution.pk).update(solved_count=Greatest(F("solved_count") + by, 0))
    transaction.on_commit(lambda: near.forget(queries.HELPERS))
    publish(SolvedSaid(solution.pk, solution.thread_id, solution.post.author_id, member_id, is_so=by > 0))
