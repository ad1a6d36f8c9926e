"""Slow mode: where a thread runs hot, everybody waits between two posts of theirs. Staff, who are labelled, do not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.core import clock, display
from community.core.access import YES, Verdict, no
from forum.models import Post, Thread

if TYPE_CHECKING:
    from forum.roles import Viewer


def next_at(viewer: Viewer, thread: Thread) -> datetime | None:
    """When the viewer may post here again; None: now. One statement while the thread is slow, none otherwise.

    A post that was removed or hidden counts, one that was taken back within seconds never was.
    """
    if not thread.is_slow or not viewer.is_authenticated or viewer.is_staff_role:
        return None
    mine = Post.objects.filter(thread_id=thread.pk, author_id=viewer.pk).order_by("-number")
    last = mine.values_list("posted_at", flat=True).first()
    return None if last is None else _free_at(thread, last, clock.now())


def _free_at(thread: Thread, last: datetime, now: datetime) -> datetime | None:
    if last > now:
        return None  # the clock was set back: that keeps nobody waiting
    free = last + thread.slow_gap
    if thread.slow_until is not None:
        free = min(free, thread.slow_until)
    return free if free > now else None


def may_post(viewer: Viewer, thread: Thread) -> Verdict:
    """Whether the viewer's next post may come now. Statements as `next_at`."""
    free = next_at(viewer, thread)
    return YES if free is None else no(_said(thread, free), "slow")


def note(viewer: Viewer, thread: Thread) -> str:
    """What to tell somebody before they write; "" where they need not wait. Statements as `next_at`."""
    free = next_at(viewer, thread)
    return "" if free is None else _said(thread, free)


def _said(thread: Thread, free: datetime) -> str:
    return _(
        "Slow mode: everybody posts once in %(span)s here. You may post again %(when)s; your words are kept."
    ) % {"span": display.span(thread.slow_gap), "when": display.when(free, clock.now())}
