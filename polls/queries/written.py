"""What voters wrote beside the choice that takes words of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from polls.models import BallotChoice, BallotState, Poll, Secrecy
from polls.queries.dressing import Shown

NEWEST = 200  # on a page; the files have all


def written_in(shown: Shown) -> list[tuple[str, str]]:
    """(words, name) of the counted ballots, by the alphabet. One statement; none where no choice takes words.

    A name, "" elsewhere, is a member's in a poll that said so before the vote. Nobody looks through these words: who
    only sees the result has those that stand beside the names there, and whoever looks after the poll has all.
    """
    poll = shown.poll
    is_named = poll.secrecy == Secrecy.NAMED
    if not poll.takes_other or not shown.see or not (is_named or shown.is_manager):
        return []
    rows = _counted(poll)
    if not shown.is_manager:
        rows = rows.filter(ballot__member__isnull=False)
    found = rows.values_list("words", "ballot__member__name") if is_named else rows.values_list("words")
    return sorted(((words, (name[0] if name else "") or "") for words, *name in found), key=_by_alphabet)


def newest_in(shown: Shown) -> tuple[Sequence[tuple[str, int]], bool]:
    """(words, how often) by the alphabet, of the newest ballots, and whether there are more. For whoever looks after the
    poll and sees its result. One statement; none where no choice takes words."""
    if not shown.poll.takes_other or not shown.see or not shown.is_manager:
        return [], False
    found = list(_counted(shown.poll).order_by("-pk").values_list("words", flat=True)[: NEWEST + 1])
    return sorted(Counter(found[:NEWEST]).items(), key=_by_alphabet), len(found) > NEWEST


def _counted(poll: Poll) -> QuerySet[BallotChoice]:
    rows = BallotChoice.objects.filter(ballot__poll=poll, ballot__state=BallotState.COUNTED)
    return rows.exclude(words="")


def _by_alphabet(row: tuple[str, Any]) -> tuple[str, tuple[str, Any]]:
    return row[0].casefold(), row
