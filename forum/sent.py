"""What a writing form sent, as words by the names of its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict

from forum.fields import NAME, Told


def sent_words(data: QueryDict) -> dict[str, str]:
    """Every entry; where several of a board's choices were ticked, one on each line."""
    return {name: "\n".join(data.getlist(name)) if NAME.fullmatch(name) else str(data[name]) for name in data}


def values_in(words: Mapping[str, str]) -> dict[int, list[str]]:
    """As `sent_values`, from words that were kept."""
    found = ((NAME.fullmatch(name), text) for name, text in words.items())
    return {int(match[1]): text.split("\n") for match, text in found if match}


def words_told(told: Iterable[Told]) -> dict[str, str]:
    """What a form starts with to answer so again."""
    return {f"f{one.field}": "\n".join(one.raw) for one in told}


def sent_values(data: QueryDict | Mapping[str, str]) -> dict[int, list[str]]:
    """What was typed or chosen for each field of a board's form, whether or not the board asks for it."""
    several = data.getlist if isinstance(data, QueryDict) else lambda name: [str(data[name])]
    found = ((NAME.fullmatch(name), name) for name in data)
    return {int(match[1]): [str(raw) for raw in several(name)] for match, name in found if match}
