"""What a board is narrowed to, in the words of those who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from forum.models import FieldKind, FieldValue, Post, ThreadState
from forum.narrowing import Narrowing


def in_words(narrowings: Iterable[Narrowing]) -> tuple[Narrowing, ...]:
    """The same, each city as the latest wrote it whose thread everybody on the board sees. A statement for each city."""
    return tuple(
        replace(one, words=_words_of(one)) if one.asked.kind == FieldKind.CITY else one for one in narrowings
    )


def _words_of(wanted: Narrowing) -> str:
    openings = Post.objects.visible().filter(number=1, thread__state=ThreadState.VISIBLE)
    answers = FieldValue.objects.filter(field_id=wanted.asked.pk, key=wanted.key, post__in=openings)
    return answers.order_by("-post_id").values_list("text", flat=True).first() or ""
