"""What is sent: the steps of a thread after the last one heard, with the posts as they stand now.

A frame is `{t: topic, s: sequence, k: kind, p: {id, n, a, html | counts}, …}`. Frames say what stands there, not
what to change, so that hearing one twice, or an old one after a newer state, does no harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from activity.live.models import LiveEvent
from activity.live.rights import Audience, Place
from activity.live.wire import encoded
from forum import access, drawing
from forum.models import Post, PostState, Thread, ThreadState
from forum.queries import threads as queries

if TYPE_CHECKING:
    from forum.roles import Viewer

MOST_STEPS = 100  # a page further behind is asked to load anew
WITH_WORDS = frozenset({LiveEvent.Kind.REPLY, LiveEvent.Kind.EDIT, LiveEvent.Kind.STATE})


def message_of(text: str) -> dict[str, Any]:
    """A text as ASGI sends it, with the bytes for servers that can write them as they are."""
    return {"type": "websocket.send", "text": text, "wire": encoded(text)}


@dataclass(slots=True)
class Frame:
    """One step, written out for each audience that listens. `texts[None]` is for those who fetch their own."""

    sequence: int
    kind: str
    wrote: int = 0  # whose reply it is
    texts: dict[Audience | None, str] = field(default_factory=dict)
    _messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def message(self, audience: Audience) -> dict[str, Any]:
        """What goes to a socket of this audience: the same object for all of them, encoded once."""
        text = self.text(audience)
        found = self._messages.get(text)
        if found is None:
            found = self._messages[text] = message_of(text)
        return found

    def text(self, audience: Audience) -> str:
        return self.texts.get(audience) or self.texts[None]


@dataclass(slots=True)
class News:
    """The steps after some point, in order, and where they lead. `has_gap`: too far back to tell them."""

    sequence: int
    frames: list[Frame] = field(default_factory=list)
    has_gap: bool = False
    asks_again: bool = False
    is_gone: bool = False


def steps_after(thread: Thread, after: int) -> list[LiveEvent] | None:
    """The steps (`after`, `thread.sequence`], or None when not all of them are kept. One statement."""
    missing = thread.sequence - after
    if missing <= 0:
        return [] if missing == 0 else None  # ahead of us: a page from before a restore
    if missing > MOST_STEPS:
        return None
    rows = LiveEvent.objects.filter(thread=thread, sequence__gt=after, sequence__lte=thread.sequence)
    steps = list(rows.order_by("sequence"))
    return steps if len(steps) == missing else None


def news_for_hub(thread_id: int, after: int, audiences: Iterable[Audience]) -> News:
    """What to send to the listeners of a thread. Three statements, however many audiences and listeners.

    Who may listen is the caller's business; what each audience may see of a post is decided here.
    """
    thread = Thread.objects.select_related("board").filter(pk=thread_id).first()
    if thread is None:
        return News(after, is_gone=True)
    steps = steps_after(thread, after)
    if steps is None:
        return News(thread.sequence, has_gap=True, asks_again=True)
    if not steps:
        return News(thread.sequence)
    asks_again = any(step.kind in LiveEvent.ASKS_AGAIN for step in steps)
    posts = _posts_of(AnonymousUser(), thread, steps)
    frames = [
        Frame(step.sequence, step.kind, _author_of(step, posts), {None: _written(thread, step, posts, None)})
        for step in steps
    ]
    if thread.state == ThreadState.VISIBLE:
        for audience in set(audiences):
            if not audience.own:
                _write_for(audience, thread, steps, posts, frames)
    return News(thread.sequence, frames, asks_again=asks_again)


def news_for(viewer: Viewer, thread_id: int, after: int) -> tuple[Thread, News, list[dict[str, Any]]]:
    """The same steps for one viewer, with their own buttons. At most four statements. 404 like the page.

    For pages without a socket, and for those whose posts look like nobody else's.
    """
    thread = access.thread_for_reading(viewer, thread_id=thread_id)
    steps = steps_after(thread, after)
    if steps is None:
        return thread, News(thread.sequence, has_gap=True), []
    posts = _posts_of(viewer, thread, steps)
    drawn = _drawn(viewer, thread, posts)
    return thread, News(thread.sequence), [_frame(thread, step, posts, drawn) for step in steps]


def _author_of(step: LiveEvent, posts: dict[int, Post]) -> int:
    post = posts.get(step.post_id or 0) if step.kind == LiveEvent.Kind.REPLY else None
    return (post.author_id or 0) if post else 0


def _posts_of(viewer: Viewer, thread: Thread, steps: list[LiveEvent]) -> dict[int, Post]:
    wanted = {step.post_id for step in steps if step.post_id is not None}
    if not wanted:
        return {}
    return {post.pk: post for post in queries.posts_for(viewer, thread, wanted)}


def _write_for(
    audience: Audience, thread: Thread, steps: list[LiveEvent], posts: dict[int, Post], frames: list[Frame]
) -> None:
    viewer = audience.viewer()
    if audience.is_member:
        thread.enrolled_club_member = audience.is_club  # type: ignore[attr-defined]  # as `with_viewer` puts it on
    queries.dress(viewer, thread, posts.values())
    with translation.override(audience.language), timezone.override(None):
        drawn = _drawn(viewer, thread, posts)
    thread.enrolled_club_member = False  # type: ignore[attr-defined]
    for step, frame in zip(steps, frames, strict=True):
        if step.kind in WITH_WORDS:
            frame.texts[audience] = _written(thread, step, posts, drawn)
        else:
            frame.texts[audience] = frame.texts[None]


def _drawn(viewer: Viewer, thread: Thread, posts: dict[int, Post]) -> dict[int, str]:
    """The posts as the thread page draws them, in the active language."""
    page = queries.page_of(viewer, thread, list(posts.values()))
    return {post.pk: drawing.post(page, post) for post in page.posts}


def _written(thread: Thread, step: LiveEvent, posts: dict[int, Post], drawn: dict[int, str] | None) -> str:
    return json.dumps(_frame(thread, step, posts, drawn), ensure_ascii=False, separators=(",", ":"))


def _frame(
    thread: Thread, step: LiveEvent, posts: dict[int, Post], drawn: dict[int, str] | None
) -> dict[str, Any]:
    told: dict[str, Any] = {"t": f"thread:{thread.pk}", "s": step.sequence, "k": step.kind}
    post = posts.get(step.post_id) if step.post_id is not None else None
    if post is not None:
        about: dict[str, Any] = {"id": post.pk, "n": post.number}
        if post.state == PostState.VISIBLE:
            about["a"] = post.author_id
            if step.kind == LiveEvent.Kind.REACTIONS:
                about["counts"] = post.reactions
        if drawn is not None and step.kind in WITH_WORDS:
            about["html"] = drawn[post.pk]
        told["p"] = about
    if step.kind == LiveEvent.Kind.UNDONE:
        told["p"] = {"id": step.post_id, "n": step.data["number"]}
    if step.kind in (LiveEvent.Kind.REPLY, LiveEvent.Kind.UNDONE, LiveEvent.Kind.MERGED):
        told["last"] = thread.last_number
    return told


def joined_text(topic: str, place: Place) -> str:
    """The frame that says: you are heard, and this is how far the topic has got."""
    return json.dumps({"t": topic, "s": place.sequence, "k": "joined", "write": place.may_write})


def led_on(topic: str, thread_id: int, sequence: int) -> dict[str, Any]:
    """The frame that says where the posts of a merged thread are now. The last one of its topic."""
    return {"t": topic, "s": sequence, "k": LiveEvent.Kind.MERGED, "to": thread_id}


def led_on_text(topic: str, thread_id: int, sequence: int) -> str:
    """The same as a socket sends it."""
    return json.dumps(led_on(topic, thread_id, sequence))


def reload_text(topic: str, sequence: int) -> str:
    """The frame for a page that is too far behind."""
    return json.dumps({"t": topic, "s": sequence, "k": "reload"})
