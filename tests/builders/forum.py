"""Boards, threads and posts for tests, made through the actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from community.members.models import Member
from forum import actions
from forum.fields import LISTS
from forum.models import Board, BoardField, BoardGroup, Post, Thread

_serial = count(1)


def a_group(**fields: Any) -> BoardGroup:
    n = next(_serial)
    return actions.create_group(
        actor=None, **({"slug": f"group-{n}", "title_en": f"Group {n}", "title_zh": f"分组 {n}"} | fields)
    )


def a_board(*, rights: Mapping[str, Iterable[str]] | None = None, **fields: Any) -> Board:
    n = next(_serial)
    group = fields.pop("group", None) or a_group()
    defaults = {"slug": f"board-{n}", "title_en": f"Board {n}", "title_zh": f"版块 {n}"}
    return actions.create_board(actor=None, group_id=group.pk, rights=rights, **(defaults | fields))


def a_field(board: Board, kind: str = "text", **told: Any) -> BoardField:
    """A field on a board, whose own copy of its form is read anew."""
    n = next(_serial)
    if kind in LISTS:
        told.setdefault("choices", [("", "Aurora E", "", True), ("", "Another car", "别的车", True)])
    field = actions.add_field(
        actor=None, board_id=board.pk, kind=kind, **({"label_en": f"Field {n}", "is_filter": True} | told)
    )
    board.refresh_from_db(fields=["form"])
    return field


def a_thread(*, author: Member, board: Board | None = None, **fields: Any) -> Thread:
    n = next(_serial)
    defaults: dict[str, Any] = {
        "title": f"How far does a charge take you, part {n}?",
        "body": f"I drove {n} km in the cold and had some left.",
        "lane": "ask",
    }
    board = board or a_board()
    return actions.open_thread(author=author, board_id=board.pk, **(defaults | fields))


def a_reply(
    *, author: Member, thread: Thread, body: str = "Same here, about two thirds.", **fields: Any
) -> Post:
    return actions.post_reply(author=author, thread_id=thread.pk, body=body, **fields)
