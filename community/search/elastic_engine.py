"""Elasticsearch as an engine: its documents, and questions in its own words.

It holds what the entries hold: terms our own analysis made, matched blank by blank, so that the same question finds
the same on every engine. Imported only where the site has one; see `elastic`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elastic_transport import TransportError
from elasticsearch import Elasticsearch
from elasticsearch.dsl import Document, Keyword, Long, Q, Search, Text, analyzer

from community.search.analysis import Phrase
from community.search.elastic import alias, ask
from community.search.question import Found, Question

_blanks = analyzer("whitespace")  # the terms are made; only blanks part them


class EntryDocument(Document):
    """One entry. Its version in Elasticsearch is the entry's own: an older one never replaces a newer one."""

    kind = Keyword()
    ref = Long()
    seq = Long()
    version = Long()
    title_terms = Text(analyzer=_blanks, norms=False)
    body_terms = Text(analyzer=_blanks, norms=False)
    marks = Keyword()

    class Index:
        settings = {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "1s",
            "gc_deletes": "1h",  # so long a deletion is remembered against late writers
        }


class ElasticEngine:
    """The newest first, without counting the rest."""

    def matching(self, asked: Question, *, size: int, before: int | None) -> list[Found]:
        return _newest(_hits(_matching(asked, size, before)))

    def each(self, asked: Sequence[tuple[Question, int]]) -> list[list[Found]]:
        bodies = [_matching(question, size).to_dict() for question, size in asked]
        return [_newest(hits) for hits in _all_hits(bodies)]

    def closest(self, asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]:
        fields = ["title_terms", "body_terms"]
        query = _narrowed(asked, fields)
        query.should.extend(Q("constant_score", filter=_phrase(unit, fields), boost=1) for unit in units)
        query.filter.extend(_phrase(unit, fields) for unit in units if unit.exact)
        query.minimum_should_match = needed
        search = _search(size).query(query).sort("_score", "-seq")
        return [Found(hit["sort"][1], *_row(hit), int(hit["sort"][0])) for hit in _hits(search)]


def _matching(asked: Question, size: int, before: int | None = None) -> Search[Any]:
    fields = ["title_terms"] if asked.titles else ["title_terms", "body_terms"]
    wanted = [_phrase(phrase, fields) for phrase in asked.wanted]
    query = _narrowed(asked, fields)
    query.filter.extend([Q("bool", should=wanted, minimum_should_match=1)] if asked.any_of else wanted)
    search = _search(size).query(query).sort("-seq")
    return search if before is None else search.extra(search_after=[before])


def _newest(hits: list[Any]) -> list[Found]:
    return [Found(hit["sort"][0], *_row(hit)) for hit in hits]


def _search(size: int) -> Search[Any]:
    found: Search[Any] = Search(index=alias()).source(["kind", "ref", "title_terms"])
    return found.extra(size=size, track_total_hits=False)


def _hits(search: Search[Any]) -> list[Any]:
    body = search.to_dict()
    answer = ask(lambda client: client.search(index=alias(), body=body, allow_partial_search_results=False))
    return list(answer["hits"]["hits"])


def _all_hits(bodies: list[dict[str, Any]]) -> list[list[Any]]:
    """Of several questions in one exchange."""
    header = {"index": alias(), "allow_partial_search_results": False}
    asked = [part for body in bodies for part in (header, body)]

    def work(client: Elasticsearch) -> list[list[Any]]:
        answers = client.msearch(searches=asked)["responses"]
        # One of several that failed is told in its answer only; none may pass for an empty one.
        for answer in answers:
            if "error" in answer:
                raise TransportError(str(answer["error"])[:300])
        return [list(answer["hits"]["hits"]) for answer in answers]

    return ask(work)


def _row(hit: Any) -> tuple[str, int, str]:
    kept = hit["_source"]
    return kept["kind"], kept["ref"], kept["title_terms"]


def _narrowed(asked: Question, fields: list[str]) -> Any:
    return Q(
        "bool",
        filter=[Q("terms", marks=list(group)) for group in asked.needs],
        must_not=[
            *([Q("terms", marks=list(asked.lacks))] if asked.lacks else []),
            *(_phrase(phrase, fields) for phrase in asked.unwanted),
        ],
    )


def _phrase(phrase: Phrase, fields: list[str]) -> Any:
    if len(phrase.terms) == 1:
        kind = "prefix" if phrase.prefix else "term"
        asks = [Q(kind, **{field: phrase.terms[0]}) for field in fields]
    else:
        text = " ".join(phrase.terms)
        kind = "match_phrase_prefix" if phrase.prefix else "match_phrase"
        more = {"max_expansions": 1000} if phrase.prefix else {}
        asks = [Q(kind, **{field: {"query": text, **more}}) for field in fields]
    return asks[0] if len(asks) == 1 else Q("bool", should=asks, minimum_should_match=1)
