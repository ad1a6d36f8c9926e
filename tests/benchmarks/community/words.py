"""Texts of the made-up community: sentences of the demo's own scripts, rendered once and used again and again.

Every thread and every post ends with a word that stands nowhere else, so that a run knows what each page and each
search must show. Such words hold no vowel: the stemmer leaves them alone, and each is a single term in every index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_SCRIPTS = Path(__file__).parents[3] / "community" / "interchange" / "demo"
_LETTERS = "bcfhjkmnpqrtvwxz"
_SPEAKER = re.compile(r"^(?:OP|MOD|ENG|DEALER|[A-D])(?:\(\w+\))?(?: \+\S+)?> ")
_CHOICE = re.compile(r"\{([^|{}.]*)[^{}]*\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
EMOJI = ("🚗", "🔋", "❄️", "👍", "😀", "🛠️", "🌧️", "⚡", "🙏", "🤔")


def coded(prefix: str, number: int) -> str:
    """A word for a number: two letters and the number in sixteen consonants, of one length: none begins another."""
    return prefix + "".join(_LETTERS[int(digit, 16)] for digit in f"{number:06x}")


def thread_word(thread: int) -> str:
    """The word that only this thread's title holds."""
    return coded("zt", thread)


def post_word(post: int) -> str:
    """The word that only the post with this id holds."""
    return coded("zp", post)


def rare_word(rank: int) -> str:
    """A word of the vocabulary; the first is the most frequent."""
    return coded("zw", rank)


@cache
def sentences() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(English, Chinese) lines of the demo's scripts that can stand in any text."""
    found: dict[bool, dict[str, None]] = {False: {}, True: {}}
    for path in sorted([*_SCRIPTS.glob("kits/*.txt"), *_SCRIPTS.glob("stories/*.txt")]):
        for raw in path.read_text(encoding="utf-8").splitlines():
            line = _CHOICE.sub(r"\1", _SPEAKER.sub("", raw)).strip()
            if len(line) < 12 or line[0] in "=+*-:>#|`0123456789" or "@" in line or "{" in line:
                continue
            if re.match(r"\w+: ", line):
                continue
            found[bool(_HAN.search(line))][line] = None
    return tuple(found[False]), tuple(found[True])


@dataclass(frozen=True, slots=True)
class Text:
    """One rendered text and what a row keeps of it."""

    source: str
    html: str
    plain: str
    lang: str
    excerpt: str
    terms: str


def texts(count: int, seed: int) -> list[Text]:
    """This many different texts: short ones and long ones, half of them Chinese, a few with lists and emoji."""
    chance = Random(f"{seed} texts")
    return [_text(chance) for _ in range(count)]


def _text(chance: Random) -> Text:
    from community.core.display import language_of
    from community.core.text import excerpt
    from community.search.analysis import terms
    from forum.rendering import render_body

    lines = sentences()[chance.random() < 0.5]
    picked = chance.sample(lines, min(len(lines), 1 + int(chance.expovariate(0.6))))
    if chance.random() < 0.2:
        picked.append(" ".join(chance.choices(EMOJI, k=2)))
    if chance.random() < 0.15:
        picked.append("\n".join(f"- {line}" for line in chance.sample(lines, 3)))
    body = render_body("\n\n".join(picked))
    return Text(
        source=body.source,
        html=body.html,
        plain=body.plain,
        lang=language_of(body.plain),
        excerpt=excerpt(body.plain, 300),
        terms=" ".join(terms(body.plain)),
    )


def titles(count: int, seed: int) -> list[str]:
    """Beginnings of titles, to which each thread adds its own word."""
    chance = Random(f"{seed} titles")
    english, chinese = sentences()
    return [_cut(chance.choice(chinese if chance.random() < 0.5 else english)) for _ in range(count)]


def _cut(line: str) -> str:
    bare = re.sub(r"[*_`\[\]()<>~^\\]", "", line)
    if _HAN.search(bare):
        return bare[:28]
    return bare if len(bare) <= 70 else bare[:70].rsplit(" ", 1)[0]
