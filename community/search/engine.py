"""The embedded engine: which entries match, on SQLite (FTS5) and PostgreSQL (tsvector) alike."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from community.search.analysis import Phrase
from community.search.models import SearchEntry


def _fts(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.terms)}"' + ("*" if phrase.prefix else "")


def _tsquery(phrase: Phrase) -> str:
    *inner, last = [f"'{term}'" for term in phrase.terms]  # terms hold letters and digits only
    return "(" + " <-> ".join([*inner, last + (":*" if phrase.prefix else "")]) + ")"


def matching(
    wanted: Sequence[Phrase], unwanted: Sequence[Phrase] = (), *, any_of: bool = False
) -> QuerySet[SearchEntry]:
    """Entries that hold all wanted phrases (or any of them) and none of the unwanted. None wanted: no entries."""
    if not wanted:
        return SearchEntry.objects.none()
    if connection.vendor == "sqlite":
        joined = (" OR " if any_of else " AND ").join(_fts(phrase) for phrase in wanted)
        query = " NOT ".join([f"({joined})", *(_fts(phrase) for phrase in unwanted)])
        rows = RawSQL("SELECT rowid FROM search_fts WHERE search_fts MATCH %s", [query])
        return SearchEntry.objects.filter(pk__in=rows)
    joined = (" | " if any_of else " & ").join(_tsquery(phrase) for phrase in wanted)
    query = " & ".join([f"({joined})", *(f"!{_tsquery(phrase)}" for phrase in unwanted)])
    sql = "SELECT id FROM search_searchentry WHERE vector @@ to_tsquery('simple', %s)"
    return SearchEntry.objects.filter(pk__in=RawSQL(sql, [query]))  # noqa: S611  bound


def closest(units: Sequence[Phrase], unwanted: Sequence[Phrase] = (), *, most: int) -> QuerySet[SearchEntry]:
    """At most this many entries that hold some of the units, those that hold the most and rarest of them first."""
    if connection.vendor == "sqlite":
        joined = " OR ".join(_fts(unit) for unit in units)
        query = " NOT ".join([f"({joined})", *(_fts(phrase) for phrase in unwanted)])
        sql = "SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY rank LIMIT %s"
        return SearchEntry.objects.filter(pk__in=RawSQL(sql, [query, most]))  # noqa: S611  bound
    joined = " | ".join(_tsquery(unit) for unit in units)
    query = " & ".join([f"({joined})", *(f"!{_tsquery(phrase)}" for phrase in unwanted)])
    sql = (
        "SELECT id FROM search_searchentry, to_tsquery('simple', %s) asked WHERE vector @@ asked "
        "ORDER BY ts_rank(vector, asked) DESC LIMIT %s"
    )
    return SearchEntry.objects.filter(pk__in=RawSQL(sql, [query, most]))  # noqa: S611  bound
