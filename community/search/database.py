"""The database's own full-text index as an engine: FTS5 on SQLite, `tsvector` on PostgreSQL.

Statements are put together from fixed parts; whatever anybody typed is bound.
"""
# ruff: noqa: S608

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from community.search.analysis import Phrase
from community.search.question import Found, Question

# Marks are kept apart from words by a letter no text has.
MARK = "\ue000"
# Of each unit, so many of the newest entries are looked at for what comes close.
LOOKED_AT = 2000
_COLUMNS = "e.id, e.kind, COALESCE(e.post_id, e.member_id, e.article_id), e.title_terms"


class DatabaseEngine:
    """What both databases share: how an answer is read, and how close matches are counted."""

    def matching(self, asked: Question, *, size: int, before: int | None) -> list[Found]:
        sql, params = self._whole(asked, size, before)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [Found(*row) for row in cursor.fetchall()]

    def each(self, asked: Sequence[tuple[Question, int]]) -> list[list[Found]]:
        parts, values = [], []
        for number, (question, size) in enumerate(asked):
            sql, params = self._whole(question, size)
            parts.append(f"SELECT {number}, part{number}.* FROM ({sql}) part{number}")
            values += params
        found: list[list[Found]] = [[] for _ in asked]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for number, *row in cursor.fetchall():
                found[number].append(Found(*row))
        return [sorted(rows, reverse=True) for rows in found]  # a union keeps no order

    def _newest(self, asked: Question, size: int) -> tuple[str, list[Any]]:
        """A statement for the newest ids, and its parameters."""
        raise NotImplementedError

    def _whole(self, asked: Question, size: int, before: int | None = None) -> tuple[str, list[Any]]:
        """A statement for the newest entries, and its parameters."""
        raise NotImplementedError

    def closest(self, asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]:
        """Two statements; one more where a unit stands in more entries than are looked at."""
        holding = self._holding([_also(asked, unit) for unit in units])
        # To hold `needed` of n, an entry must hold one of the n - needed + 1 rarest: those are looked at whole.
        order = sorted(range(len(units)), key=lambda unit: len(holding[unit]))
        gate = order[: len(units) - needed + 1]
        common = [unit for unit in order[len(gate) :] if len(holding[unit]) == LOOKED_AT]
        if common:
            rare = tuple(units[unit] for unit in gate)
            again = self._holding([_also(asked, units[unit], rare) for unit in common])
            for unit, ids in zip(common, again, strict=True):
                holding[unit] |= ids
        exact = [holding[place] for place, unit in enumerate(units) if unit.exact]
        counted: Counter[int] = Counter()
        for ids in holding:
            counted.update(ids)
        close = [
            (held, pk) for pk, held in counted.items() if held >= needed and all(pk in ids for ids in exact)
        ]
        close.sort(reverse=True)
        rows = self._rows([pk for _held, pk in close[:size]])
        return [Found(*rows[pk], held) for held, pk in close[:size] if pk in rows]

    def _holding(self, questions: Sequence[Question]) -> list[set[int]]:
        """For each question the newest entries. One statement."""
        parts, values = [], []
        for number, asked in enumerate(questions):
            sql, params = self._newest(asked, LOOKED_AT)
            parts.append(f"SELECT {number}, id FROM ({sql}) part{number}")
            values += params
        found: list[set[int]] = [set() for _ in questions]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for number, pk in cursor.fetchall():
                found[number].add(pk)
        return found

    def _rows(self, ids: Sequence[int]) -> dict[int, tuple[int, str, int, str]]:
        if not ids:
            return {}
        places = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_COLUMNS} FROM search_searchentry e WHERE e.id IN ({places})", ids)
            return {row[0]: row for row in cursor.fetchall()}


def _also(asked: Question, unit: Phrase, rare: Iterable[Phrase] = ()) -> Question:
    return Question(
        wanted=(unit,), unwanted=asked.unwanted, needs=asked.needs, lacks=asked.lacks, one_of=tuple(rare)
    )


class SqliteEngine(DatabaseEngine):
    """FTS5 hands out its matches newest first without looking for the rest."""

    def _whole(self, asked: Question, size: int, before: int | None = None) -> tuple[str, list[Any]]:
        newest, params = self._newest(asked, size, before)
        sql = (
            f"SELECT {_COLUMNS} FROM ({newest}) f JOIN search_searchentry e ON e.id = f.id ORDER BY f.id DESC"
        )
        return sql, params

    def _newest(self, asked: Question, size: int, before: int | None = None) -> tuple[str, list[Any]]:
        table = "search_titles" if asked.titles else "search_fts"
        below, params = ("", []) if before is None else (" AND rowid < %s", [before])
        sql = f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s{below} ORDER BY rowid DESC LIMIT %s"
        return sql, [self._match(asked), *params, size]

    def _match(self, asked: Question) -> str:
        groups = [[_fts(phrase)] for phrase in asked.wanted]
        if asked.any_of:
            groups = [[one for group in groups for one in group]]
        groups.append([_fts(phrase) for phrase in asked.one_of])
        groups += [[f'"{MARK}{mark}"' for mark in group] for group in asked.needs]
        query = " AND ".join(f"({' OR '.join(group)})" for group in groups if group)
        lacks = [*(_fts(phrase) for phrase in asked.unwanted), *(f'"{MARK}{mark}"' for mark in asked.lacks)]
        return f"({query}) NOT ({' OR '.join(lacks)})" if lacks else query


def _fts(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.terms)}"' + ("*" if phrase.prefix else "")


class PostgresEngine(DatabaseEngine):
    """The planner knows how often a word stands, so it walks back from the newest, or asks the index and sorts."""

    def _whole(self, asked: Question, size: int, before: int | None = None) -> tuple[str, list[Any]]:
        return self._select(_COLUMNS, asked, size, before)

    def _newest(self, asked: Question, size: int) -> tuple[str, list[Any]]:
        return self._select("e.id", asked, size, None)

    def _select(self, columns: str, asked: Question, size: int, before: int | None) -> tuple[str, list[Any]]:
        words, marks = self._words(asked), self._marks(asked)
        column = "title_vector" if asked.titles else "vector"
        asks: list[str] = []
        params: list[Any] = []
        if words:
            asks.append("to_tsquery('simple', %s)")
            params.append(words)
        if marks:
            asks.append("%s::tsquery")
            params.append(marks)
        where = f"e.{column} @@ ({' && '.join(asks)})"
        if asked.titles:
            where += " AND e.title_terms <> ''"
        if before is not None:
            where += " AND e.id < %s"
            params.append(before)
        sql = f"SELECT {columns} FROM search_searchentry e WHERE {where}"
        if any(len(phrase.terms) > 1 or phrase.prefix for phrase in (*asked.wanted, *asked.one_of)):
            # How often words stand side by side the planner can only guess, and a wrong guess reads the whole table.
            sql = f"SELECT * FROM ({sql} OFFSET 0) found"
        return f"{sql} ORDER BY 1 DESC LIMIT %s", [*params, size]

    def _words(self, asked: Question) -> str:
        joined = (" | " if asked.any_of else " & ").join(_tsquery(phrase) for phrase in asked.wanted)
        parts = [f"({joined})"] if joined else []
        if asked.one_of:
            parts.append(f"({' | '.join(_tsquery(phrase) for phrase in asked.one_of)})")
        return " & ".join([*parts, *(f"!{_tsquery(phrase)}" for phrase in asked.unwanted)])

    def _marks(self, asked: Question) -> str:
        groups = [" | ".join(f"'{MARK}{mark}'" for mark in group) for group in asked.needs]
        return " & ".join(
            [*(f"({group})" for group in groups), *(f"!'{MARK}{mark}'" for mark in asked.lacks)]
        )


def _tsquery(phrase: Phrase) -> str:
    *inner, last = [f"'{term}'" for term in phrase.terms]  # terms hold letters and digits only
    return "(" + " <-> ".join([*inner, last + (":*" if phrase.prefix else "")]) + ")"


_sqlite, _postgres = SqliteEngine(), PostgresEngine()


def engine() -> DatabaseEngine:
    """The engine of the database this site stands on."""
    return _sqlite if connection.vendor == "sqlite" else _postgres
