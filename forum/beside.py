"""What stands around posts and lists, filled into parts that are drawn once: the reply box, the side, the tabs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from community.core import clock, display, pieces
from community.core.links import link
from community.core.moulds import filled
from forum import policy
from forum.forms import LaterForm
from forum.models import ThreadState, WatchLevel

if TYPE_CHECKING:
    from forum.models import Board, Thread
    from forum.queries.threads import ThreadPage


def reply_dock(context: Context, thread: Thread) -> SafeString:
    """The reply box under a thread, for members. Of the page it reads what the view says of the next reply."""
    said = {
        name: context.get(name, "")
        for name in ("sleep", "limit_note", "draft_key", "draft_url", "later_zone")
    }
    return filled(
        "components/dock.html",
        {
            **said,
            "action": link("forum:reply", thread.pk),
            "key": context["reply_key"],
            "to": thread.author.name if thread.author else "",
            "people_thread": thread.pk,
            "seen": thread.last_number,
            "begin_url": link("forum:new_thread", thread.board.slug),
            "preview_url": link("forum:preview"),
            "people_url": link("forum:people"),
            "upload_url": link("files:upload"),
            "upload_most": policy.MAX_UPLOADS,
            "whose": context["request"].user.pk,
        },
        alike={"later_verdict": bool(context.get("later_verdict"))},
        around=lambda: {"later": LaterForm()},
        page=context,
    )


def thread_side(context: Context, page: ThreadPage, offer: str = "") -> SafeString:
    """What the viewer can do with the whole thread. `offer`: HTML of what other rooms let them do with it."""
    thread, can = page.thread, page.can
    alike: dict[str, Any] = {
        "is_member": context["request"].user.is_authenticated,
        "watch_level": getattr(thread, "watch_level", None) or "",
        "can_ask": can["describe"] and thread.state == ThreadState.VISIBLE,
        "can_describe": can["describe"],
        "can_moderate": can["moderate"],
    }
    return filled(
        "forum/_thread_side.html",
        {
            "pk": thread.pk,
            "watch_url": link("forum:thread_watch", thread.pk),
            "details_url": link("forum:thread_details", thread.pk),
            "manage_url": link("forum:thread_manage", thread.pk),
            "split_url": link("forum:thread_split", thread.pk),
            "feed_url": link("forum:thread_feed", thread.pk),
            "offer": offer,
        },
        alike=alike,
        around=lambda: {"watch_levels": WatchLevel.choices},
        page=context,
    )


def thread_scrub(page: ThreadPage) -> str:
    """The thread's road laid flat, for a phone; nothing for a thread of one post."""
    thread = page.thread
    if thread.last_number <= 1:
        return ""
    opened, today = timezone.localtime(thread.opened_at).date(), timezone.localtime(clock.now()).date()
    read = page.posts[-1].number if page.posts else 0
    told = {"first": display.day(opened, today), "read": str(read), "total": thread.last_number}
    return filled("components/scrub.html", told)


def list_tabs(context: Context) -> SafeString:
    """The lists across boards, as tabs."""
    alike = {
        "list_name": str(context.get("list_name") or ""),
        "is_tags": context.get("here") == "tags",
        "is_member": context["request"].user.is_authenticated,
    }
    return filled("forum/_list_links.html", {}, alike=alike)


def board_row(board: Board) -> SafeString:
    """One board of `lists.all_boards`: what it is for, its sub-boards, and when somebody last spoke."""
    told: dict[str, Any] = {
        "url": board.get_absolute_url(),
        "title": board.title,
        "about": board.about,
        "subs": format_html_join(
            "", '<a class="tag" href="{}">{}</a>', ((sub.get_absolute_url(), sub.title) for sub in board.subs)
        ),
        "threads": _threads(board.thread_count, get_language() or "en"),
    }
    last = board.last_thread
    if last is not None:
        told |= {
            "last_url": last.get_absolute_url(),
            "last_lang": last.lang,
            "last_title": last.title,
            "last_name": last.last_poster.name,
            "last_role": pieces.role_badge(last.last_poster, short=True),
            "last_at": pieces.time_ago(last.last_posted_at),
        }
    return filled("forum/_board_row.html", told, alike={"is_closed": board.is_closed})


@lru_cache(maxsize=2048)
def _threads(count: int, language: str) -> str:
    return ngettext("%(shown)s thread", "%(shown)s threads", count) % {
        "shown": display.compact(count, language)
    }
