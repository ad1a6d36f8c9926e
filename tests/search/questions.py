"""Four hundred questions to the small community of `corpus`, with what each must find, best first.

What the Chinese words must find was settled without the index, by looking for the word in the simplified text; the
rest was read through by eye. Every engine must give these answers in this order.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from community.search import queries
from community.search.asking import parse
from tests.search.corpus import GUEST, Corpus


class Asking(NamedTuple):
    language: str
    text: str
    keys: list[str]


def every() -> list[Asking]:
    lines = Path(__file__).with_name("questions.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return [Asking(language, text, keys.split()) for language, text, keys in parts]


def wrong(talks: Corpus) -> list[str]:
    """Each question that was not answered as it must be. An answer that only comes close is no answer."""
    told = []
    for asking in every():
        results = queries.search(GUEST, parse({"q": asking.text}))
        found = [talks.key_of(hit.post) for hit in results.hits if hit.post and not results.loose]
        if found != asking.keys:
            told.append(f"{asking.text}: {found} instead of {asking.keys}")
    return told
