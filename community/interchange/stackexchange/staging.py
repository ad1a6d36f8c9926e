"""A dump sorted on disk: what belongs to one thread stands together, in time. Memory stays flat."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from community.interchange.stackexchange.mapping import (
    CHANGED_WORDS,
    FIRST_WORDS,
    CommentRow,
    HistoryRow,
    PostRow,
    UserRow,
)

FULL = 300  # a chunk ends with the thread that fills it …
MOST = 900  # … and within a thread that does not end
HEAVY = 4_000_000  # … or at so many characters, so that memory does not follow the dump

QUESTION, ANSWER, COMMENT = 1, 2, 3

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16000;
PRAGMA temp_store = FILE;
CREATE TABLE posts (id INTEGER PRIMARY KEY, kind, parent, at, score, author, title, tags, body, accepted, edited,
    closed, views, favourites, line);
CREATE TABLE comments (id INTEGER PRIMARY KEY, post, at, score, author, body, line);
CREATE TABLE users (id INTEGER PRIMARY KEY, name, joined, seen, bio, city, website);
CREATE TABLE accepts (post INTEGER PRIMARY KEY, at);
CREATE TABLE history (id INTEGER PRIMARY KEY, post, kind, edit, at, author, reason, words);
CREATE TABLE links (post, target, kind);
"""

# Replies never stand before what they answer, whatever the clocks said when posts moved between sites.
_SORTED = f"""
CREATE TABLE items (seq INTEGER PRIMARY KEY, question, kind, id);
INSERT INTO items (question, kind, id)
SELECT question, kind, id FROM (
    SELECT q.id question, q.at asked, 1 kind, q.id id, q.at moment FROM posts q WHERE q.kind = 1
    UNION ALL
    SELECT q.id, q.at, 2, a.id, max(a.at, q.at)
        FROM posts a JOIN posts q ON q.id = a.parent AND q.kind = 1 WHERE a.kind = 2
    UNION ALL
    SELECT q.id, q.at, 3, c.id, max(c.at, q.at)
        FROM comments c JOIN posts q ON q.id = c.post AND q.kind = 1
    UNION ALL
    SELECT q.id, q.at, 3, c.id, max(c.at, a.at, q.at)
        FROM comments c JOIN posts a ON a.id = c.post AND a.kind = 2
        JOIN posts q ON q.id = a.parent AND q.kind = 1
) ORDER BY asked, question, kind > 1, moment, kind, id;
CREATE INDEX items_id ON items (id);
CREATE INDEX history_post ON history (post, at, id);
CREATE TABLE authors (key TEXT PRIMARY KEY, first, last, member, name) WITHOUT ROWID;
INSERT INTO authors (key, first, last)
SELECT author, min(at), max(at) FROM (
    SELECT p.author, p.at FROM items i JOIN posts p ON p.id = i.id WHERE i.kind < 3
    UNION ALL SELECT c.author, c.at FROM items i JOIN comments c ON c.id = i.id WHERE i.kind = 3
    UNION ALL SELECT h.author, h.at FROM items i JOIN history h ON h.post = i.id
        WHERE i.kind < 3 AND h.kind IN {CHANGED_WORDS}
) GROUP BY author;
"""  # noqa: S608  kinds of our own

_ORPHANS = {
    ("Posts", "answer to a question that is not there"): """
        SELECT line, id FROM posts a WHERE kind = 2
        AND NOT EXISTS (SELECT 1 FROM posts q WHERE q.id = a.parent AND q.kind = 1) ORDER BY line""",
    ("Comments", "comment on a post that is not there"): """
        SELECT line, id FROM comments c
        WHERE NOT EXISTS (SELECT 1 FROM posts p WHERE p.id = c.post AND (p.kind = 1 OR EXISTS
            (SELECT 1 FROM posts q WHERE q.id = p.parent AND q.kind = 1))) ORDER BY line""",
}

# Rows that say something about a post, where no such post moves in.
_STRAY = {
    ("Votes", "dates of accepted answers"): "SELECT count(*) FROM accepts t WHERE {absent}",
    ("PostHistory", "lines of edited posts"): "SELECT count(*) FROM history t WHERE {absent}",
    ("PostLinks", "links between questions"): """SELECT count(*) FROM links t WHERE {absent}
        OR NOT EXISTS (SELECT 1 FROM items i WHERE i.kind < 3 AND i.id = t.target)""",
}
_UNTOUCHED = f"""SELECT count(*) FROM history t WHERE kind IN {FIRST_WORDS}
    AND EXISTS (SELECT 1 FROM items i WHERE i.kind < 3 AND i.id = t.post)
    AND NOT EXISTS (SELECT 1 FROM history e WHERE e.post = t.post AND e.kind IN {CHANGED_WORDS})"""  # noqa: S608
_EARLIER = (
    "CASE WHEN i.kind < 3 THEN (SELECT coalesce(sum(length(h.words)), 0) FROM history h WHERE h.post = i.id) "
    "ELSE 0 END"
)
_TABLE = {PostRow: "posts", CommentRow: "comments", UserRow: "users", HistoryRow: "history"}
_ABSENT = "NOT EXISTS (SELECT 1 FROM items i WHERE i.kind < 3 AND i.id = t.post)"


@dataclass(frozen=True, slots=True)
class Item:
    """A post or a comment on its way into a thread."""

    kind: int
    id: int
    question: int
    row: PostRow | CommentRow
    weight: int  # characters, those of earlier versions included


@dataclass(frozen=True, slots=True)
class Author:
    key: str
    first: str
    last: str
    member_id: int | None
    name: str
    user: UserRow | None


class Staging:
    """The rows of one dump in a file of its own, gone with `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)  # left by a run that was killed
        self.db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self.db.executescript(_TABLES)
        self.db.execute("BEGIN")

    def close(self) -> None:
        self.db.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    # -- filling

    def add(self, row: PostRow | CommentRow | UserRow | HistoryRow) -> bool:
        """False for an id that is there already: the first one stays."""
        table = _TABLE[type(row)]
        values = astuple(row)
        marks = ",".join("?" * len(values))
        return self.db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values).rowcount > 0  # noqa: S608

    def accept(self, post: int, at: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO accepts VALUES (?, ?)", (post, at))

    def link(self, post: int, target: int, kind: int) -> None:
        self.db.execute("INSERT INTO links VALUES (?, ?, ?)", (post, target, kind))

    def sort(self) -> None:
        """Put everything in order. Nothing is added after this."""
        self.db.execute("COMMIT")
        for statement in filter(str.strip, _SORTED.split(";")):
            self.db.execute(statement)

    def orphans(self) -> Iterator[tuple[str, str, int, int]]:
        """(file, reason, line, id) of every row whose place in a thread is missing."""
        for (kind, reason), query in _ORPHANS.items():
            for line, pk in self.db.execute(query):
                yield kind, reason, line, pk

    def stray(self) -> dict[tuple[str, str], int]:
        """(file, what it tells) → how many rows tell it of a post that does not move in."""
        return {what: int(self._one(query.format(absent=_ABSENT))[0]) for what, query in _STRAY.items()}

    def untouched(self) -> int:
        """How many first titles and texts are those of posts that nobody edited, and so the posts themselves."""
        return int(self._one(_UNTOUCHED)[0])

    # -- taking

    def size(self) -> int:
        return int(self._one("SELECT count(*) FROM items")[0])

    def chunks(self) -> Iterator[list[Item]]:
        """Everything in order, a few hundred items at a time; threads are cut only where they are very long."""
        chunk: list[Item] = []
        weight = 0
        for item in self._items():
            over = len(chunk) >= MOST or weight >= HEAVY
            if chunk and (over or (len(chunk) >= FULL and item.question != chunk[-1].question)):
                yield chunk
                chunk, weight = [], 0
            chunk.append(item)
            weight += item.weight
        if chunk:
            yield chunk

    def _items(self) -> Iterator[Item]:
        last = 0
        posts = ", ".join(f"p.{field.name}" for field in fields(PostRow))
        comments = ", ".join(f"c.{field.name}" for field in fields(CommentRow))
        query = f"""
            SELECT i.seq, i.kind, i.id, i.question, {_EARLIER}, {posts}, {comments} FROM items i
            LEFT JOIN posts p ON i.kind < 3 AND p.id = i.id LEFT JOIN comments c ON i.kind = 3 AND c.id = i.id
            WHERE i.seq > ? ORDER BY i.seq LIMIT 200"""  # noqa: S608  field names of our own
        width = len(fields(PostRow))
        while found := self.db.execute(query, (last,)).fetchall():
            for seq, kind, pk, question, earlier, *values in found:
                last = seq
                row = CommentRow(*values[width:]) if kind == COMMENT else PostRow(*values[:width])
                yield Item(kind, pk, question, row, len(row.body) + earlier)

    def authors(self, keys: Sequence[str]) -> list[Author]:
        """Who these keys stand for, with what the dump says of them."""
        found = self._in(
            """SELECT a.key, a.first, a.last, a.member, a.name, u.* FROM authors a
            LEFT JOIN users u ON substr(a.key, 1, 1) = 'u' AND u.id = CAST(substr(a.key, 2) AS INTEGER)
            WHERE a.key IN""",
            keys,
        )
        return [
            Author(key, first, last, member, name or "", UserRow(*user) if user[0] is not None else None)
            for key, first, last, member, name, *user in found
        ]

    def set_member(self, key: str, member_id: int, name: str) -> None:
        self.db.execute("UPDATE authors SET member = ?, name = ? WHERE key = ?", (member_id, name, key))

    def silent_users(self) -> int:
        """How many users wrote nothing that moves in."""
        return int(
            self._one(
                "SELECT count(*) FROM users WHERE NOT EXISTS (SELECT 1 FROM authors WHERE key = 'u' || id)"
            )[0]
        )

    def accepted_at(self, post_ids: Sequence[int]) -> dict[int, str]:
        return dict(self._in("SELECT post, at FROM accepts WHERE post IN", post_ids))

    def accepted_answer(self, question: int) -> int:
        """The answer its asker accepted; 0: none."""
        row = self._one("SELECT accepted FROM posts WHERE id = ?", (question,))
        return int(row[0]) if row else 0

    def edited(self, post_ids: Sequence[int]) -> dict[int, list[str]]:
        """Those of these posts that were edited → by whom, author keys."""
        found: dict[int, list[str]] = {}
        rows = self._in(
            f"SELECT DISTINCT post, author FROM history WHERE kind IN {CHANGED_WORDS} AND post IN",  # noqa: S608
            post_ids,
        )
        for post, author in rows:
            found.setdefault(post, []).append(author)
        return found

    def history_of(self, post_id: int) -> Iterator[HistoryRow]:
        """Everything this post ever said, oldest first."""
        for row in self.db.execute("SELECT * FROM history WHERE post = ? ORDER BY at, id", (post_id,)):
            yield HistoryRow(*row)

    def links(self) -> Iterator[list[tuple[int, int, int]]]:
        """All links as (post, related post, kind), some hundred at a time."""
        last = 0
        query = "SELECT rowid, post, target, kind FROM links WHERE rowid > ? ORDER BY rowid LIMIT 500"
        while found := self.db.execute(query, (last,)).fetchall():
            last = found[-1][0]
            yield [(post, target, kind) for _row, post, target, kind in found]

    def has(self, post_id: int) -> bool:
        """Whether this question or answer moves in: links may lead to it."""
        row = self._one(
            """SELECT EXISTS (SELECT 1 FROM posts p WHERE p.id = ? AND (p.kind = 1 OR EXISTS
            (SELECT 1 FROM posts q WHERE q.id = p.parent AND q.kind = 1)))""",
            (post_id,),
        )
        return bool(row[0])

    def _one(self, query: str, values: Iterable[Any] = ()) -> Any:
        return self.db.execute(query, tuple(values)).fetchone()

    def _in(self, query: str, values: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            found += self.db.execute(f"{query} ({','.join('?' * len(part))})", tuple(part)).fetchall()
        return found
