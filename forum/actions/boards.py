"""Laying out boards and saying who may do what on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import is_blank
from community.members.models import Member
from forum import access
from forum.actions._shared import clean_line
from forum.facts import BoardArranged, BoardRightsChanged
from forum.models import Board, BoardGroup, BoardMember, BoardRight, Lane
from forum.rights import DEFAULT_RIGHTS, clean_rights

EDITABLE = (
    "title_en",
    "title_zh",
    "about_en",
    "about_zh",
    "position",
    "lanes",
    "is_closed",
    "group",
    "parent",
)


@action
def create_group(
    *, actor: Member | None, slug: str, title_en: str, title_zh: str = "", position: int = 0
) -> BoardGroup:
    """Add a board group. `actor` None is the installation itself (seeding, import, tests)."""
    require(access.may_arrange(actor))
    words = _clean_words({"title_en": title_en, "title_zh": title_zh})
    try:
        with transaction.atomic():
            group = BoardGroup.objects.create(slug=slug, position=position, **words)
    except IntegrityError as error:
        raise Invalid(_("This address is taken by another group."), field="slug") from error
    _arranged(actor, None)
    return group


@action
def edit_group(*, actor: Member | None, group_id: int, **changes: Any) -> BoardGroup:
    require(access.may_arrange(actor))
    group = BoardGroup.objects.select_for_update(no_key=True).get(pk=group_id)
    changes = _clean_words(changes)
    for name in ("title_en", "title_zh", "position"):
        if name in changes:
            setattr(group, name, changes[name])
    group.save()
    _arranged(actor, None)
    return group


@action
def create_board(
    *,
    actor: Member | None,
    group_id: int,
    slug: str,
    title_en: str,
    title_zh: str = "",
    about_en: str = "",
    about_zh: str = "",
    parent_id: int | None = None,
    lanes: Iterable[str] = (),
    position: int = 0,
    rights: Mapping[str, Iterable[str]] | None = None,
) -> Board:
    """Add a board. Without `rights` a sub-board starts with its parent's and a board with the open default."""
    require(access.may_arrange(actor))
    parent = Board.objects.get(pk=parent_id) if parent_id else None
    _check_parent(parent)
    words = {"title_en": title_en, "title_zh": title_zh, "about_en": about_en, "about_zh": about_zh}
    board = Board(
        group_id=parent.group_id if parent else group_id,
        parent=parent,
        slug=slug,
        lanes=_clean_lanes(lanes),
        position=position,
        **_clean_words(words),
    )
    try:
        with transaction.atomic():
            board.save()
    except IntegrityError as error:
        raise Invalid(_("This address is taken by another board."), field="slug") from error
    _write_rights(board, clean_rights(rights or (parent.rights if parent else DEFAULT_RIGHTS)))
    _arranged(actor, board)
    return board


@action
def edit_board(*, actor: Member | None, board_id: int, **changes: Any) -> Board:
    """Change what a board is called, where it stands, which lanes it has, whether it is closed."""
    require(access.may_arrange(actor))
    board = Board.objects.select_for_update(no_key=True).get(pk=board_id)
    changes = _clean_words(changes)
    if "lanes" in changes:
        changes["lanes"] = _clean_lanes(changes["lanes"])
    parent = changes.get("parent", board.parent)
    if parent is not None and not changes.keys().isdisjoint({"parent", "group"}):
        _check_parent(parent)
        if parent.pk == board.pk or board.children.exists():
            raise Invalid(_("A board with sub-boards cannot become a sub-board."), field="parent")
        group = changes.get("group", board.group)
        if group not in (board.group, parent.group):
            raise Invalid(
                _(
                    "A sub-board stands in the group of the board above it. Move that one, or choose no board above."
                ),
                field="group",
            )
        changes["group"] = parent.group
    for name, value in changes.items():
        if name not in EDITABLE:
            raise ValueError(f"a board has no editable field {name}")
        setattr(board, name, value)
    board.save(update_fields=list(changes))
    if "group" in changes:
        board.children.update(group=board.group)
    _arranged(actor, board)
    return board


@action
def set_rights(*, actor: Member | None, board_id: int, rights: Mapping[str, Iterable[str]]) -> Board:
    """Replace the rights table of a board: verb → roles. Takes effect with the commit, everywhere."""
    require(access.may_arrange(actor))
    board = Board.objects.select_for_update(no_key=True).get(pk=board_id)
    cleaned = clean_rights(rights)
    if cleaned != board.rights:
        _write_rights(board, cleaned)
        publish(BoardRightsChanged(board_id=board.pk, actor_id=actor.pk if actor else None, at=clock.now()))
    return board


@action
def enrol(*, actor: Member | None, board_id: int, member: Member, kind: str) -> BoardMember:
    """Put someone in a board's circle or make them its moderator. Repeatable."""
    require(access.may_arrange(actor))
    if kind not in BoardMember.Kind.values:
        raise Refused(_("There is no such place on a board."), "invalid")
    board = Board.objects.get(pk=board_id)
    row, made = BoardMember.objects.get_or_create(
        board=board, member=member, kind=kind, defaults={"since": clock.now()}
    )
    if made:
        publish(BoardRightsChanged(board_id=board.pk, actor_id=actor.pk if actor else None, at=row.since))
    return row


@action
def unenrol(*, actor: Member | None, board_id: int, member: Member, kind: str) -> bool:
    """Take someone out of a board's circle or its moderators. True when they were in. Repeatable."""
    require(access.may_arrange(actor))
    gone, _detail = BoardMember.objects.filter(board_id=board_id, member=member, kind=kind).delete()
    if gone:
        publish(BoardRightsChanged(board_id=board_id, actor_id=actor.pk if actor else None, at=clock.now()))
    return bool(gone)


def _arranged(actor: Member | None, board: Board | None) -> None:
    publish(
        BoardArranged(
            board_id=board.pk if board else None, actor_id=actor.pk if actor else None, at=clock.now()
        )
    )


def _clean_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """Titles and descriptions as one line each; a board cannot go without its first title."""
    cleaned = {
        name: clean_line(value) if name.startswith(("title_", "about_")) else value
        for name, value in values.items()
    }
    if "title_en" in cleaned and is_blank(cleaned["title_en"]):
        raise Invalid(_("A title needs at least one visible character."), field="title_en")
    return cleaned


def _write_rights(board: Board, rights: dict[str, list[str]]) -> None:
    BoardRight.objects.filter(board=board).delete()
    BoardRight.objects.bulk_create(
        [BoardRight(board=board, verb=verb, role=role) for verb, roles in rights.items() for role in roles]
    )
    board.rights = rights
    board.save(update_fields=["rights"])


def _check_parent(parent: Board | None) -> None:
    if parent is not None and parent.parent_id is not None:
        raise Invalid(
            _("Sub-boards have one level: choose a board that is not a sub-board itself."), field="parent"
        )


def _clean_lanes(lanes: Iterable[str]) -> list[str]:
    chosen = list(lanes)
    if any(lane not in Lane.values for lane in chosen):
        raise Invalid(_("There is no such lane."), field="lanes")
    return [lane for lane in Lane.values if lane in chosen]
