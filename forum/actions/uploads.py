"""Posts and the uploads they show."""

from __future__ import annotations

from collections.abc import Iterable

from community.core import display
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import RENDERER_VERSION, Rendered, keys_in
from community.files import actions as files
from community.files import uses
from community.files.links import UploadLinks
from community.members.models import Member
from forum.actions._shared import advance
from forum.actions.imported_words import rendered_somehow
from forum.actions.rerendering import KeptLinks, shown_in
from forum.facts import PostRedrawn
from forum.models import Draft, Post, PostState, PostUpload, Scheduled, Thread
from forum.rendering import note_opening


def links_for_edit(actor: Member, post_id: int, body: str) -> UploadLinks | None:
    """What an edited post may show: its author's uploads, the editor's own, and what it shows already.

    Two statements, for words that name a file only. Whether the actor may edit at all is asked elsewhere.
    """
    if not keys_in(body):
        return None
    authors = Post.objects.filter(pk=post_id).values_list("author_id", flat=True)
    return UploadLinks({actor.pk, *(pk for pk in authors if pk)}, also=_joined(post_id))


def join_uploads(post: Post, upload_ids: Iterable[int]) -> None:
    """Note what this post shows. Inside the transaction that writes its words; nothing to do costs nothing."""
    ids = list(upload_ids)
    if not ids:
        return
    rows = [PostUpload(post=post, upload_id=pk) for pk in ids]
    PostUpload.objects.bulk_create(rows, ignore_conflicts=True)
    files.attach_uploads(upload_ids=ids)


def part_with_uploads(post: Post) -> None:
    """The words of a post are erased: what nothing else shows goes with them."""
    ids = list(PostUpload.objects.filter(post=post).values_list("upload_id", flat=True))
    if ids:
        PostUpload.objects.filter(post=post).delete()
        files.discard_unused(upload_ids=ids)


def used_uploads(upload_ids: set[int]) -> set[int]:
    """Those that a post shows or a version of it may show again. One statement."""
    return set(PostUpload.objects.filter(upload_id__in=upload_ids).values_list("upload_id", flat=True))


def uploads_in_drafts(upload_ids: set[int]) -> set[int]:
    """Those that words name which are not published yet: of drafts, and of what waits for its moment."""
    return uses.named_among(upload_ids, _unpublished)


def _unpublished(owners: set[int]) -> Iterable[str]:
    for model in (Draft, Scheduled):
        rows = model._default_manager.filter(member__in=owners)
        for words in rows.values_list("words", flat=True).iterator():
            yield str(words.get("body", ""))


def redraw_posts(*, upload_id: int) -> int:
    """Draw the posts anew that show an upload whose files changed or left; how many. Harmless to repeat."""
    rows = Post.objects.filter(uploads__upload_id=upload_id).exclude(
        state__in=(PostState.MOVED, PostState.PURGED)
    )
    found = list(rows.order_by("pk").values("pk", "source", "html"))
    for row in found:
        shown = shown_in(row["pk"], row["source"])
        _redraw(
            row["pk"], row["source"], rendered_somehow(row["source"], KeptLinks(row["html"]), shown=shown)
        )
    return len(found)


@action
def _redraw(post_id: int, source: str, rendered: Rendered) -> None:
    thread_id = Post.objects.values_list("thread_id", flat=True).get(pk=post_id)
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    post = Post.objects.select_for_update(of=("self",), no_key=True).get(pk=post_id)
    if post.source != source or post.thread_id != thread.pk or post.html == rendered.html:
        return  # edited meanwhile (and drawn by today's files), or nothing to see
    post.html, post.plain = str(rendered.html), rendered.plain
    post.lang, post.renderer_version = display.language_of(rendered.plain), RENDERER_VERSION
    post.save(update_fields=["html", "plain", "lang", "renderer_version"])
    changed = ["sequence"]
    if post.is_opening:
        note_opening(thread, rendered.plain)
        changed.append("excerpt")
    advance(thread)
    thread.save(update_fields=changed)
    publish(PostRedrawn(post_id=post.pk, thread_id=thread.pk, sequence=thread.sequence))


def _joined(post_id: int) -> list[int]:
    return list(PostUpload.objects.filter(post_id=post_id).values_list("upload_id", flat=True))
