"""Keeping the index: what a post, a member or an article is found by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from community.members.models import Member
from community.search.analysis import terms
from community.search.models import Kind, SearchEntry
from forum.queries import documents

BATCH = 500
# About the longest post there can be; keeps a row below PostgreSQL's tsvector limit. (Of one term it keeps the
# first 256 places: a phrase of words repeated more often is found in the beginning of a post only.)
MOST_TERMS = 12_000


def _join(text: str) -> str:
    return " ".join(terms(text)[:MOST_TERMS])


def index_posts(post_ids: Iterable[int]) -> int:
    """Write the entries of these posts anew; entries of posts that lost their words go. Repeatable."""
    wanted = list(post_ids)
    entries = [
        SearchEntry(
            kind=Kind.POST,
            post_id=doc.post_id,
            at=doc.posted_at,
            title_terms=_join(" ".join([doc.title, *doc.tags])) if doc.is_opening else "",
            body_terms=_join(doc.plain),
        )
        for doc in documents.of_posts(wanted)
    ]
    with transaction.atomic():
        kept = {entry.post_id for entry in entries}
        gone = [pk for pk in wanted if pk not in kept]
        if gone:
            SearchEntry.objects.filter(post_id__in=gone).delete()
        _upsert(entries, "post")
    return len(entries)


def index_members(member_ids: Iterable[int]) -> int:
    """Write the entries of these members anew: their name counts as title, what they say of themselves as body."""
    rows = Member.objects.listed().filter(pk__in=list(member_ids))
    entries = [
        SearchEntry(kind=Kind.MEMBER, member_id=row.pk, at=row.joined_at, title_terms=_join(row.name))
        for row in rows
    ]
    _upsert(entries, "member")
    return len(entries)


def index_article(*, page_id: int, title: str, text: str, at: datetime) -> None:
    """Write the entry of one article anew."""
    _upsert(
        [
            SearchEntry(
                kind=Kind.ARTICLE, article_id=page_id, at=at, title_terms=_join(title), body_terms=_join(text)
            )
        ],
        "article",
    )


def forget_article(page_id: int) -> None:
    """Drop the entry of an article that nobody may read any more. Repeatable."""
    SearchEntry.objects.filter(article_id=page_id).delete()


def _upsert(entries: Sequence[SearchEntry], unique: str) -> None:
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[unique],
        update_fields=["at", "title_terms", "body_terms"],
    )
