"""Which part of the desk is looked at, and those that were saved under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import F, Q

from community.members.models import Member
from forum.models import Board, Lane
from moderation.desk.models import SavedFilter
from moderation.desk.policy import View

MOST_SAVED = 40
_VIEWS = frozenset(View)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the desk was asked for, cleaned: unknown values fall back to everything that is due."""

    view: View = View.DUE
    board: Board | None = None
    lane: str = ""
    boards: Sequence[Board] = field(default=(), compare=False)

    @classmethod
    def of(cls, params: Mapping[str, str], boards: Sequence[Board]) -> Wanted:
        view, lane = params.get("view", ""), params.get("lane", "")
        board = next((one for one in boards if one.slug == params.get("board")), None)
        return cls(
            view=View(view) if view in _VIEWS else View.DUE,
            board=board,
            lane=lane if lane in Lane.values else "",
            boards=boards,
        )

    @property
    def is_apart(self) -> bool:
        """Whether this is a part that is looked at less often."""
        return self.view not in (View.DUE, View.FREE, View.MINE, View.TEAM)

    @property
    def boards_meant(self) -> Sequence[Board]:
        return self.boards if self.board is None else [self.board]

    @property
    def narrowed_to(self) -> list[str]:
        """The board and the lane that alone are looked at, in words; empty for everything."""
        board = [self.board.title] if self.board else []
        return [*board, str(Lane(self.lane).label)] if self.lane else board

    @property
    def query(self) -> str:
        """As it stands in an address: "?view=mine&lane=ask", or ""."""
        told = {"view": "" if self.view == View.DUE else self.view.value, "lane": self.lane}
        told["board"] = self.board.slug if self.board else ""
        parts = [f"{name}={value}" for name, value in told.items() if value]
        return "?" + "&".join(parts) if parts else ""

    def but(self, **changes: object) -> str:
        return replace(self, **changes).query or "?"  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved part of the desk, as a link."""

    row: SavedFilter
    query: str
    is_here: bool
    may_drop: bool


def saved_filters(viewer: Member, wanted: Wanted) -> list[Saved]:
    """Parts of the desk that were saved for the viewer, the team's first. One statement.

    One for a board that the viewer does not moderate is left out.
    """
    rows = SavedFilter.objects.filter(Q(owner=None) | Q(owner=viewer.pk))
    boards = {board.pk: board for board in wanted.boards}
    found = []
    for row in rows.order_by(F("owner").asc(nulls_first=True), "name", "pk")[:MOST_SAVED]:
        if row.board_id is None or row.board_id in boards:
            view = View(row.view) if row.view in _VIEWS else View.DUE
            there = Wanted(view, boards.get(row.board_id or 0), row.lane, wanted.boards)
            found.append(Saved(row, there.query, there == wanted, _may_drop(viewer, row)))
    return found


def _may_drop(viewer: Member, row: SavedFilter) -> bool:
    return viewer.pk in (row.owner_id, row.made_by_id) or viewer.role == "admin"
