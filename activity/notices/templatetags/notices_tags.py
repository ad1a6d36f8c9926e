"""What pages show of notices."""

from __future__ import annotations

from django import template
from django.template.context import Context

from activity.notices import actions, words
from activity.notices.models import Notification
from community.members.models import Member
from forum.models import Thread

register = template.Library()

register.filter("notice_sentence", words.sentence)
register.filter("notice_why", words.why)
register.filter("notice_off", words.off_label)


@register.simple_tag(takes_context=True)
def thread_seen(context: Context, thread: Thread, number: int) -> str:
    """Somebody looks at a thread up to this post: what they were told of it is read. At most one statement where
    nothing is."""
    request = context["request"]
    if request.method == "GET" and isinstance(request.user, Member):
        actions.read_thread(member=request.user, thread_id=thread.pk, number=number)
    return ""


@register.filter
def is_unread(row: Notification) -> bool:
    return row.read_at is None
