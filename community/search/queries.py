"""Asking the index: match, apply rights, rank, cut a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from community.core import clock
from community.members.access import may_see_field
from community.members.models import Member
from community.search import engine, ranking
from community.search.analysis import Phrase, phrases, terms
from community.search.asking import Asked, clean, parse
from community.search.models import Kind, SearchEntry
from forum.models import Board, Lane, Post, PostState, Thread

if TYPE_CHECKING:
    from forum.roles import Viewer

__all__ = ["PAGE", "Asked", "Hit", "Results", "parse", "readable_threads", "related", "search", "suggest"]

PAGE = 20
CANDIDATES = 400  # of the newest matches, this many are ranked; twenty pages
CLOSEST = 300  # entries looked at when nothing holds everything that was asked for


@dataclass(slots=True)
class Hit:
    """One result: the row it is."""

    kind: str
    at: datetime
    post: Post | None = None
    member: Member | None = None
    headline: str = ""  # the member's, as far as the viewer may read it
    article: Any = None


@dataclass(slots=True)
class Results:
    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    at_least: bool = False  # there are more than were ranked
    loose: bool = False  # nothing holds everything asked for; these hold most of it
    page: int = 1
    pages: int = 0


def search(viewer: Viewer, asked: Asked, page: int = 1) -> Results:
    """A page of what the viewer may read; without a match, what comes close.

    Five statements: matches, entries, posts, members, articles; one more to look for what is close; none for no words.
    """
    if not asked.wanted and not asked.narrowed:
        return Results(asked=asked)
    # Filters alone are a question too: everything they let through, the newest first.
    entries = engine.matching(asked.wanted, asked.unwanted) if asked.wanted else SearchEntry.objects.all()
    found = _matches(viewer, asked, entries, CANDIDATES + 1)
    ranked = sorted(found[:CANDIDATES], key=lambda row: _order(asked, row), reverse=True)
    loose = not found and bool(asked.wanted)
    if loose:
        ranked = _close(viewer, asked)
    pages = -(-len(ranked) // PAGE)
    page = min(max(1, page), max(1, pages))
    shown = ranked[(page - 1) * PAGE : page * PAGE]
    return Results(
        asked=asked,
        hits=_fetch(viewer, [row.pk for row in shown]),
        total=len(ranked),
        at_least=len(found) > CANDIDATES,
        loose=loose and bool(ranked),
        page=page,
        pages=pages,
    )


def _matches(viewer: Viewer, asked: Asked, entries: Any, most: int, *extra: str) -> list[Any]:
    rows = _readable(viewer, asked, entries).order_by("-id")
    columns = ("pk", "title_terms", "at", "post_id", "post__reactions", "post__number", *extra)
    return list(rows.values_list(*columns, "post__thread__accepted_post_id", named=True)[:most])


def _close(viewer: Viewer, asked: Asked) -> list[Any]:
    """Entries that hold at least half of what was asked for, the fullest first. One statement.

    People ask in Chinese without spaces: 冬天续航 should find 冬天的续航, though the three pairs never stand together.
    """
    units = asked.units
    needed = ranking.enough(len(units))
    if needed >= len(units) and not set(units) - set(asked.wanted):
        return []  # all of it again
    close = []
    entries = engine.closest(units, asked.unwanted, most=CLOSEST)
    for row in _matches(viewer, asked, entries, CLOSEST, "body_terms"):
        text = f" {row.title_terms} {row.body_terms} "
        held = sum(_stands_in(text, unit) for unit in units)
        if held >= needed and all(_stands_in(text, unit) for unit in units if unit.exact):
            close.append((held, _order(asked, row), row))
    close.sort(key=lambda entry: entry[:2] if asked.sort == "best" else entry[1:2], reverse=True)
    return [row for _held, _order_, row in close]


def _stands_in(text: str, phrase: Phrase) -> bool:
    """Whether a text of terms, with a space at either end, holds a phrase."""
    return f" {' '.join(phrase.terms)}{'' if phrase.prefix else ' '}" in text


def _readable(viewer: Viewer, asked: Asked, entries: Any) -> Any:
    """Rights and filters, in SQL, on the rows themselves."""
    threads = Thread.objects.public().visible_to(viewer)
    readable = Q(kind=Kind.POST, post__state=PostState.VISIBLE, post__thread__in=threads)
    if not asked.narrowed:
        readable |= Q(kind=Kind.MEMBER, member__is_active=True) | Q(kind=Kind.ARTICLE, article__live=True)
    rows = entries.filter(readable)
    if asked.type in ("member", "article"):
        rows = rows.filter(kind=asked.type)
    elif asked.type == "thread":
        rows = rows.filter(kind=Kind.POST, post__number=1)
    elif asked.type == "reply":
        rows = rows.filter(kind=Kind.POST, post__number__gt=1)
    filters = {
        "post__thread__board__slug": asked.board,
        "post__author__name__iexact": asked.author,
        "post__thread__lane": asked.lane,
        "post__thread__tags__slug": asked.tag_slug,
        "post__thread_id": asked.thread,
        "at__gte": _start(asked.since),
        "at__lte": _end(asked.until),
    }
    rows = rows.filter(**{name: value for name, value in filters.items() if value})
    if asked.answered:
        rows = rows.filter(
            post__thread__lane=Lane.ASK, post__thread__accepted_post__isnull=asked.answered == "no"
        )
    return rows


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _end(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None


def _order(asked: Asked, row: Any) -> tuple[float, int]:
    if asked.sort == "newest" or not asked.wanted:
        return row.at.timestamp(), row.pk
    title = f" {row.title_terms} "
    accepted = row.post__thread__accepted_post_id
    points = ranking.score(
        in_title=sum(_stands_in(title, phrase) for phrase in asked.wanted) / len(asked.wanted),
        settled=accepted is not None and (accepted == row.post_id or row.post__number == 1),
        reactions=sum((row.post__reactions or {}).values()),
        at=row.at,
        now=clock.now(),
    )
    return points, row.pk


def _fetch(viewer: Viewer, entry_ids: list[int]) -> list[Hit]:
    """The rows behind a page of entries, in that order. Three statements at most."""
    entries = {
        entry.pk: entry
        for entry in SearchEntry.objects.filter(pk__in=entry_ids).only(
            "kind", "at", "post", "member", "article"
        )
    }
    of_kind = {
        kind: {getattr(entry, f"{kind}_id") for entry in entries.values() if entry.kind == kind}
        for kind in Kind.values
    }
    posts = {}
    if of_kind["post"]:
        rows = Post.objects.filter(pk__in=of_kind["post"]).select_related("author", "thread", "thread__board")
        posts = {post.pk: post for post in rows.defer("source", "html")}
    members = Member.objects.in_bulk(of_kind["member"]) if of_kind["member"] else {}
    articles = {}
    if of_kind["article"]:
        from wagtail.models import Page

        articles = {page.pk: page for page in Page.objects.filter(pk__in=of_kind["article"]).specific()}
    hits = []
    for pk in entry_ids:
        entry = entries[pk]
        member = members.get(entry.member_id or 0)
        hits.append(
            Hit(
                kind=entry.kind,
                at=entry.at,
                post=posts.get(entry.post_id or 0),
                member=member,
                headline=member.headline if member and may_see_field(viewer, member, "headline") else "",
                article=articles.get(entry.article_id or 0),
            )
        )
    return hits


def related(viewer: Viewer, thread: Thread, size: int = 4) -> list[Thread]:
    """Threads whose titles share most with this one's. Two statements."""
    return readable_threads(viewer, related_ids(thread, size))


def related_ids(thread: Thread, size: int = 4) -> list[int]:
    """Ids of threads whose titles share most with this one's, whoever may read them. One statement."""
    asked = [Phrase((term,)) for term in dict.fromkeys(terms(thread.title)) if len(term) > 1][:12]
    if not asked:
        return []
    entries = engine.matching(asked, any_of=True).filter(kind=Kind.POST, post__number=1)
    threads = Thread.objects.public()  # who may read them is asked when they are fetched
    rows = (
        entries.filter(post__thread__in=threads, post__state=PostState.VISIBLE)
        .exclude(post__thread_id=thread.pk)
        .exclude(title_terms="")
        .order_by("-id")
        .values_list("title_terms", "post__thread_id", named=False)[:200]
    )
    mine = {phrase.terms[0] for phrase in asked}
    scored = [(len(mine & set(title.split())), thread_id) for title, thread_id in rows]
    return [thread_id for shared, thread_id in sorted(scored, reverse=True)[:size] if shared >= 2]


def readable_threads(viewer: Viewer, ids: list[int]) -> list[Thread]:
    """These threads as far as the viewer may read them, in this order. One statement, none for no ids."""
    if not ids:
        return []
    rows = Thread.objects.public().visible_to(viewer).filter(pk__in=ids).select_related("board")
    order = {pk: place for place, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.pk])


def suggest(viewer: Viewer, text: str, size: int = 5) -> dict[str, list[Any]]:
    """While typing: boards, people and threads that begin like this. Three statements; none below one character."""
    text = clean(text)
    chunks = text.split()[:6]
    asked = [phrase for chunk in chunks[:-1] for phrase in phrases(chunk)] if chunks else []
    asked += phrases(chunks[-1], prefix=True) if chunks else []
    if not asked:
        return {"boards": [], "people": [], "threads": []}
    needle = text[:40]
    boards = Board.objects.readable_by(viewer).filter(
        Q(title_en__icontains=needle) | Q(title_zh__icontains=needle)
    )[:size]
    entries = engine.matching(asked)
    people = Member.objects.filter(
        pk__in=entries.filter(kind=Kind.MEMBER).order_by("-id").values("member_id"), is_active=True
    )[:size]
    titles = entries.filter(
        kind=Kind.POST, post__number=1, post__thread__in=Thread.objects.public().visible_to(viewer)
    )
    found = titles.order_by("-id").values_list("post__thread_id", "title_terms")[:100]
    wanted = [" ".join(phrase.terms) for phrase in asked]
    ranked = sorted(found, key=lambda row: -sum(f" {term}" in f" {row[1]}" for term in wanted))
    ids = [thread_id for thread_id, _terms in ranked[:size]]
    threads = (
        {thread.pk: thread for thread in Thread.objects.filter(pk__in=ids).select_related("board")}
        if ids
        else {}
    )
    return {
        "boards": list(boards),
        "people": list(people),
        "threads": [threads[pk] for pk in ids if pk in threads],
    }
