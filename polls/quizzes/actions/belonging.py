"""Whose attempts they are: what a guest answered becomes the member's, once."""

from __future__ import annotations

from collections import defaultdict

from django.db import IntegrityError, transaction

from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from polls.quizzes import counters
from polls.quizzes.actions.taking import passed_for_the_first_time
from polls.quizzes.facts import AttemptsTakenOver
from polls.quizzes.models import Attempt


@action
def take_over_attempts(*, member: Member, guest_key: str) -> tuple[int, ...]:
    """Give a guest's attempts to the member they turned out to be; the quizzes concerned.

    Where the member has attempts of their own these stand, and the guest's are forgotten and not counted any more:
    one person is never counted twice. Again it does nothing.
    """
    if not guest_key:
        return ()
    rows = Attempt.objects.select_for_update().filter(guest_key=guest_key).order_by("quiz_id", "number")
    by_quiz: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in rows.select_related("quiz"):
        by_quiz[attempt.quiz_id].append(attempt)
    taken = []
    for quiz_id, attempts in by_quiz.items():
        if not _give(attempts, member):
            Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).delete()
            counters.recount(quiz_id)
            continue
        for attempt in attempts:
            passed_for_the_first_time(attempt)
            if attempt.is_passed:
                break
        taken.append(quiz_id)
    if taken:
        publish(AttemptsTakenOver(member.pk, tuple(taken)))
    return tuple(taken)


def _give(attempts: list[Attempt], member: Member) -> bool:
    """Make these the member's; False where they have attempts at this quiz already, perhaps since this very moment."""
    if Attempt.objects.filter(quiz_id=attempts[0].quiz_id, member=member).exists():
        return False
    try:
        with transaction.atomic():
            for attempt in attempts:
                attempt.member, attempt.guest_key = member, ""
                attempt.save(update_fields=["member", "guest_key"])
    except IntegrityError:
        return False
    return True
