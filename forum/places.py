"""Places one writes at: a small vocabulary that rooms above extend.

A place is a kind and what it is about: "new-trips" (a thread on a board), "thread-7" (a reply), "edit-12" (a post).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from forum.models import Board, Post, Thread

if TYPE_CHECKING:
    from community.members.models import Member

NUMBER = r"[1-9]\d{0,17}"


@dataclass(frozen=True, slots=True)
class Spot:
    """What a place is, in the reader's language, and where its composer stands."""

    what: str
    where: str
    address: str


Describe = Callable[["Member", Sequence[str]], dict[str, Spot]]
_kinds: dict[str, tuple[re.Pattern[str], Describe]] = {}


def place_kind(kind: str, about: str) -> Callable[[Describe], Describe]:
    """Add a kind of place. The function describes those of its places that the member may see, in one statement."""

    def wrap(describe: Describe) -> Describe:
        _kinds[kind] = re.compile(about), describe
        return describe

    return wrap


def is_place(text: str) -> bool:
    kind, _dash, about = text.partition("-")
    return kind in _kinds and bool(_kinds[kind][0].fullmatch(about)) and len(text) <= 80


def spots(member: Member, places: Iterable[str]) -> dict[str, Spot]:
    """Those places that the member may still see. A statement for each kind among them."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for place in places:
        if is_place(place):
            kind, _dash, about = place.partition("-")
            wanted[kind].append(about)
    found: dict[str, Spot] = {}
    for kind, abouts in wanted.items():
        found |= {f"{kind}-{about}": spot for about, spot in _kinds[kind][1](member, abouts).items()}
    return found


@place_kind("new", r"[-a-zA-Z0-9_]{1,60}")
def _new_threads(member: Member, abouts: Sequence[str]) -> dict[str, Spot]:
    boards = Board.objects.readable_by(member).filter(slug__in=abouts)
    return {
        board.slug: Spot(_("New thread"), board.title, reverse("forum:new_thread", args=[board.slug]))
        for board in boards
    }


@place_kind("thread", NUMBER)
def _replies(member: Member, abouts: Sequence[str]) -> dict[str, Spot]:
    rows = Thread.objects.visible_to(member).filter(pk__in=abouts).values_list("pk", "title")
    return {str(pk): Spot(_("Reply"), title, reverse("forum:reply", args=[pk])) for pk, title in rows}


@place_kind("edit", NUMBER)
def _edits(member: Member, abouts: Sequence[str]) -> dict[str, Spot]:
    rows = Post.objects.filter(pk__in=abouts, author=member).values_list("pk", "thread__title")
    return {str(pk): Spot(_("Edit"), title, reverse("forum:post_edit", args=[pk])) for pk, title in rows}
