"""The four steps of whoever came in a window, and what lies between them: people, each once.

Known → here → wrote and came back → keeps on. Each step is a part of the one before it, so the differences are those
whose furthest step it is. Staff and partners, and people moved here from elsewhere, are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from community.members.models import Member, Role
from forum.models import Post, PostState, ThreadState
from moderation.insight.window import Window
from polls.models import Ballot

KEEPS_ON = 3  # different days with words of theirs
STEPS = ("known", "here", "back", "keeps")
BETWEEN = ("tapped", "wrote", "answered", "returned")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One person who joined in the window, and what they did since."""

    pk: int
    tapped: bool  # voted as a guest before
    returned: bool
    days: int  # with words of theirs
    was_answered: bool

    def took(self, name: str) -> bool:
        """Whether they came as far as a step, or did what lies between two."""
        match name:
            case "tapped":
                return self.tapped
            case "wrote":
                return self.days > 0
            case "answered":
                return self.was_answered
            case "returned":
                return self.returned
            case "back":
                return self.returned and self.days > 0
            case "keeps":
                return self.returned and self.days >= KEEPS_ON
        return True


@dataclass(frozen=True, slots=True)
class Steps:
    """The people of one window. `guests`: voted and made no account so far; nobody knows who they are."""

    guests: int
    people: Sequence[Newcomer]

    def ids(self, name: str) -> list[int]:
        """The members behind a number."""
        return [one.pk for one in self.people if one.took(name)]

    def count(self, name: str) -> int:
        return len(self.ids(name)) + (self.guests if name == "known" else 0)

    @property
    def counts(self) -> list[int]:
        return [self.count(name) for name in STEPS]


def steps(board_ids: Collection[int], window: Window) -> Steps:
    """Three statements; words count where they stand on these boards. As many rows as those people wrote posts."""
    joined = Member.objects.listed().filter(
        joined_at__gte=window.since, joined_at__lt=window.until, source="", role=Role.MEMBER
    )
    tapped = Ballot.objects.filter(member_id=OuterRef("pk")).exclude(guest_key="")
    people = list(joined.annotate(tapped=Exists(tapped)).values_list("pk", "tapped", "returned_at"))
    later = Post.objects.filter(
        thread_id=OuterRef("thread_id"), number__gt=OuterRef("number"), state=PostState.VISIBLE
    ).exclude(author_id=OuterRef("author_id"))
    days: dict[int, set[date]] = {}
    answered: set[int] = set()
    rows = Post.objects.visible().filter(
        author__in=joined, thread__board_id__in=board_ids, thread__state=ThreadState.VISIBLE
    )
    for author_id, at, has_later in rows.annotate(later=Exists(later)).values_list(
        "author_id", "posted_at", "later"
    ):
        days.setdefault(author_id or 0, set()).add(at.astimezone(window.wall).date())
        if has_later:
            answered.add(author_id or 0)
    guests = (
        Ballot.objects.filter(member=None, cast_at__gte=window.since, cast_at__lt=window.until)
        .exclude(guest_key="")
        .values("guest_key")
        .distinct()
        .count()
    )
    return Steps(
        guests,
        [
            Newcomer(pk, was_guest, back is not None, len(days.get(pk, ())), pk in answered)
            for pk, was_guest, back in people
        ],
    )
