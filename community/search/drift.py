"""Where the index disagrees with what it is made of: entries with posts, people and articles, Elasticsearch with entries.

Each minute what changed lately is compared whole, and a stretch of everything: a small site's all of it, a large
one's in turn. What is wrong is written anew from the source, under a new version, so that no late task undoes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

import structlog
from django.db import transaction
from django.db.models import Max, QuerySet

from activity.live.models import LiveEvent
from community.core import clock, metrics
from community.core.tasks import rows as queue
from community.core.tasks.crons import cron
from community.editorial.queries import articles
from community.members.models import Member
from community.search import elastic, indexing, sending
from community.search.models import Kind, SearchEntry, Unsent
from forum.models import Post
from forum.queries import documents

PAGE = 5000  # documents compared at a time
A_STRETCH = 5000  # posts or people compared each minute
A_LONG_STRETCH = 20_000  # entries compared with Elasticsearch each minute
LOOKS = 2  # at what seems wrong, before it counts: it may have changed while both sides were read
LATELY = timedelta(minutes=5)
MOST_LATELY = 1000  # posts whose words, too, are compared each minute

FOUND = metrics.counter("index_drift_total", "Entries of the search index found wrong and put right.")
log = structlog.get_logger("community.search")


@dataclass(slots=True)
class Drift:
    """Where two sides disagree, by key: not there, other words or an older version, other marks, there alone."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [*dict.fromkeys([*self.missing, *self.stale, *self.marked, *self.surplus])]

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.marked) + len(self.surplus)

    def add(self, other: Drift) -> None:
        for mine, theirs in zip(self._kinds(), other._kinds(), strict=True):
            mine += theirs

    def forgive(self, keys: set[str]) -> None:
        for kind in self._kinds():
            kind[:] = [key for key in dict.fromkeys(kind) if key not in keys]

    def _kinds(self) -> tuple[list[str], ...]:
        return self.missing, self.stale, self.marked, self.surplus

    def __str__(self) -> str:
        said = "{} missing, {} stale, {} narrowed wrongly, {} too many"
        return said.format(*(len(kind) for kind in self._kinds()))


# Entries and what they are made of -----------------------------------------------------------------------------


def of_posts(post_ids: Iterable[int], *, repair: bool, with_words: bool = False) -> Drift:
    """Posts and their entries: there, visible and narrowed as they should be; with the same words where asked for.

    Two statements for each 500 where nothing is wrong.
    """
    found, wanted = Drift(), sorted(set(post_ids))
    for start in range(0, len(wanted), indexing.BATCH):
        found.add(_of_batch(wanted[start : start + indexing.BATCH], repair=repair, with_words=with_words))
    return found


def _of_batch(post_ids: list[int], *, repair: bool, with_words: bool) -> Drift:
    held = SearchEntry.objects.filter(post_id__in=post_ids)
    held = held if with_words else held.defer("title_terms", "body_terms")
    entries = {entry.post_id: entry for entry in held}
    right = {
        doc.post_id: indexing.post_entry(doc, with_words=with_words) for doc in documents.of_posts(post_ids)
    }
    found = Drift(
        missing=[entry.key for pk, entry in right.items() if pk not in entries],
        surplus=[entry.key for pk, entry in entries.items() if pk not in right],
    )
    for pk, entry in right.items():
        other = entries.get(pk)
        if other is not None and with_words and _words(other) != _words(entry):
            found.stale.append(entry.key)
        elif other is not None and other.marks != entry.marks:
            found.marked.append(entry.key)
    if repair and found.total:
        indexing.index_posts(_refs([*found.missing, *found.stale, *found.surplus]))
        indexing.mark_posts(_refs(found.marked))
    return found


def _words(entry: SearchEntry) -> tuple[str, str]:
    return entry.title_terms, entry.body_terms


def of_members(people: QuerySet[Member], *, repair: bool) -> Drift:
    """These people and their entries: those who may be found, by the name they bear. Two statements."""
    ids = people.values("pk")
    rows = Member.objects.listed().filter(pk__in=ids).only("pk", "name", "source", "claimed_at")
    listed = {row.pk: row for row in rows}
    held = SearchEntry.objects.filter(member_id__in=ids).values_list("member_id", "title_terms", "marks")
    found, known = Drift(), set()
    for pk, terms, marks in held:
        known.add(pk)
        if pk not in listed:
            found.surplus.append(f"{Kind.MEMBER}-{pk}")
        elif terms != indexing.joined(listed[pk].name):
            found.stale.append(f"{Kind.MEMBER}-{pk}")
        elif marks != indexing.member_marks(listed[pk]):
            found.marked.append(f"{Kind.MEMBER}-{pk}")
    found.missing = [f"{Kind.MEMBER}-{pk}" for pk in listed if pk not in known]
    if repair and found.total:
        indexing.index_members(_refs([*found.missing, *found.stale, *found.marked]))
        for pk in _refs(found.surplus):
            indexing.forget_member(pk)
    return found


def of_articles(*, repair: bool) -> Drift:
    """Articles and their entries: those that are out, and no others. Two statements."""
    out = set(articles.published_articles().order_by().values_list("pk", flat=True))
    held = SearchEntry.objects.filter(kind=Kind.ARTICLE).values_list("article_id", flat=True)
    known = {pk for pk in held if pk is not None}
    found = Drift(
        missing=[f"{Kind.ARTICLE}-{pk}" for pk in sorted(out - known)],
        surplus=[f"{Kind.ARTICLE}-{pk}" for pk in sorted(known - out)],
    )
    if repair:
        for pk in _refs(found.keys):
            indexing.follow_article(pk)
    return found


def _refs(keys: Iterable[str]) -> list[int]:
    return [int(key.rpartition("-")[2]) for key in keys]


# Elasticsearch and the entries ---------------------------------------------------------------------------------


class _Held(NamedTuple):
    """What one side knows of an entry."""

    seq: int
    key: str
    version: int
    marks: list[str]


_Stand = tuple[int, list[str]]  # version and marks of an entry or a document


class Stretch(NamedTuple):
    """Ids after `after` up to `until`; None: to the end."""

    after: int = 0
    until: int | None = None

    def within(self, column: str) -> dict[str, int]:
        """The same for a queryset."""
        upper = {} if self.until is None else {f"{column}__lte": self.until}
        return {f"{column}__gt": self.after, **upper}


EVERYTHING = Stretch()


def in_elasticsearch(index: str = "", *, repair: bool, stretch: Stretch = EVERYTHING) -> Drift:
    """Entries and their documents: ids, versions and marks. What is on its way does not count.

    Both sides are read in one order, a page at a time: memory does not grow with the site.
    """
    index = index or elastic.alias()
    elastic.ask(lambda client: client.options(request_timeout=sending.PATIENCE).indices.refresh(index=index))
    found = Drift()
    theirs = _documents(index, stretch)
    other = next(theirs, None)
    for mine in _entries(stretch):
        while other and other.seq < mine.seq:
            found.surplus.append(other.key)
            other = next(theirs, None)
        if other and other.key == mine.key:
            if other.version != mine.version:
                found.stale.append(mine.key)
            elif other.marks != mine.marks:
                found.marked.append(mine.key)
            other = next(theirs, None)
        else:
            found.missing.append(mine.key)
    found.surplus += [other.key] if other else []
    found.surplus += [document.key for document in theirs]
    for _ in range(LOOKS):
        if found.total:
            found.forgive(_agreeing(index, found.keys))
    if repair:
        _send_anew(index, found.keys)
    return found


def _agreeing(index: str, keys: list[str]) -> set[str]:
    """Of these those that are noted to be sent, or agree when looked at alone: they changed while all were read.

    In this order: what an entry says is noted still, or was sent before its document is read (by id, which needs no
    refresh). An entry that changes after it was read here is for the next look.
    """
    agree: set[str] = set()
    for start in range(0, len(keys), indexing.BATCH):
        some = keys[start : start + indexing.BATCH]
        mine: dict[str, _Stand] = {}
        for kind in Kind.values:
            refs = _refs(key for key in some if key.startswith(f"{kind}-"))
            rows = SearchEntry.objects.filter(**{f"{kind}_id__in": refs}).defer("title_terms", "body_terms")
            mine |= {one.key: (one.version, elastic.marks_of(one)) for one in (rows if refs else ())}
        agree |= set(Unsent.objects.filter(key__in=some).values_list("key", flat=True))
        theirs = _documents_of(index, some)
        agree |= {key for key in some if mine.get(key) == theirs.get(key)}
    return agree


def _documents_of(index: str, keys: list[str]) -> dict[str, _Stand]:
    answer = elastic.ask(
        lambda client: client.options(request_timeout=sending.PATIENCE).mget(
            index=index, ids=keys, source_includes=["version", "marks"]
        )
    )
    there = (document for document in answer["docs"] if document.get("found"))
    return {one["_id"]: (one["_source"]["version"], one["_source"]["marks"]) for one in there}


def _send_anew(index: str, keys: list[str]) -> None:
    """Under a new version: whatever the index remembers of these keys, it is older."""
    for start in range(0, len(keys), indexing.BATCH):
        some = keys[start : start + indexing.BATCH]
        with transaction.atomic():
            version = indexing.begin(_refs(some))
            for kind in Kind.values:
                refs = _refs(key for key in some if key.startswith(f"{kind}-"))
                SearchEntry.objects.filter(**{f"{kind}_id__in": refs}).update(version=version)
        sending.deliver(index, sending.actions_for(dict.fromkeys(some, version)))


def _entries(stretch: Stretch) -> Iterator[_Held]:
    rows = SearchEntry.objects.order_by("pk").defer("at", "title_terms", "body_terms")
    while batch := list(rows.filter(**stretch.within("pk"))[:PAGE]):
        yield from (_Held(one.pk, one.key, one.version, elastic.marks_of(one)) for one in batch)
        stretch = stretch._replace(after=batch[-1].pk)


def _documents(index: str, stretch: Stretch) -> Iterator[_Held]:
    upper = {} if stretch.until is None else {"lte": stretch.until}
    while True:
        query = {"range": {"seq": {"gt": stretch.after, **upper}}}
        answer = elastic.ask(
            lambda client, query=query: client.options(request_timeout=sending.PATIENCE).search(  # type: ignore[misc]
                index=index,
                size=PAGE,
                query=query,
                sort=[{"seq": "asc"}],
                source=["version", "marks"],
                track_total_hits=False,
            )
        )
        hits: list[Any] = answer["hits"]["hits"]
        for hit in hits:
            kept = hit["_source"]
            yield _Held(hit["sort"][0], hit["_id"], kept["version"], kept["marks"])
        if len(hits) < PAGE:
            return
        stretch = stretch._replace(after=hits[-1]["sort"][0])


# Each minute ---------------------------------------------------------------------------------------------------


def stretch_of(minute: int, last: int, size: int) -> Stretch:
    """Which ids this minute's turn is, of those up to `last`. The last stretch is open: it takes what lies beyond."""
    turns = max(1, -(-last // size))
    turn = minute % turns
    return Stretch(turn * size, None if turn == turns - 1 else (turn + 1) * size)


def _lately() -> list[int]:
    """Posts that something happened to in the last minutes, the newest first. Three statements."""
    since = clock.now() - LATELY
    events = (
        LiveEvent.objects.filter(at__gte=since).order_by("-at").values_list("thread_id", "post_id", "kind")
    )
    happened = list(events[:MOST_LATELY])
    whole = {thread_id for thread_id, post_id, _kind in happened if post_id is None}
    whole |= {thread_id for thread_id, _post, kind in happened if kind == LiveEvent.Kind.ACCEPT}
    posts = Post.objects.filter(posted_at__gte=since).order_by("-posted_at").values_list("pk", flat=True)
    named = [*posts[:MOST_LATELY], *(post_id for _thread, post_id, _kind in happened if post_id)]
    return list(dict.fromkeys([*named, *documents.of_threads(whole)]))[:MOST_LATELY]


@cron("* * * * *", name="search.drift")
def mend_drift() -> None:
    """Compare what changed lately and this minute's stretch, and put right what is wrong."""
    is_quiet = not Unsent.objects.exists() and not queue.due().exists()
    found = Drift()
    if is_quiet:  # otherwise tasks that are under way write the same just now
        found.add(of_posts(_lately(), repair=True, with_words=True))
    minute = int(clock.now().timestamp()) // 60
    posts = stretch_of(minute, _last(Post.objects.all()), A_STRETCH)
    ids = Post.objects.filter(**posts.within("pk")).order_by("pk").values_list("pk", flat=True)
    found.add(of_posts(ids, repair=True))
    people = Member.objects.get_queryset()
    some = stretch_of(minute, _last(people), A_STRETCH)
    found.add(of_members(people.filter(**some.within("pk")), repair=True))
    found.add(of_articles(repair=True))
    if elastic.is_on():
        found.add(_mend_elasticsearch(minute))
    if found.total:
        FOUND.inc(found.total)
        tell = log.warning if is_quiet else log.info
        tell("search_drift", found=str(found), keys=found.keys[:20])


def _mend_elasticsearch(minute: int) -> Drift:
    try:
        if not sending.write_indices():
            return Drift()
        entries = stretch_of(minute, _last(SearchEntry.objects.all()), A_LONG_STRETCH)
        return in_elasticsearch(repair=True, stretch=entries)
    except elastic.Away:
        return Drift()  # the next minute asks again


def _last(rows: QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("pk"))["last"] or 0
