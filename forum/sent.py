"""What a writing form sent, as words by the names of its entries."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from forum.fields import NAME


def sent_words(data: QueryDict) -> dict[str, str]:
    """Every entry; where several of a board's choices were ticked, one on each line."""
    return {name: "\n".join(data.getlist(name)) if NAME.fullmatch(name) else str(data[name]) for name in data}


def sent_values(data: QueryDict | Mapping[str, str]) -> dict[int, list[str]]:
    """What was typed or chosen for each field of a board's form, whether or not the board asks for it."""
    several = data.getlist if isinstance(data, QueryDict) else lambda name: [str(data[name])]
    found = ((NAME.fullmatch(name), name) for name in data)
    return {int(match[1]): [str(raw) for raw in several(name)] for match, name in found if match}
