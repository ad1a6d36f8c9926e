"""The road of a thread: its mileposts, from the question to where the reader stands and what lies ahead."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock, display
from community.core.pagination import number_to_page
from forum import policy
from forum.queries.lists import unread_count

if TYPE_CHECKING:
    from forum.models import Thread
    from forum.queries.threads import ThreadPage
    from forum.roles import Viewer

MOST_DAYS = 5


def _to(thread: Thread, number: int) -> str:
    page = number_to_page(number, policy.POSTS_PER_PAGE)
    return f"{thread.get_absolute_url()}{f'?page={page}' if page > 1 else ''}#n{number}"


def road(viewer: Viewer, page: ThreadPage) -> list[dict[str, Any]]:
    """Stops for the timeline component, oldest first. No statement: everything is on the page already."""
    thread = page.thread
    asked = _("%(name)s asked") if thread.lane == "ask" else _("%(name)s began")
    stops: list[dict[str, Any]] = [
        {
            "text": asked % {"name": thread.author.name},
            "url": _to(thread, 1),
            "at": thread.opened_at,
            "kind": "",
        }
    ]
    stops += sorted([*_days(thread), *_accepted(page)], key=lambda stop: stop["from"])
    read = int(getattr(thread, "read_number", 0)) if viewer.is_authenticated else 0
    if read:
        stops.append(
            {
                "text": _("You have read to #%(number)d") % {"number": min(read, thread.last_number)},
                "kind": "here",
            }
        )
    if page.first_unread:
        left = unread_count(thread) or 0
        words = ngettext("%(count)d new post", "%(count)d new posts", left) % {"count": left}
        stops.append({"text": words, "url": _to(thread, page.first_unread), "kind": "ahead"})
    if thread.latest_number > 1:
        words = _("%(name)s wrote last") % {"name": thread.last_poster.name}
        stops.append(
            {
                "text": words,
                "url": _to(thread, thread.latest_number),
                "at": thread.last_posted_at,
                "kind": "end",
            }
        )
    return stops


def _accepted(page: ThreadPage) -> list[dict[str, Any]]:
    thread = page.thread
    if not page.accepted or not thread.accepted_at:
        return []
    words = _("Accepted answer, #%(number)d") % {"number": page.accepted.number}
    at = page.accepted.posted_at  # where it stands on the road, not when somebody chose it
    return [{"text": words, "url": _to(thread, page.accepted.number), "at": at, "kind": "answer", "from": at}]


def _days(thread: Thread) -> list[dict[str, Any]]:
    """The latest days with posts, as small marks. Days are kept in UTC, like the strip of a row: the first and the last
    are told as the reader's own, so that none stands before the beginning or after the end."""
    if len(thread.days) < 2:
        return []  # the day of the first post stands beside it, in the reader's own zone
    first, last = (timezone.localtime(at).date() for at in (thread.opened_at, thread.last_posted_at))
    counts: Counter[date] = Counter()
    for day, count in thread.days.items():
        counts[max(first, min(last, date.fromisoformat(day)))] += count
    if len(counts) < 2:
        return []
    marks, today = [], timezone.localtime(clock.now()).date()
    for on, count in sorted(counts.items())[-MOST_DAYS:]:
        words = ngettext("%(day)s, %(count)d post", "%(day)s, %(count)d posts", count)
        words %= {"day": display.day(on, today), "count": count}
        marks.append({"text": words, "kind": "minor", "from": datetime.combine(on, time.min, tzinfo=UTC)})
    return marks
