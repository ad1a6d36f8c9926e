"""Keeping the index: what a post, a member or an article is found by, and narrowed by.

Whoever writes an entry first takes its lock, then a version, then reads: so a higher version never holds older words,
and a late task cannot undo a newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from community.editorial.queries import articles
from community.members.models import Member
from community.search import marks, sending, vocabulary
from community.search.analysis import terms
from community.search.database import MARK
from community.search.models import Kind, SearchEntry, Word
from forum.queries import documents
from forum.queries.documents import PostDocument

BATCH = 500
# About the longest post there can be; keeps a row below PostgreSQL's tsvector limit. (Of one term it keeps the
# first 256 places: a phrase of words repeated more often is found in the beginning of a post only.)
MOST_TERMS = 12_000
_LOCKS, _LOCK_SPACE = 64, 7_305_118  # any number that no other advisory lock of ours has


def index_posts(post_ids: Iterable[int]) -> int:
    """Write the entries of these posts anew; entries of posts that lost their words go. Repeatable."""
    wanted = sorted(set(post_ids))
    with transaction.atomic():
        version = begin(wanted)
        docs = {doc.post_id: doc for doc in documents.of_posts(wanted)}
        entries = [post_entry(doc, version=version) for doc in docs.values()]
        gone = [pk for pk in wanted if pk not in docs]
        if gone:
            _forget(SearchEntry.objects.filter(post_id__in=gone))
        _upsert(entries, "post")
        vocabulary.learn({entry.pk: _words(docs[entry.ref]) for entry in entries})
        sending.note("post", wanted, version)
    return len(entries)


def forget_posts(post_ids: Iterable[int]) -> None:
    """Let go of the entries of posts whose rows are about to go. Inside the transaction that deletes them."""
    wanted = sorted(set(post_ids))
    version = begin(wanted)
    _forget(SearchEntry.objects.filter(post_id__in=wanted))
    sending.note("post", wanted, version)


def mark_posts(post_ids: Iterable[int]) -> int:
    """Write what these posts are narrowed by anew, where it changed; how many. Their words stay. Repeatable."""
    wanted = sorted(set(post_ids))
    with transaction.atomic():
        version = begin(wanted)
        right = {doc.post_id: _post_marks(doc) for doc in documents.of_posts(wanted)}
        held = SearchEntry.objects.filter(post_id__in=right).only("pk", "post_id", "marks")
        changed = [entry for entry in held if entry.marks != right[entry.post_id or 0]]
        for entry in changed:
            entry.marks, entry.version = right[entry.post_id or 0], version
        SearchEntry.objects.bulk_update(changed, ["marks", "version"], batch_size=BATCH)
        sending.note("post", [entry.ref for entry in changed], version)
    return len(changed)


def _forget(entries: QuerySet[SearchEntry]) -> None:
    words = list(Word.objects.filter(entry__in=entries))
    entries.delete()
    vocabulary.place_anew(words)


def _title(doc: PostDocument) -> str:
    return " ".join([doc.title, *(name for _slug, name in doc.tags)]) if doc.is_opening else ""


def _words(doc: PostDocument) -> str:
    return f"{_title(doc)}\n{doc.plain}"


def post_entry(doc: PostDocument, *, version: int = 0, with_words: bool = True) -> SearchEntry:
    """What the entry of a post should be. No statement."""
    return SearchEntry(
        kind=Kind.POST,
        post_id=doc.post_id,
        at=doc.posted_at,
        title_terms=joined(_title(doc)) if with_words else "",
        body_terms=joined(doc.plain) if with_words else "",
        marks=_post_marks(doc),
        version=version,
    )


def _post_marks(doc: PostDocument) -> str:
    return _marks(
        marks.of_post(
            number=doc.number,
            thread_id=doc.thread_id,
            board_id=doc.board_id,
            author_id=doc.author_id,
            lane_name=doc.lane,
            is_answered=doc.is_answered,
            is_gone=not doc.is_visible,
            tags=[slug for slug, _name in doc.tags],
            at=doc.posted_at,
        )
    )


def index_members(member_ids: Iterable[int]) -> int:
    """Write the entries of these members anew: their name counts as title, what they say of themselves as body."""
    wanted = sorted(set(member_ids))
    with transaction.atomic():
        version = begin(wanted)
        entries = [
            SearchEntry(
                kind=Kind.MEMBER,
                member_id=row.pk,
                at=row.joined_at,
                title_terms=joined(row.name),
                marks=member_marks(row),
                version=version,
            )
            for row in Member.objects.listed().filter(pk__in=wanted)
        ]
        _upsert(entries, "member")
        sending.note("member", wanted, version)
    return len(entries)


def member_marks(member: Member) -> str:
    """What somebody is narrowed by. Takes `source` and `claimed_at`."""
    return _marks([marks.MEMBER, *([marks.UNCLAIMED] if member.is_imported else [])])


def forget_member(member_id: int) -> None:
    """Drop the entry of somebody who left for good. Repeatable."""
    with transaction.atomic():
        version = begin([member_id])
        SearchEntry.objects.filter(member_id=member_id).delete()
        sending.note("member", [member_id], version)


def index_article(*, page_id: int, title: str, text: str, at: datetime) -> None:
    """Write the entry of one article anew."""
    with transaction.atomic():
        version = begin([page_id])
        entry = SearchEntry(
            kind=Kind.ARTICLE,
            article_id=page_id,
            at=at,
            title_terms=joined(title),
            body_terms=joined(text),
            marks=_marks([marks.ARTICLE]),
            version=version,
        )
        _upsert([entry], "article")
        vocabulary.learn({entry.pk: f"{title}\n{text}"})
        sending.note("article", [page_id], version)


def follow_article(page_id: int) -> None:
    """Write the entry of an article anew, or drop it where nobody may read the article. Repeatable."""
    doc = articles.article_document(page_id)
    if doc is None:
        forget_article(page_id)
    else:
        index_article(page_id=doc.page_id, title=doc.title, text=doc.text, at=doc.published_at)


def forget_article(page_id: int) -> None:
    """Drop the entry of an article that nobody may read any more. Repeatable."""
    with transaction.atomic():
        version = begin([page_id])
        _forget(SearchEntry.objects.filter(article_id=page_id))
        sending.note("article", [page_id], version)


def joined(text: str) -> str:
    """The terms of a text as an entry holds them."""
    return " ".join(terms(text)[:MOST_TERMS])


def _marks(found: Sequence[str]) -> str:
    return " ".join(f"{MARK}{mark}" for mark in found)


def begin(refs: Sequence[int]) -> int:
    """Hold the entries of these documents until commit, and take the version they will have. Two statements."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # one writer at a time anyway
            cursor.execute("UPDATE search_version SET number = number + 1 RETURNING number")
        else:
            # In one order for everybody. Shared between documents: thousands of locks are more than a server has.
            keys = sorted({_LOCK_SPACE + (ref % _LOCKS) for ref in refs})
            cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
            cursor.execute("SELECT nextval('search_version')")
        return int(cursor.fetchone()[0])


def _upsert(entries: Sequence[SearchEntry], unique: str) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[unique],
        update_fields=["at", "title_terms", "body_terms", "marks", "version"],
    )
