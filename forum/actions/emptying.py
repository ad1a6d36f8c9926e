"""The first words of a thread leave the database; the thread, and what others wrote in it, stay."""

from __future__ import annotations

from community.core import clock
from community.core.facts import publish
from community.members.mentions import named_in
from forum.actions._shared import advance
from forum.actions.particulars import part_with_particulars
from forum.actions.uploads import part_with_uploads
from forum.facts import PostEdited, ThreadChanged
from forum.models import Post, PostLink, PostRevision, Thread, ThreadLog
from forum.rendering import note_opening, render_body, set_title


def empty_opening(thread: Thread, post: Post, *, by_id: int, title: str, text: str) -> None:
    """Put a line where title and words of an opening post stood; versions, files and former titles go too.

    The caller holds both rows. Repeatable.
    """
    named = tuple(sorted(named_in(post.html)))
    render_body(text).put_on(post)
    post.cards = None
    part_with_particulars(post)
    post.save(update_fields=["source", "html", "plain", "lang", "renderer_version", "cards", "particulars"])
    PostRevision.objects.filter(post=post).delete()
    PostLink.objects.filter(post=post).delete()
    part_with_uploads(post)
    renamed = ThreadLog.objects.filter(thread=thread, kind=ThreadLog.Kind.RENAMED)
    renamed.exclude(data={"is_erasure": True}).update(data={"before": title, "after": title})
    set_title(thread, title)
    note_opening(thread, post.plain)
    advance(thread)
    thread.save(update_fields=["title", "slug", "lang", "excerpt", "sequence"])
    publish(
        PostEdited(
            post_id=post.pk,
            thread_id=thread.pk,
            editor_id=by_id,
            revision=0,
            sequence=thread.sequence,
            unnamed_ids=named,
        )
    )
    # The step is told once: one sequence has one event.
    publish(ThreadChanged(thread_id=thread.pk, actor_id=by_id, what="renamed", at=clock.now()))
