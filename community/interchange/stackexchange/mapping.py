"""One row of a dump as a record, or the reason why it cannot be one. Pure: no database, no files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from community.core import clock

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MAX_BODY = 128_000  # characters of HTML; what is longer could not become a post and is cut
MAX_WORDS = 64_000  # characters of an earlier version in Markdown: twice what a post may be
MAX_NAME = 200
_INT32 = 2**31 - 1

QUESTION, ANSWER = 1, 2
FIRST_TITLE, FIRST_BODY, NEW_TITLE, NEW_BODY, OLD_TITLE, OLD_BODY = 1, 2, 4, 5, 7, 8
FIRST_WORDS = (FIRST_TITLE, FIRST_BODY)
TITLES = (FIRST_TITLE, NEW_TITLE, OLD_TITLE)
CHANGED_WORDS = (NEW_TITLE, NEW_BODY, OLD_TITLE, OLD_BODY)
OTHER_KINDS = {
    3: "tag wikis without a tag",
    4: "tag wiki excerpts",
    5: "tag wikis",
    6: "moderator nominations",
    7: "wiki placeholders",
    8: "privilege wikis",
}


class BadRow(Exception):
    """A row that cannot be used. The reason is said in the summary, so it is short and names no values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PostRow:
    id: int
    kind: int
    parent: int
    at: str  # ISO, UTC: sorts as it reads
    score: int
    author: str  # author key, see `author_key`
    title: str
    tags: str
    body: str
    accepted: int
    edited: str
    closed: str
    views: int
    favourites: int
    line: int


@dataclass(frozen=True, slots=True)
class CommentRow:
    id: int
    post: int
    at: str
    score: int
    author: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A title or a text that a post got: at first, by an edit, or by going back to an earlier one."""

    id: int
    post: int
    kind: int
    edit: str  # rows of one edit share it
    at: str
    author: str
    reason: str
    words: str  # Markdown of theirs; a title stands as it is


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    name: str
    joined: str
    seen: str
    bio: str
    city: str
    website: str


def post(row: Mapping[str, str], line: int) -> PostRow | str:
    """A question or an answer; the name of its kind for what is neither. Raises BadRow."""
    pk = _id(row, "Id")
    kind = _number(row, "PostTypeId", needed=True)
    if kind not in (QUESTION, ANSWER):
        return OTHER_KINDS.get(kind, "posts of an unknown kind")
    if _nothing(row.get("Body", "")):
        raise BadRow("empty body")
    return PostRow(
        id=pk,
        kind=kind,
        parent=_id(row, "ParentId") if kind == ANSWER else 0,
        at=_moment(row, "CreationDate"),
        score=_small(row, "Score"),
        author=author_key(row, "OwnerUserId", "OwnerDisplayName"),
        title=row.get("Title", "")[:4000],
        tags=row.get("Tags", "")[:1000],
        body=row["Body"][: MAX_BODY + 1],
        accepted=_lenient(row, "AcceptedAnswerId"),
        edited=_moment(row, "LastEditDate", needed=False),
        closed=_moment(row, "ClosedDate", needed=False),
        views=_lenient(row, "ViewCount"),
        favourites=_lenient(row, "FavoriteCount"),
        line=line,
    )


def comment(row: Mapping[str, str], line: int) -> CommentRow:
    """Raises BadRow."""
    pk, parent = _id(row, "Id"), _id(row, "PostId")
    if _nothing(row.get("Text", "")):
        raise BadRow("empty text")
    return CommentRow(
        id=pk,
        post=parent,
        at=_moment(row, "CreationDate"),
        score=_small(row, "Score"),
        author=author_key(row, "UserId", "UserDisplayName"),
        body=row["Text"][: MAX_BODY + 1],
        line=line,
    )


def user(row: Mapping[str, str]) -> UserRow:
    """Raises BadRow."""
    pk = _number(row, "Id", needed=True)
    return UserRow(
        id=pk,
        name=row.get("DisplayName", "")[:MAX_NAME],
        joined=_moment(row, "CreationDate", needed=False),
        seen=_moment(row, "LastAccessDate", needed=False),
        bio=row.get("AboutMe", "")[:MAX_BODY],
        city=row.get("Location", "")[:MAX_NAME],
        website=row.get("WebsiteUrl", "")[:MAX_NAME],
    )


def link(row: Mapping[str, str]) -> tuple[int, int, int]:
    """(post, related post, kind) of a link between questions: 1 related, 3 duplicate of. Raises BadRow."""
    _id(row, "Id")
    return _id(row, "PostId"), _id(row, "RelatedPostId"), _number(row, "LinkTypeId", needed=True)


def vote(row: Mapping[str, str]) -> tuple[int, int, str]:
    """(post, kind, day) of a vote; kind 1 is the asker's acceptance. Raises BadRow."""
    _id(row, "Id")
    kind = _number(row, "VoteTypeId", needed=True)
    return _id(row, "PostId"), kind, _moment(row, "CreationDate", needed=kind == 1)


def history(row: Mapping[str, str]) -> HistoryRow | str:
    """A title or a text that a post had; the name of its kind for what changed neither. Raises BadRow."""
    pk, post_id = _id(row, "Id"), _id(row, "PostId")
    kind = _number(row, "PostHistoryTypeId", needed=True)
    if kind not in FIRST_WORDS and kind not in CHANGED_WORDS:
        return "tags and events that do not change the words"
    if not row.get("Text", "").strip():
        raise BadRow("empty text")
    at, author = _moment(row, "CreationDate"), author_key(row, "UserId", "UserDisplayName")
    return HistoryRow(
        id=pk,
        post=post_id,
        kind=kind,
        edit=row.get("RevisionGUID", "").strip()[:40] or f"{at} {author}",
        at=at,
        author=author,
        reason=" ".join(row.get("Comment", "").split())[:MAX_NAME],
        words=row["Text"][:MAX_WORDS],
    )


def author_key(row: Mapping[str, str], id_field: str, name_field: str) -> str:
    """Who wrote: `u<number>`, `n<name>` where only a name was left, `-` where nothing was."""
    number = row.get(id_field, "").strip()
    if re.fullmatch(r"-?[0-9]{1,18}", number):
        return f"u{int(number)}"
    name = " ".join(row.get(name_field, "").split())[:MAX_NAME]
    return f"n{name}" if name else "-"


def moment(text: str) -> datetime:
    """A time of the dump (UTC unless it says otherwise). ValueError."""
    at = datetime.fromisoformat(text)
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)


def tag_names(text: str) -> list[str]:
    """`<hops><dry-hopping>` or `|hops|dry-hopping|` → names."""
    return [name for name in re.split(r"[<>|\s]+", text) if name]


def _moment(row: Mapping[str, str], field: str, *, needed: bool = True) -> str:
    """The time in `field` as it sorts; empty when it is absent or unreadable and not needed."""
    try:
        at = moment(row.get(field, ""))
        if EARLIEST <= at <= clock.now() + timedelta(days=1):
            return at.isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        pass
    if needed:
        raise BadRow(f"no usable {field}")
    return ""


def _number(row: Mapping[str, str], field: str, *, needed: bool = False) -> int:
    text = row.get(field, "").strip()
    if re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if needed:
        raise BadRow(f"{field} is not a number" if text else f"no {field}")
    return 0


def _id(row: Mapping[str, str], field: str) -> int:
    number = _number(row, field, needed=True)
    if number < 1:
        raise BadRow(f"{field} is not a positive number")
    return number


def _lenient(row: Mapping[str, str], field: str) -> int:
    return max(0, _number(row, field))


def _small(row: Mapping[str, str], field: str) -> int:
    return max(-_INT32, min(_INT32, _number(row, field)))


def _nothing(html: str) -> bool:
    """Whether a body shows nothing at all. Long ones are taken at their word."""
    if len(html) > 2000:
        return not html.strip()
    kept = re.sub(
        r"<!--.*?-->|<(?!img|iframe|embed|video|audio|hr)[^>]*>|&nbsp;|\s", "", html, flags=re.DOTALL
    )
    return not kept
