"""What somebody who leaves for good takes along: reactions, and their words where they want that; links to them.

Each post is a transaction of its own and done once: whoever is killed half-way goes on with what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db.models import Max, Q
from django.urls import reverse

from community.core import clock
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import totals
from forum.actions._shared import advance
from forum.actions.emptying import empty_opening
from forum.actions.visibility import post_goes, thread_goes
from forum.facts import PostsRerendered, ReactionChanged
from forum.models import Post, PostRevision, PostState, Reaction, Thread, ThreadState

BATCH = 100
WINDOW = 20_000  # posts looked through at a time for links to somebody
# One text for readers of both languages: it stands in the database, where nobody's language is known.
GONE_TITLE = "Removed by its author · 作者已移除"
GONE_TEXT = "*Removed by its author. · 作者已移除。*"


def take_back_reactions(*, member_id: int) -> int:
    """Take back every reaction of the member's; how many. Repeatable."""
    done = 0
    while ids := list(Reaction.objects.filter(member_id=member_id).values_list("post_id", flat=True)[:BATCH]):
        for post_id in ids:
            _take_back(member_id=member_id, post_id=post_id)
        done += len(ids)
    return done


@action
def _take_back(*, member_id: int, post_id: int) -> None:
    thread, post = _held(post_id)
    row = Reaction.objects.filter(post=post, member_id=member_id).first()
    if row is None:
        return
    row.delete()
    post.reactions = {
        kind: left for kind, n in post.reactions.items() if (left := n - int(kind == row.kind)) > 0
    }
    post.save(update_fields=["reactions"])
    totals.refresh_thread(thread)
    advance(thread)
    thread.save(update_fields=["sequence", *totals.DERIVED])
    publish(
        ReactionChanged(
            post_id=post.pk,
            thread_id=thread.pk,
            member_id=member_id,
            kind="",
            at=clock.now(),
            sequence=thread.sequence,
        )
    )


def take_out_words(*, member_id: int) -> int:
    """Take the words of every post and thread of the member's out of the database; how many posts. Repeatable.

    A reply leaves a numbered stub. A thread in which others answered stays, with a line where the first words
    stood; one without goes.
    """
    done, mine = 0, Post.objects.filter(author_id=member_id)
    left = mine.exclude(state=PostState.PURGED).exclude(number=1, source=GONE_TEXT)
    while ids := list(left.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        for post_id in ids:
            _take_out(member_id=member_id, post_id=post_id)
        done += len(ids)
    return done


@action
def _take_out(*, member_id: int, post_id: int) -> None:
    thread, post = _held(post_id)
    if post.author_id != member_id:
        return
    if post.state == PostState.MOVED:  # only a pointer is left of it here
        Post.objects.filter(pk=post.pk).update(author=None, source="", html="", plain="")
    elif post.is_opening:
        _take_out_opening(thread, post, member_id)
    else:
        post_goes(thread, post, actor=None, title=GONE_TITLE, reason="")


def _take_out_opening(thread: Thread, post: Post, member_id: int) -> None:
    empty_opening(thread, post, by_id=member_id, title=GONE_TITLE, text=GONE_TEXT)
    others = Post.objects.filter(thread=thread, state=PostState.VISIBLE).exclude(author_id=member_id)
    if thread.state == ThreadState.VISIBLE and not others.exists():
        thread_goes(thread, actor=Member.objects.get(pk=member_id))


def _held(post_id: int) -> tuple[Thread, Post]:
    """A post and its thread, locked as everybody locks them: thread first."""
    thread_id = Post.objects.values_list("thread_id", flat=True).get(pk=post_id)
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    return thread, Post.objects.select_for_update(of=("self",), no_key=True).get(pk=post_id)


def let_go_of_names(*, names: Sequence[str], instead: str) -> int:
    """In everybody's words: links to these names become plain text, quotes of them are attributed to `instead`.

    How many posts changed. Reads every post once, a window at a time; repeatable.
    """
    changed, last = 0, Post.objects.aggregate(last=Max("pk"))["last"] or 0
    names = [name for name in names if name]
    if not names:
        return 0
    wanted = Q()
    for name in names:
        wanted |= Q(html__contains=f'href="{_address(name)}"') | Q(source__contains=f" {name}]")
    for start in range(0, last + 1, WINDOW):
        found = Post.objects.filter(wanted, pk__gt=start, pk__lte=start + WINDOW).order_by("pk")
        ids = list(found.values_list("pk", flat=True))
        for first in range(0, len(ids), BATCH):
            changed += _let_go(ids=ids[first : first + BATCH], names=names, instead=instead)
    return changed + _let_go_of_versions(names, instead)


@action
def _let_go(*, ids: Sequence[int], names: Sequence[str], instead: str) -> int:
    changed = []
    rows = Post.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    for post in rows:
        html, source = _without_links(post.html, names, instead), _renamed_quotes(post.source, names, instead)
        if (html, source) != (post.html, post.source):
            post.html, post.source = html, source
            post.save(update_fields=["html", "source"])
            changed.append(post.pk)
    if changed:
        publish(PostsRerendered(post_ids=tuple(changed), at=clock.now()))
    return len(changed)


def _let_go_of_versions(names: Sequence[str], instead: str) -> int:
    changed = 0
    wanted = Q()
    for name in names:
        wanted |= Q(source__contains=f" {name}]")
    for row in PostRevision.objects.filter(wanted).order_by("pk").iterator(chunk_size=BATCH):
        source = _renamed_quotes(row.source, names, instead)
        if source != row.source:
            changed += PostRevision.objects.filter(pk=row.pk).update(source=source)
    return changed


def _address(name: str) -> str:
    return reverse("members:profile", args=[name]).replace("&", "&amp;").replace("'", "&#x27;")


def _without_links(html: str, names: Iterable[str], instead: str) -> str:
    for name in names:
        html = re.sub(rf'<a\b[^>]*href="{re.escape(_address(name))}"[^>]*>(.*?)</a>', r"\1", html)
        html = re.sub(
            rf'(<a\b[^>]*class="quote-source"[^>]*>){re.escape(name)}(</a>)',
            lambda found: found[1] + instead + found[2],
            html,
        )
    return html


def _renamed_quotes(source: str, names: Iterable[str], instead: str) -> str:
    for name in names:
        source = re.sub(
            rf"(\[!quote \d{{1,18}} ){re.escape(name)}\]",
            lambda found: f"{found[1]}{instead}]",
            source,
        )
    return source
