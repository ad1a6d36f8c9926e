"""What somebody asked for: a query's words and filters, understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from community.core import clock
from community.core.whole import whole
from community.search.analysis import Phrase, latin_term, pairs, phrases, quotation
from forum.models import Lane

LONGEST_QUERY = 200
MOST_WANTED, MOST_UNWANTED, MOST_UNITS = 16, 8, 24
_CHUNKS = re.compile(r'(-?)(?:"([^"]*)"|“([^”]*)”|「([^」]*)」|(\S+))')
# Stems that tell nothing about a question: asked for only in quotation marks, or when there is nothing else.
_EMPTY = """
a an and ani are as at be but by can could did do doe for from get had has have how i if in is it me my of on or our
should so that the their there they this to was we were what when where which who whi will with would you your
"""
_EMPTY_TERMS = frozenset((word,) for word in _EMPTY.split())
# The same in Chinese, where they stand between the words that matter. No 了: it is in 了解.
_EMPTY_CHINESE = re.compile(
    "怎么样|怎么办|怎么|为什么|什么|如何|多少|有没有|会不会|是不是|能不能|总是|可以|应该|[的吗呢吧啊嘛]"
)


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
    misread: tuple[str, ...] = ()  # days that were asked for and are none, as typed

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

    @property
    def tag_slug(self) -> str:
        return slugify(self.tag, allow_unicode=True)

    @property
    def units(self) -> list[Phrase]:
        """The smallest things asked for, each alone: pairs of characters, words. Quotations are not taken apart."""
        found: dict[Phrase, None] = {}
        for phrase in self.wanted:
            if phrase.exact or phrase.prefix or phrase.terms[0].isascii():
                found[phrase] = None
            else:
                found.update(dict.fromkeys(_parts(phrase)))
        return list(found)[:MOST_UNITS]


def _parts(phrase: Phrase) -> list[Phrase]:
    """The pairs of a run of characters, those of empty words left out where there are others."""
    run = phrase.terms[0] + "".join(pair[-1] for pair in phrase.terms[1:])
    telling = [pair for part in _EMPTY_CHINESE.split(run) if part for pair in pairs(part)[:-1]]
    return [Phrase((pair,)) for pair in telling or phrase.terms]


def parse(params: Mapping[str, str]) -> Asked:
    """Read an address's parameters. What makes no sense is left out, never an error; days are told in `misread`."""
    text = clean(params.get("q", ""))
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for minus, found in chunks(text):
        (unwanted if minus else wanted).extend(found)
    telling = [phrase for phrase in wanted if phrase.exact or phrase.terms not in _EMPTY_TERMS]
    lane, thread = params.get("lane", ""), params.get("thread", "")
    days = params.get("from", ""), params.get("to", "")
    return Asked(
        text=text,
        wanted=tuple((telling or wanted)[:MOST_WANTED]),
        unwanted=tuple(unwanted[:MOST_UNWANTED]),
        type=_one_of(params.get("type", ""), ("thread", "reply", "member", "article")),
        board=params.get("board", "")[:60],
        author=params.get("author", "").strip().lstrip("@")[:40],
        lane=lane if lane in Lane.values else "",
        tag=params.get("tag", "").strip().lstrip("#")[:60],
        answered=_one_of(params.get("answered", ""), ("yes", "no")),
        since=_day(days[0]),
        until=_day(days[1]),
        thread=whole(thread),
        sort=_one_of(params.get("sort", ""), ("newest",)) or "best",
        misread=tuple(clean(day)[:40] for day in days if day.strip() and _day(day) is None),
    )


def wanted_text(text: str) -> str:
    """A query without its signs and without what it leaves out."""
    kept = (match for match in _CHUNKS.finditer(text) if not match[1] or (match[5] or " ")[0].isdigit())
    return " ".join("".join(part or "" for part in match.groups()[1:]) for match in kept)


def chunks(text: str) -> Iterator[tuple[bool, list[Phrase]]]:
    """Each word or quotation of a query: whether it is to be left out, and what it asks for."""
    for minus, *quoted, bare in _CHUNKS.findall(text):
        if bare:
            # Minus twenty degrees is a temperature, not twenty to leave out.
            yield bool(minus) and not bare[0].isdigit(), phrases(bare)
        else:
            yield bool(minus), quotation("".join(quoted))


def bare_chunks(text: str) -> Iterator[tuple[bool, str, int]]:
    """Each word of a query that stands in no quotation marks: whether it is to be left out, itself, and its place."""
    for match in _CHUNKS.finditer(text):
        if match[5]:
            yield bool(match[1]) and not match[5][0].isdigit(), match[5], match.start(5)


def is_empty_word(word: str) -> bool:
    """Whether it tells nothing about a question."""
    return (latin_term("word", word),) in _EMPTY_TERMS


def clean(text: str) -> str:
    """What somebody typed as one line without what no database stores, at most as long as a question."""
    return " ".join(re.sub("[\x00\ud800-\udfff]", " ", text[: 10 * LONGEST_QUERY]).split())[:LONGEST_QUERY]


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if clock.is_tellable(day) else None
