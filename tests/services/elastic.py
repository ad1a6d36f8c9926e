"""What tests ask of a real Elasticsearch: what was found, what it holds, and what it should hold."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from community.core.tasks.testing import run_due
from community.search import drift, elastic, queries
from community.search.asking import parse
from community.search.models import SearchEntry
from forum.models import Post

GUEST = AnonymousUser()


def settled() -> None:
    """Everything queued has run, and Elasticsearch shows it."""
    run_due()
    elastic.client().indices.refresh(index=elastic.alias())


def found(text: str, **params: str) -> list[Post]:
    results = queries.search(GUEST, parse({"q": text, **params}))
    assert not results.loose and not elastic.is_resting(), "Elasticsearch answered"
    return [hit.post for hit in results.hits]


def held() -> dict[str, int]:
    """What Elasticsearch holds: key → version."""
    elastic.client().indices.refresh(index=elastic.alias())
    return {
        key: version for _seq, key, version, _marks in drift._documents(elastic.alias(), drift.EVERYTHING)
    }


def known() -> dict[str, int]:
    return {entry.key: entry.version for entry in SearchEntry.objects.all()}
