"""Bringing stored words up to today's renderer. The source stays as it was written; nobody is told again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from community.core import clock, display
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import RENDERER_VERSION, Rendered, keys_in
from community.files.links import UploadLinks
from forum.actions.imported_words import rendered_somehow
from forum.calls import words_called
from forum.facts import PostsRerendered
from forum.models import Post, PostState, PostUpload, Thread
from forum.rendering import note_opening

GONE = (PostState.MOVED, PostState.PURGED)
_HREF = re.compile(r'href="([^"]*)"')


class KeptLinks:
    """Names that the stored text links stay links, whoever bears them now; no other name becomes one.

    A renamed member's old address redirects, and a name that meant nobody when it was written means nobody yet.
    Groups that were called stay called.
    """

    def __init__(self, html: str) -> None:
        self.linked = set(_HREF.findall(html))
        self.called = words_called(html)

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        candidates = list(candidates)
        addresses = {name: reverse("members:profile", args=[name]) for name in candidates}
        linked = {name: address for name, address in addresses.items() if address in self.linked}
        return linked | {word: "" for word in candidates if word in self.called}


def shown_in(post_id: int, source: str) -> UploadLinks | None:
    """What a stored text may show: what it showed already. One statement, for words that name a file only."""
    if not keys_in(source):
        return None
    joined = PostUpload.objects.filter(post_id=post_id).values_list("upload_id", flat=True)
    return UploadLinks((), also=list(joined))


def rerender_posts(*, limit: int = 200) -> int:
    """Render the posts of an older renderer anew, the oldest first, at most `limit`. Returns how many; 0: all done.

    Rendering is slow and stands outside the transaction: a post that was edited meanwhile keeps its newer words.
    """
    stale = Post.objects.filter(renderer_version__lt=RENDERER_VERSION)
    stale.filter(state__in=GONE).update(renderer_version=RENDERER_VERSION)  # no words, nothing to do
    rows = list(stale.order_by("pk").values("pk", "thread_id", "number", "source", "html")[:limit])
    if not rows:
        return 0
    fresh = {
        row["pk"]: rendered_somehow(
            row["source"], KeptLinks(row["html"]), shown=shown_in(row["pk"], row["source"])
        )
        for row in rows
    }
    openings = [row["thread_id"] for row in rows if row["number"] == 1]
    _store(openings, {row["pk"]: row["source"] for row in rows}, fresh)
    return len(rows)


@action
def _store(openings: list[int], sources: Mapping[int, str], fresh: Mapping[int, Rendered]) -> None:
    # Threads before posts, each by rising id, as everybody locks them.
    threads = {row.pk: row for row in _locked(Thread.objects.filter(pk__in=openings))}
    changed: list[int] = []
    for post in _locked(Post.objects.filter(pk__in=fresh, renderer_version__lt=RENDERER_VERSION)):
        if post.source == sources[post.pk]:
            changed += _put(post, fresh[post.pk], threads.get(post.thread_id))
    if changed:
        publish(PostsRerendered(post_ids=tuple(changed), at=clock.now()))


def _locked(rows: Any) -> Any:
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def _put(post: Post, rendered: Rendered, thread: Thread | None) -> list[int]:
    """Store it; the post's id when readers search for other words now."""
    words_changed = post.plain != rendered.plain
    post.html, post.plain = str(rendered.html), rendered.plain
    post.lang, post.renderer_version = display.language_of(rendered.plain), RENDERER_VERSION
    post.save(update_fields=["html", "plain", "lang", "renderer_version"])
    if thread is not None and post.is_opening:
        note_opening(thread, rendered.plain)
        thread.save(update_fields=["excerpt"])
    return [post.pk] if words_changed else []
