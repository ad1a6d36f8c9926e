"""Who relies on an answer: whose threads are linked to it, and who said that it solved theirs."""

from __future__ import annotations

from collections.abc import Mapping

from moderation.solutions.models import Change, Link, Solved

BATCH = 1000
ASKED, SAID = "asked", "said"


def of_change(change: Change, after: int) -> tuple[Mapping[int, str], int | None]:
    """The next people who hear of a change, by rising id, and why; after whom to go on (None: done). Two statements.

    Never who changed it.
    """
    links = Link.objects.filter(solution=change.solution_id, ended_at=None)
    asked = links.filter(origin__author_id__gt=after).order_by("origin__author_id")
    askers = asked.values_list("origin__author_id", flat=True).distinct()[:BATCH]
    answers = [pk for pk in (change.solution_id, change.before_id) if pk]
    solved = Solved.objects.filter(solution__in=answers, member_id__gt=after)
    said = solved.order_by("member_id").values_list("member_id", flat=True).distinct()[:BATCH]
    whys = dict.fromkeys(said, SAID) | dict.fromkeys(askers, ASKED)
    people = sorted(whys)[:BATCH]
    following = people[-1] if len(people) == BATCH else None
    return {pk: whys[pk] for pk in people if pk != change.actor_id}, following
