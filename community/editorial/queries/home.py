"""What `/` shows, from the rooms that know it: figures, fresh threads, boards, what waits for a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock
from community.core.display import number
from community.members.models import Member
from forum.queries import home as forum_home
from forum.queries import lists

if TYPE_CHECKING:
    from forum.models import Thread
    from forum.queries.lists import GroupOfBoards
    from forum.roles import Viewer

FIGURES_KEY = "editorial:figures:1"
FIGURES_SECONDS = 600
FRESH = 7
NEEDS = 5
NEW = 8
# Below these a figure says nothing yet, and is left out.
ENOUGH_MEMBERS = 10
ENOUGH_THREADS = 10
ENOUGH_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Counted:
    members: int
    forum: forum_home.Figures


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    unit: str = ""
    url: str = ""


def figures() -> list[Figure]:
    """What the site can prove, in the reader's language; only what is counted and says something.

    No statement when warm, three when cold.
    """
    counted: Counted | None = cache.get(FIGURES_KEY)
    if counted is None:
        # Imported authors have no address: they are not members yet.
        members = Member.objects.listed().exclude(email=None).count()
        counted = Counted(members, forum_home.figures())
        cache.set(FIGURES_KEY, counted, FIGURES_SECONDS)
    return list(_worth_saying(counted))


def _worth_saying(counted: Counted) -> list[Figure]:
    forum = counted.forum
    said = []
    if forum.usual_wait is not None and forum.answered >= ENOUGH_QUESTIONS:
        value, unit = span(forum.usual_wait)
        said.append(Figure(_("Usually answered in"), value, unit))
    if forum.questions >= ENOUGH_QUESTIONS:
        of_all = _("of %(count)s") % {"count": number(forum.questions)}
        label = _("Questions answered, last 30 days")
        said.append(Figure(label, number(forum.answered), of_all, reverse("forum:unanswered")))
    if forum.threads >= ENOUGH_THREADS:
        said.append(Figure(_("Threads to read"), number(forum.threads), url=reverse("forum:latest")))
    if counted.members >= ENOUGH_MEMBERS:
        said.append(Figure(_("Members"), number(counted.members)))
    return said


def span(wait: timedelta) -> tuple[str, str]:
    """A wait as number and unit, in the largest unit that keeps it honest."""
    minutes = max(1, round(wait.total_seconds() / 60))
    if minutes < 90:
        return str(minutes), _("min")
    hours = round(minutes / 60)
    if hours < 48:
        return str(hours), _("h")
    days = round(hours / 24)
    return str(days), ngettext("day", "days", days)


def fresh_threads(viewer: Viewer) -> list[Thread]:
    """One statement."""
    return lists.latest(viewer, lists.ListFilter(), None, FRESH).items


def boards(viewer: Viewer) -> list[GroupOfBoards]:
    """One statement."""
    return lists.all_boards(viewer)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for a member: whose stone stands before it, what, why, and the one act."""

    person: Any
    title: str
    why: str
    act: str
    url: str
    thread_id: int


_ORDER = {"reply": 0, "choose": 1, "new": 2}


def needs(member: Member) -> list[Need]:
    """What waits for the member, replies to them first. One statement."""
    found = sorted(forum_home.waiting(member), key=lambda waiting: _ORDER[waiting.kind])
    return [_need(waiting) for waiting in found[:NEEDS]]


def _need(waiting: forum_home.Waiting) -> Need:
    thread = waiting.thread
    title = {"title": thread.title}
    if waiting.kind == "reply":
        name = waiting.reply_by
        person = thread.last_poster if thread.last_poster.name == name else SimpleNamespace(name=name)
        return Need(
            person,
            _("%(name)s replied to you") % {"name": name},
            _("In “%(title)s”.") % title,
            _("Read"),
            reverse("forum:post", args=[waiting.reply_id]),
            thread.pk,
        )
    if waiting.kind == "choose":
        why = ngettext(
            "%(count)s reply to “%(title)s”. Accepting one helps the next person who searches.",
            "%(count)s replies to “%(title)s”. Accepting one helps the next person who searches.",
            thread.answer_count,
        )
        return Need(
            thread.last_poster,
            _("Is your question solved?"),
            why % {"count": thread.answer_count, **title},
            _("Choose the answer"),
            thread.get_absolute_url(),
            thread.pk,
        )
    count = int(getattr(thread, "new_count", 0) or 0)
    why = ngettext(
        "%(count)s new post in a thread you watch.", "%(count)s new posts in a thread you watch.", count
    )
    return Need(
        thread.last_poster,
        thread.title,
        why % {"count": count},
        _("Read on"),
        reverse("forum:thread_unread", args=[thread.pk]),
        thread.pk,
    )


WELCOME_HOURS = 12


def welcome(member: Member) -> str:
    """One true line for somebody who came back today after a long time; empty for everybody else.

    From what others did since with what the member wrote in public view of them. One statement on the first look,
    none after it; none at all for those who were not away.
    """
    away, back = member.away_since, member.greeted_at
    if away is None or back is None or clock.now() - back > timedelta(hours=WELCOME_HOURS):
        return ""
    key = f"editorial:welcome:1:{member.pk}:{back.timestamp():.0f}"
    found: tuple[int, int] | None = cache.get(key)
    if found is None:
        found = forum_home.while_away(member, away)
        cache.set(key, found, WELCOME_HOURS * 3600)
    helped, answered = found
    name = {"name": member.name}
    if helped:
        said = ngettext(
            "Welcome back, %(name)s. Your answers helped %(count)s person while you were away.",
            "Welcome back, %(name)s. Your answers helped %(count)s people while you were away.",
            helped,
        )
        return said % (name | {"count": helped})
    if answered:
        said = ngettext(
            "Welcome back, %(name)s. %(count)s person answered you while you were away.",
            "Welcome back, %(name)s. %(count)s people answered you while you were away.",
            answered,
        )
        return said % (name | {"count": answered})
    return _("Welcome back, %(name)s. It is good to see you again.") % name


@dataclass(frozen=True, slots=True)
class Rows:
    threads: list[Thread]
    unread: bool
    url: str


def new_threads(member: Member, without: set[int]) -> Rows:
    """What is new to the member, or the latest when they have read everything. One statement, else two.

    `without`: threads that already stand among the needs.
    """
    size = NEW + len(without)
    found = lists.unread(member, lists.ListFilter(), None, size).items
    rows = [thread for thread in found if thread.pk not in without][:NEW]
    if rows:
        return Rows(rows, True, reverse("forum:unread"))
    found = lists.latest(member, lists.ListFilter(), None, size).items
    return Rows(
        [thread for thread in found if thread.pk not in without][:NEW], False, reverse("forum:latest")
    )


@dataclass(frozen=True, slots=True)
class BoardLine:
    title: str
    url: str
    new: int
    at: datetime | None


def my_boards(member: Member) -> list[BoardLine]:
    """Boards the member watches. One statement."""
    return [
        BoardLine(mine.board.title, mine.board.get_absolute_url(), mine.new, mine.board.last_posted_at)
        for mine in forum_home.my_boards(member)
    ]
