"""Asking the index: parse, match, apply rights, rank, cut a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from community.core import clock
from community.members.models import Member
from community.search import engine, ranking
from community.search.analysis import Phrase, phrases, terms
from community.search.models import Kind, SearchEntry
from forum.models import Board, Lane, Post, PostState, Thread

if TYPE_CHECKING:
    from forum.roles import Viewer

PAGE = 20
CANDIDATES = 400  # of the newest matches, this many are ranked; twenty pages
LONGEST_QUERY = 200
_CHUNKS = re.compile(r'(-?)(?:"([^"]*)"|“([^”]*)”|(\S+))')


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as understood."""

    text: str = ""
    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    type: str = ""  # thread | reply | member | article
    board: str = ""
    author: str = ""
    lane: str = ""
    tag: str = ""
    answered: str = ""  # yes | no
    since: date | None = None
    until: date | None = None
    thread: int | None = None
    sort: str = "best"  # best | newest

    @property
    def narrowed(self) -> bool:
        return bool(
            self.board
            or self.author
            or self.lane
            or self.tag
            or self.answered
            or self.since
            or self.until
            or self.thread
        )


def parse(params: Mapping[str, str]) -> Asked:
    """Read an address's parameters. What makes no sense is left out, never an error."""
    text = " ".join(params.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY]
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for minus, *quoted in _CHUNKS.findall(text):
        (unwanted if minus else wanted).extend(_phrases_of(*quoted))
    lane, thread = params.get("lane", ""), params.get("thread", "")
    return Asked(
        text=text,
        wanted=tuple(wanted[:16]),
        unwanted=tuple(unwanted[:8]),
        type=_one_of(params.get("type", ""), ("thread", "reply", "member", "article")),
        board=params.get("board", "")[:60],
        author=params.get("author", "").lstrip("@")[:40],
        lane=lane if lane in Lane.values else "",
        tag=params.get("tag", "")[:60],
        answered=_one_of(params.get("answered", ""), ("yes", "no")),
        since=_day(params.get("from", "")),
        until=_day(params.get("to", "")),
        thread=int(thread) if thread.isdigit() and len(thread) < 19 else None,
        sort=_one_of(params.get("sort", ""), ("newest",)) or "best",
    )


def _phrases_of(straight: str, curly: str, bare: str) -> list[Phrase]:
    quotation = straight or curly
    if not quotation:
        return phrases(bare)
    # A quotation is one phrase: its parts in this order, side by side.
    parts = [phrase for word in quotation.split() for phrase in phrases(word)]
    if len(parts) == 1:
        return parts
    return [Phrase(tuple(terms(quotation)))] if parts else []


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


@dataclass(slots=True)
class Hit:
    """One result: the row it is, and how it was ranked."""

    kind: str
    score: float
    at: datetime
    post: Post | None = None
    member: Member | None = None
    article: Any = None


@dataclass(slots=True)
class Results:
    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    at_least: bool = False  # there are more than were ranked
    page: int = 1
    pages: int = 0


def search(viewer: Viewer, asked: Asked, page: int = 1) -> Results:
    """A page of what the viewer may read. Four statements: matches, posts, members, articles; none for no words."""
    if not asked.wanted:
        return Results(asked=asked)
    found = list(
        _readable(viewer, asked, engine.matching(asked.wanted, asked.unwanted))
        .order_by("-id")
        .values_list(
            "pk",
            "title_terms",
            "at",
            "post__thread__accepted_post_id",
            "post_id",
            "post__reactions",
            "post__number",
        )[: CANDIDATES + 1]
    )
    ranked = sorted(found[:CANDIDATES], key=lambda row: _order(asked, row), reverse=True)
    pages = -(-len(ranked) // PAGE)
    page = min(max(1, page), max(1, pages))
    shown = ranked[(page - 1) * PAGE : page * PAGE]
    return Results(
        asked=asked,
        hits=_fetch([row[0] for row in shown]),
        total=len(ranked),
        at_least=len(found) > CANDIDATES,
        page=page,
        pages=pages,
    )


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
        "post__thread__tags__slug": asked.tag,
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


def _order(asked: Asked, row: tuple[Any, ...]) -> tuple[float, int]:
    pk, title_terms, at, accepted, post_id, reactions, number = row
    if asked.sort == "newest":
        return at.timestamp(), pk
    title = f" {title_terms} "
    in_title = sum(f" {' '.join(phrase.terms)}" in title for phrase in asked.wanted) / len(asked.wanted)
    points = ranking.score(
        in_title=in_title,
        settled=accepted is not None and (accepted == post_id or number == 1),
        reactions=sum((reactions or {}).values()),
        at=at,
        now=clock.now(),
    )
    return points, pk


def _fetch(entry_ids: list[int]) -> list[Hit]:
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
        hits.append(
            Hit(
                kind=entry.kind,
                score=0.0,
                at=entry.at,
                post=posts.get(entry.post_id or 0),
                member=members.get(entry.member_id or 0),
                article=articles.get(entry.article_id or 0),
            )
        )
    return hits


def related(viewer: Viewer, thread: Thread, size: int = 4) -> list[Thread]:
    """Threads whose titles share most with this one's. Two statements."""
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
    best = [thread_id for shared, thread_id in sorted(scored, reverse=True)[:size] if shared >= 2]
    return readable_threads(viewer, best)


def readable_threads(viewer: Viewer, ids: list[int]) -> list[Thread]:
    """These threads as far as the viewer may read them, in this order. One statement, none for no ids."""
    if not ids:
        return []
    rows = Thread.objects.public().visible_to(viewer).filter(pk__in=ids).select_related("board")
    order = {pk: place for place, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row.pk])


def suggest(viewer: Viewer, text: str, size: int = 5) -> dict[str, list[Any]]:
    """While typing: boards, people and threads that begin like this. Three statements; none below one character."""
    chunks = text.replace("\x00", " ").split()[:6]
    asked = [phrase for chunk in chunks[:-1] for phrase in phrases(chunk)] if chunks else []
    asked += phrases(chunks[-1], prefix=True) if chunks else []
    if not asked:
        return {"boards": [], "people": [], "threads": []}
    needle = text.strip()[:40]
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
