"""What forum templates and other rooms' pages need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import display, pieces
from community.core.pagecache import stands_on
from community.core.text import excerpt as cut
from community.members.models import Member
from forum import beside, drawing, joining, kept
from forum.models import BoardRole, Lane, Post, Thread, ThreadLog
from forum.queries import lists, threads, written

register = template.Library()
register.simple_tag(drawing.posts)
register.simple_tag(beside.reply_dock, takes_context=True)
register.simple_tag(beside.thread_side, takes_context=True)
register.simple_tag(beside.thread_scrub)
register.simple_tag(beside.list_tabs, takes_context=True)
register.simple_tag(beside.board_row)
ACTIVITY = 8


@register.filter
def excerpt(plain: str, limit: int) -> str:
    """The first words of a plain text."""
    return cut(plain, limit)


@register.filter
def last_number(posts: list[Post]) -> int:
    return posts[-1].number if posts else 0


@register.filter
def posts_in_words(count: int) -> str:
    return ngettext("%(count)d post", "%(count)d posts", count) % {"count": count}


@register.filter
def roles_in_words(roles: Iterable[str]) -> str:
    """Who holds a right: whatever guests may, everybody may; administrators are always among them."""
    given = set(roles)
    if BoardRole.GUEST in given:
        return _("Everyone")
    if BoardRole.MEMBER in given:
        return _("All members")
    return _(", ").join(str(BoardRole(role).label) for role in [*roles, BoardRole.ADMIN])


@register.filter
def in_words(line: ThreadLog) -> str:
    """One log line as a sentence."""
    who = pieces.speaker(line.actor) if line.actor else _("The clock")
    facts: dict[str, Any] = {"name": who, **line.data}
    if line.from_board:
        facts["board"] = line.from_board.title
    facts["title"] = line.other.title if line.other else ""
    if line.kind == ThreadLog.Kind.LANE:
        facts["after"] = Lane(line.data["after"]).label if line.data.get("after") in Lane.values else ""
    if line.kind == ThreadLog.Kind.RETAGGED:
        facts["after"] = _(", ").join(line.data.get("after", [])) or _("none")
    if line.kind == ThreadLog.Kind.SLOWED:
        facts["span"] = display.span(timedelta(minutes=line.data.get("minutes", 0)))
    sentences = {
        ThreadLog.Kind.LOCKED: _("%(name)s locked this thread."),
        ThreadLog.Kind.UNLOCKED: _("%(name)s unlocked this thread."),
        ThreadLog.Kind.PINNED: _("%(name)s pinned this thread."),
        ThreadLog.Kind.UNPINNED: _("%(name)s unpinned this thread."),
        ThreadLog.Kind.SLOWED: _("%(name)s turned slow mode on: one post per person in %(span)s."),
        ThreadLog.Kind.UNSLOWED: _("%(name)s ended slow mode."),
        ThreadLog.Kind.TOPIC: _("%(name)s made this the thread of the theme “%(topic)s”.")
        if facts.get("topic")
        else _("%(name)s took the label of a theme off."),
        ThreadLog.Kind.MOVED: _("%(name)s moved this thread here from “%(board)s”.")
        if facts.get("board")
        else _("%(name)s moved this thread here from another board."),
        ThreadLog.Kind.MERGED_IN: _("%(name)s merged “%(title)s” into this thread.")
        if line.other
        else _("%(name)s merged another thread into this one."),
        ThreadLog.Kind.SPLIT_OFF: _("%(name)s gave some replies their own thread, “%(title)s”.")
        if line.other
        else _("%(name)s gave some replies their own thread."),
        ThreadLog.Kind.SPLIT_FROM: _("%(name)s split this thread from “%(title)s”.")
        if line.other
        else _("%(name)s split this thread from another one."),
        ThreadLog.Kind.RENAMED: _renamed(line),
        ThreadLog.Kind.LANE: _("%(name)s changed the lane to “%(after)s”."),
        ThreadLog.Kind.RETAGGED: _("%(name)s changed the tags: %(after)s."),
        ThreadLog.Kind.HIDDEN: _("%(name)s hid this thread."),
        ThreadLog.Kind.RESTORED: _("%(name)s restored this thread."),
        ThreadLog.Kind.REMOVED: _("%(name)s removed this thread."),
        ThreadLog.Kind.ACCEPTED: _("%(name)s accepted #%(number)s as the answer."),
        ThreadLog.Kind.UNACCEPTED: _("%(name)s opened the question again."),
        ThreadLog.Kind.KNOWN: _("%(name)s made #%(number)s a known answer."),
        ThreadLog.Kind.KNOWN_BACK: _("%(name)s took the known answer #%(number)s back."),
        ThreadLog.Kind.LINKED: _("%(name)s found the same problem in another thread, and linked its answer."),
        ThreadLog.Kind.UNLINKED: _("%(name)s took the link to a known answer away."),
    }
    return sentences[ThreadLog.Kind(line.kind)] % facts


def _renamed(line: ThreadLog) -> str:
    if line.data.get("is_erasure"):
        return _("%(name)s erased the title and the first words for good.")
    if line.data.get("before") == line.data.get("after"):  # what it was is erased
        return _("%(name)s changed the title.")
    return _("%(name)s changed the title from “%(before)s”.")


@register.simple_tag(takes_context=True)
def tell_counts(context: Context, people: Iterable[Member] | Member) -> str:
    """Set `told_posts`, `told_threads` and `told_helped` of this person, or of these, as far as the viewer may know."""
    viewer = AnonymousUser() if context.get("seen_as") == "guest" else context["request"].user
    written.tell_counts(viewer, [people] if isinstance(people, Member) else people)
    return ""


@register.simple_tag(takes_context=True)
def staff_share(context: Context, thread: Thread) -> joining.Share | None:
    """How much staff wrote where members talk among themselves; None for everybody else. One statement, for them alone.

    Where a page needs it beside `forum/_joining.html`, which reads it as `share`.
    """
    return joining.share_of(context["request"].user, thread)


@register.inclusion_tag("forum/_joining.html", takes_context=True)
def may_i_join(context: Context, thread: Thread) -> dict[str, Any]:
    """For staff where members talk among themselves: how much they wrote, how to ask. One statement, for them alone."""
    return {"share": joining.share_of(context["request"].user, thread)}


@register.inclusion_tag("forum/_member_activity.html", takes_context=True)
def member_activity(context: Context, member: Member) -> dict[str, Any]:
    """What somebody wrote, as far as the viewer (or who the viewer pretends to be) may read it. Two statements."""
    request = context["request"]
    stands_on(*kept.LISTS)
    viewer = AnonymousUser() if context.get("seen_as") == "guest" else request.user
    return {
        "request": request,
        "page": lists.by_author(viewer, member.pk, request.GET.get("page"), ACTIVITY),
        "posts": [post for post in threads.activity_of(viewer, member.pk, 2 * ACTIVITY) if post.number > 1][
            :ACTIVITY
        ],
        "member": member,
    }
