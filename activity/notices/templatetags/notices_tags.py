"""What pages show of notices."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.context import Context

from activity.notices import actions, words
from activity.notices.models import Notification
from community.members.models import Member
from forum.models import Post, PostState, Thread

register = template.Library()

register.filter("notice_sentence", words.sentence)
register.filter("notice_why", words.why)
register.filter("notice_off", words.off_label)
register.filter("log_line", words.logged)


@register.simple_tag(takes_context=True)
def thread_seen(context: Context, thread: Thread, posts: Sequence[Post]) -> str:
    """Somebody looks at these posts of a thread: what they were told of them is read. At most one statement where
    nothing is."""
    request = context["request"]
    if request.method == "GET" and isinstance(request.user, Member):
        is_end = bool(posts) and posts[-1].number >= thread.last_number
        # What was split off left a row that is younger than all others, and nothing to read.
        there = [post.pk for post in posts if post.state != PostState.MOVED]
        up_to = None if is_end else max(there, default=0)
        actions.read_thread(member=request.user, thread_id=thread.pk, up_to=up_to)
    return ""


@register.filter
def is_unread(row: Notification) -> bool:
    return row.read_at is None
