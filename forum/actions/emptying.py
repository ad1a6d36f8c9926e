"""The first words of a thread leave the database; the thread, and what others wrote in it, stay."""

from __future__ import annotations

from collections.abc import Collection

from community.core import clock
from community.core.facts import publish
from community.members.mentions import named_in
from forum.actions._shared import advance, publish_change_by
from forum.actions.particulars import part_with_particulars
from forum.actions.uploads import part_with_uploads
from forum.facts import PostEdited, ThreadChanged, TitleErased
from forum.models import Post, PostLink, PostRevision, Thread, ThreadLog, ThreadState
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
    _empty_titles(thread, title=title, plain=post.plain)
    empty_merged(post, by_id=by_id, title=title)
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


def empty_merged(post: Post, *, by_id: int | None, title: str) -> None:
    """Put a line where the titles of threads stood that began with this post, before they were merged into others.

    The lines of their merges tell which: they stand where the post, or a stub of it, stands. Their addresses still
    lead to where their posts went. Repeatable. Two statements; four more for each such thread.
    """
    places = {(post.thread_id, post.number)}
    places.update(Post.objects.filter(moved_to=post).values_list("thread_id", "number"))
    merges = ThreadLog.objects.filter(
        thread_id__in={thread_id for thread_id, _number in places}, kind=ThreadLog.Kind.MERGED_IN
    )
    ids = {line.data["source"] for line in merges if (line.thread_id, line.data.get("first")) in places}
    rows = Thread.objects.select_for_update(of=("self",), no_key=True)
    for thread in rows.filter(pk__in=ids, state=ThreadState.MERGED).order_by("pk"):
        # `merged_into` is where its posts went in the end: merging on takes it along.
        stands_in = {place for place in (post.thread_id, thread.merged_into_id) if place is not None}
        _empty_titles(thread, title=title, plain="", stands_in=stands_in)
        publish_change_by(thread, "renamed", by_id)


def _empty_titles(thread: Thread, *, title: str, plain: str, stands_in: Collection[int] = ()) -> None:
    renamed = ThreadLog.objects.filter(thread=thread, kind=ThreadLog.Kind.RENAMED)
    renamed = renamed.exclude(data={"is_erasure": True})
    former = [thread.title, *renamed.order_by("-pk").values_list("data__before", flat=True)]
    renamed.update(data={"before": title, "after": title})
    publish(
        TitleErased(
            thread_id=thread.pk,
            titles=tuple(dict.fromkeys(said for said in former if said and said != title)),
            stands_in=tuple(sorted(stands_in)),
            title=title,
        )
    )
    set_title(thread, title)
    note_opening(thread, plain)
    advance(thread)
    thread.save(update_fields=["title", "slug", "lang", "excerpt", "sequence"])
