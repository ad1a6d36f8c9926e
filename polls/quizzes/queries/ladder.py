"""From a quiz begun without an account to a second visit."""

from __future__ import annotations

from django.db.models import F, Q

from polls.queries import ladder
from polls.queries.ladder import Step
from polls.quizzes.models import Attempt, Quiz


def funnel(quiz: Quiz, *, is_team: bool) -> list[Step]:
    """The steps of everybody whose first attempt began as a guest's, whoever they are now. Five statements.

    An attempt that became a member's keeps no key: it began as a guest's where it began before they joined.
    """
    guests = ~Q(guest_key="") | Q(member__joined_at__gt=F("started_at"))
    first = Attempt.objects.filter(guests, quiz=quiz, number=1).order_by("-started_at")
    rows = first.values_list("started_at", "finished_at", "member_id")[: ladder.MOST]
    return ladder.answered(rows, is_team=is_team)
