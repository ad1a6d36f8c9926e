"""Atom feeds: what a guest may read, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from community.core import clock, pieces
from community.core.atom import AtomFeed, paragraphs
from community.core.pagecache import leave_out
from community.core.pagination import number_to_page
from forum import access, policy
from forum.drawing import particulars
from forum.models import Board, Post, PostState, Thread
from forum.queries import lists
from forum.raising import said

SIZE = 30
Row = TypeVar("Row")


class _Threads(Feed[Thread, Any]):
    """Feeds are read by machines without a session, so they hold what a guest may read."""

    feed_type = AtomFeed

    def item_title(self, item: Thread) -> str:
        return item.title

    def item_description(self, item: Thread) -> str:
        return paragraphs(said(item), item.excerpt)

    def item_pubdate(self, item: Thread) -> datetime:
        return item.opened_at

    def item_updateddate(self, item: Thread) -> datetime:
        return item.last_posted_at

    def item_author_name(self, item: Thread) -> str:
        return speaker(item.author)

    def item_guid(self, item: Thread) -> str:
        return reverse("forum:thread_short", args=[item.pk])

    item_guid_is_permalink = False

    def item_categories(self, item: Thread) -> list[str]:
        return [name for _slug, name in item.tag_list]


def _settled(threads: Iterable[Thread]) -> list[Thread]:
    """Those that nobody can take back any more: what a reader of feeds has fetched, it keeps."""
    return _without_fresh(threads, lambda thread: thread.opened_at)


def _without_fresh(rows: Iterable[Row], written_at: Callable[[Row], datetime]) -> list[Row]:
    rows, now = list(rows), clock.now()
    kept = [row for row in rows if not policy.is_fresh(posted_at=written_at(row), now=now)]
    if len(kept) < len(rows):
        leave_out()  # in a moment there is more to tell, and nothing will say so
    return kept


class LatestFeed(_Threads):
    def title(self) -> str:
        return _("Latest threads")

    def link(self) -> str:
        return reverse("forum:latest")

    def items(self) -> list[Thread]:
        return _settled(lists.latest(AnonymousUser(), lists.ListFilter(), None, SIZE).items)


class BoardFeed(_Threads):
    def get_object(self, request: HttpRequest, slug: str) -> Board:
        return access.board_for_reading(AnonymousUser(), slug=slug)

    def title(self, obj: Board) -> str:
        return obj.title

    def link(self, obj: Board) -> str:
        return obj.get_absolute_url()

    def subtitle(self, obj: Board) -> str:
        return obj.about

    def items(self, obj: Board) -> list[Thread]:
        newest = lists.ListFilter(sort="newest")
        return _settled(lists.board_page(AnonymousUser(), obj, newest, None).items)


class ThreadFeed(Feed[Post, Thread]):
    feed_type = AtomFeed

    def get_object(self, request: HttpRequest, thread_id: int) -> Thread:
        return access.thread_for_reading(AnonymousUser(), thread_id=thread_id)

    def title(self, obj: Thread) -> str:
        return obj.title

    def subtitle(self, obj: Thread) -> str:
        return said(obj)

    def link(self, obj: Thread) -> str:
        return obj.get_absolute_url()

    def feed_guid(self, obj: Thread) -> str:
        return reverse("forum:thread_short", args=[obj.pk])  # a new title changes the link

    def items(self, obj: Thread) -> list[Post]:
        rows = Post.objects.filter(thread=obj, state=PostState.VISIBLE).select_related("author")
        posts = _without_fresh(rows.order_by("-number")[:SIZE], lambda post: post.posted_at)
        for post in posts:
            post.thread = obj
        return posts

    def item_title(self, item: Post) -> str:
        return _("%(name)s, post %(number)d") % {"name": speaker(item.author), "number": item.number}

    def item_description(self, item: Post) -> str:
        return (particulars(item, item.thread.board) if item.particulars else "") + item.html

    def item_link(self, item: Post) -> str:
        page = number_to_page(item.number, policy.POSTS_PER_PAGE)
        return f"{item.thread.get_absolute_url()}?page={page}#post-{item.pk}"

    def item_pubdate(self, item: Post) -> datetime:
        return item.posted_at

    def item_updateddate(self, item: Post) -> datetime:
        return item.edited_at or item.posted_at

    def item_author_name(self, item: Post) -> str:
        return speaker(item.author)

    def item_guid(self, item: Post) -> str:
        return reverse("forum:post", args=[item.pk])


def speaker(author: Any) -> str:
    """A name with its visible role: whoever speaks for the brand is labelled in feeds too."""
    return pieces.speaker(author) if author is not None else _("A former member")
