"""The rows behind the team's numbers: the very rows that are counted, narrowed as the number is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from community.core import clock
from community.core.access import absent
from community.core.among import among
from community.members.models import Member
from forum.models import Post, Thread
from moderation.insight.queries import work
from moderation.insight.queries.light import POST_HEAVY, light
from moderation.insight.queries.operations import STAFF, raises_asked
from moderation.insight.queries.treatment import threads_of
from moderation.insight.tone import Tone
from moderation.insight.window import Window
from moderation.promises.models import Clock
from moderation.raises.models import Raise
from moderation.raises.queries import GROUPS, audited, compared

if TYPE_CHECKING:
    from forum.roles import Viewer

KINDS = ("posts", "promises", "raises", "acts", "threads")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows of the viewer's boards: what an address says besides the kind. Anything unknown in it is a 404."""

    viewer: Member
    boards: Collection[int]
    window: Window
    params: Mapping[str, str]

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        value = self.params.get(name, "")
        if value and value not in allowed:
            raise absent()
        return value

    @property
    def role(self) -> str:
        return self.one_of("role", [role.value for role in STAFF])

    @property
    def days(self) -> Window:
        """The one day that was asked for, or all."""
        day = day_of(self.params.get("day", ""), self.window)
        return self.window.only(day) if day else self.window


def day_of(text: str, window: Window) -> date | None:
    """A day of the window; None for none. 404 for anything else."""
    if not text:
        return None
    day = next((day for day in window if day.isoformat() == text), None)
    if day is None:
        raise absent()
    return day


def seen_by(viewer: Viewer, rows: QuerySet[Any], thread: str) -> Any:
    """Each with `is_seen`: whether the viewer may know of its thread now."""
    return rows.annotate(is_seen=Exists(Thread.objects.visible_to(viewer).filter(pk=OuterRef(thread))))


def posts(asked: Asked) -> QuerySet[Post]:
    """What staff wrote, or was begun from an answer kept ready (`only`: what became of it)."""
    only, role = asked.one_of("only", work.BECAME), asked.role
    if only:
        uses = work.canned_uses(asked.boards, asked.window).filter(work.BECAME[only])
        rows: QuerySet[Post] = Post.objects.filter(pk__in=uses.values("post_id"))
    else:
        rows = work.team_posts(asked.boards, asked.window)
    rows = rows.filter(author__role=role) if role else rows
    return light(rows, "thread", "author").defer(*POST_HEAVY)


def promises(asked: Asked) -> QuerySet[Clock]:
    """Promises that were kept or missed (`only`: one of these), on a day or all days."""
    how = work.went(clock.now())
    only = asked.one_of("only", how)
    rows = work.promised(asked.boards, asked.days)
    rows = rows.filter(how[only] if only else how["kept"] | how["missed"])
    return light(rows, "thread", "thread__author").select_related("terms")


def raises(asked: Asked) -> QuerySet[Raise]:
    """Raises of these days, by a team; with `lot` those that are compared, since the site began (`only`: followed)."""
    lot, only, role = asked.one_of("lot", Raise.State.values), asked.one_of("only", ["followed"]), asked.role
    rows = compared(asked.boards).filter(state=lot) if lot else raises_asked(asked.window, asked.boards)
    rows = rows.filter(followed__gt=0) if only else rows
    return light(rows.filter(by__role=role) if role else rows, "thread", "by")


def acts(asked: Asked) -> QuerySet[Any]:
    """What teams did at the desk."""
    role, rows = asked.role, work.team_acts(asked.boards, asked.window)
    return light(rows.filter(actor__role=role) if role else rows, "thread", "actor")


def threads(asked: Asked) -> QuerySet[Thread]:
    """Threads of a tone, or by a group of authors (`only`: raised)."""
    tone = asked.one_of("tone", [tone.value for tone in Tone])
    group, only = asked.one_of("group", GROUPS), asked.one_of("only", ["raised"])
    if bool(tone) == bool(group):
        raise absent()
    if tone:
        found = threads_of(tone, asked.boards, asked.window, lifted=bool(only))
        return light(Thread.objects.filter(pk__in=among(found)), "", "author")
    rows = audited(asked.viewer).filter(group=group)
    if only:
        rows = rows.filter(Exists(Raise.objects.filter(thread=OuterRef("pk"), state=Raise.State.RAISED)))
    return light(rows, "", "author")


def writers(asked: Asked) -> list[int]:
    """Who of a team wrote. One statement."""
    rows = work.team_posts(asked.boards, asked.window).filter(author__role=asked.role)
    return sorted(pk for pk in rows.values_list("author_id", flat=True).distinct().order_by() if pk)
