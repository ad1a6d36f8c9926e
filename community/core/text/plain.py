"""The words of a text without its formatting: for search, excerpts and notices."""

import re
import unicodedata
from collections.abc import Sequence

from markdown_it.token import Token

from community.core.text.characters import is_cjk, is_cjk_letter, trim_marks
from community.core.text.links import picture_words

_OPENERS = "([{（［｛「『《〈【“‘"


def plain_text(tokens: Sequence[Token]) -> str:
    """Words of parsed `tokens` on one line; those hidden by spoilers follow on a second line.

    Passages quoted from another post are left out (they are that post's words), unless nothing else is there.
    """
    shown, hidden, quoted = _Words(), _Words(), _Words()
    spoilers = 0
    quotes: list[bool] = []  # open block quotes, True when attributed
    for token in tokens:
        if token.type == "blockquote_open":
            quotes.append("data-post" in token.attrs)
        elif token.type == "blockquote_close":
            quotes.pop()
        elif token.type == "spoiler_open":
            spoilers += 1
            shown.add(token.meta["title"])
        elif token.type == "spoiler_close":
            spoilers -= 1
        elif token.type == "inline":
            into = quoted if any(quotes) else hidden if spoilers else shown
            into.gap()
            _inline(token.children or [], into, quoted if any(quotes) else hidden)
        elif token.type in {"fence", "code_block"}:
            (quoted if any(quotes) else hidden if spoilers else shown).add(token.content)
    lines = [words.line() for words in (shown, hidden)]
    if not any(lines):
        return quoted.line()
    return "\n".join(lines) if lines[1] else lines[0]


class _Words:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def put(self, text: str) -> None:
        self.parts.append(text)

    def gap(self) -> None:
        self.parts.append(" ")

    def add(self, text: str) -> None:
        self.parts += [" ", text]

    def line(self) -> str:
        return " ".join("".join(self.parts).split())


def _inline(children: Sequence[Token], shown: _Words, hidden: _Words) -> None:
    into = shown
    for child in children:
        if child.type == "hidden_open":
            shown.put("…")
            hidden.gap()
            into = hidden
        elif child.type == "hidden_close":
            into = shown
        elif child.type in {"softbreak", "hardbreak"}:
            into.gap()
        elif child.type == "image":
            into.add(picture_words(child))
            into.gap()
        elif child.content:
            into.put(child.content)


def excerpt(plain: str, limit: int = 160) -> str:
    """The beginning of a plain text in at most `limit` characters, without what a spoiler hides.

    Latin text is cut between words, Chinese anywhere but after an opening mark; "…" says that more follows.
    """
    text = trim_marks(plain.partition("\n")[0].strip())
    if len(text) <= limit:
        return text
    if limit < 2:
        return "…"[:limit]
    end = limit - 1
    while end > 0 and _joined(text, end):
        end -= 1
    if end == 0:
        return "…"
    if not _break_at(text, end):
        floor = max(end - 30, end // 2)
        word = end
        while word > floor and not _break_at(text, word):
            word -= 1
        end = word if word > floor else end
    kept = text[:end].rstrip()
    while kept and (kept[-1] in _OPENERS or kept[-1] in ",;:—-，、；："):
        kept = kept[:-1].rstrip()
    return f"{kept or text[: limit - 1]}…"


def _joined(text: str, at: int) -> bool:
    """True where a cut would part a letter from its accents or an emoji from its parts."""
    after, before = text[at], text[at - 1]
    return (
        unicodedata.combining(after) > 0
        or after in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (_is_flag(after) and _flags_before(text, at) % 2 == 1)
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return at - start


def _break_at(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    return after == " " or before == " " or is_cjk(before) or is_cjk_letter(after)


_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def reading_minutes(plain: str) -> int:
    """Whole minutes, at least one, to read a plain text: 230 words or 400 Chinese characters a minute."""
    han = sum(1 for char in plain if is_cjk_letter(char))
    spaced = "".join(" " if is_cjk_letter(char) else char for char in plain)
    words = len(_WORD.findall(spaced))
    return max(1, round(han / 400 + words / 230))
