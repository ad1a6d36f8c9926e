"""What a board asks of those who open threads: fields are added, changed, put in order, retired and brought back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, absent, require
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import is_blank
from community.members.models import Member
from forum import access
from forum.actions._shared import clean_line
from forum.facts import BoardFormChanged
from forum.fields import AMOUNTS, FILTERS, LISTS, MOST_CHOICES, MOST_FIELDS, Asked
from forum.models import Board, BoardField, FieldKind, Lane

LENGTHS = {
    "label_en": 60, "label_zh": 60, "help_en": 200, "help_zh": 200, "unit_en": 12, "unit_zh": 12,
}  # fmt: skip
CHOICE_LENGTH = 80
EDITABLE = (*LENGTHS, "least", "most", "places", "choices", "lanes", "is_required", "is_filter")
SAID = ("label_en", "label_zh", "unit_en", "unit_zh", "choices")  # stands in posts that answered

# (key, English, Chinese, whether it is offered); a new choice has no key yet.
Choice = tuple[str, str, str, bool]


@action
def add_field(*, actor: Member | None, board_id: int, kind: str, **told: Any) -> BoardField:
    """Let a board ask for something more, at the end of its form."""
    require(access.may_arrange(actor))
    if kind not in FieldKind.values:
        raise Invalid(_("There is no such kind of field."), field="kind")
    board = _held(board_id)
    _require_room(board)
    field = BoardField(board=board, kind=kind, position=_next_position(board))
    _set(field, {"label_en": "", **told})
    field.save(force_insert=True)
    _changed(actor, board)
    return field


@action
def edit_field(*, actor: Member | None, field_id: int, **told: Any) -> BoardField:
    """Other words, bounds, choices or lanes for a field. Its kind stays; answers given keep their meaning."""
    require(access.may_arrange(actor))
    board, field = _held_field(field_id)
    before = [getattr(field, name) for name in SAID]
    _set(field, told)
    field.save(update_fields=EDITABLE)
    is_renamed = before != [getattr(field, name) for name in SAID]
    _changed(actor, board, renamed=field if is_renamed else None)
    return field


@action
def move_field(*, actor: Member | None, field_id: int, by: int) -> BoardField:
    """Put a field before its neighbour (`by` -1) or behind it (1). At the end nothing happens."""
    require(access.may_arrange(actor))
    board, field = _held_field(field_id)
    rows = list(board.field_rows.filter(retired_at=None))
    place = next((n for n, row in enumerate(rows) if row.pk == field.pk), None)
    if place is None or not 0 <= place + by < len(rows):
        return field
    rows.insert(place + by, rows.pop(place))
    for position, row in enumerate(rows, start=1):
        row.position = position
    BoardField.objects.bulk_update(rows, ["position"])
    _changed(actor, board)
    return next(row for row in rows if row.pk == field.pk)


@action
def retire_field(*, actor: Member | None, field_id: int) -> BoardField:
    """Ask no more for it. What was answered stays where it stands. Repeatable."""
    require(access.may_arrange(actor))
    board, field = _held_field(field_id)
    if field.retired_at is None:
        field.retired_at = clock.now()
        field.save(update_fields=["retired_at"])
        _changed(actor, board)
    return field


@action
def return_field(*, actor: Member | None, field_id: int) -> BoardField:
    """Ask for it again, at the end of the form. Repeatable."""
    require(access.may_arrange(actor))
    board, field = _held_field(field_id)
    if field.retired_at is not None:
        _require_room(board)
        field.retired_at, field.position = None, _next_position(board)
        field.save(update_fields=["retired_at", "position"])
        _changed(actor, board)
    return field


def drawn_field(board: Board, kind: str, field: BoardField | None, told: dict[str, Any]) -> Asked:
    """The field as it would be asked, without saving it. Raises `Invalid`."""
    row = BoardField(board=board, kind=kind, pk=field.pk if field else 0)
    for name in EDITABLE if field else ():
        setattr(row, name, getattr(field, name))
    _set(row, told)
    return Asked.from_row(row)


def _held(board_id: int) -> Board:
    board = Board.objects.select_for_update(no_key=True).filter(pk=board_id).first()
    if board is None:
        raise absent()
    return board


def _held_field(field_id: int) -> tuple[Board, BoardField]:
    board_id = BoardField.objects.filter(pk=field_id).values_list("board_id", flat=True).first()
    board = _held(board_id or 0)
    return board, BoardField.objects.get(pk=field_id)


def _require_room(board: Board) -> None:
    if board.field_rows.filter(retired_at=None).count() >= MOST_FIELDS:
        raise Invalid(
            _("A board asks for at most %(most)d things. Retire a field first.") % {"most": MOST_FIELDS}
        )


def _next_position(board: Board) -> int:
    last = board.field_rows.order_by("-position").values_list("position", flat=True).first()
    return min((last or 0) + 1, 32_000)


def _changed(actor: Member | None, board: Board, *, renamed: BoardField | None = None) -> None:
    """Write the board's own copy of its form. The caller holds the board's row."""
    rows = board.field_rows.filter(retired_at=None)
    board.form = [Asked.from_row(row).row() for row in rows] or None
    board.save(update_fields=["form"])
    publish(
        BoardFormChanged(
            board_id=board.pk,
            renamed_id=renamed.pk if renamed else None,
            actor_id=actor.pk if actor else None,
            at=clock.now(),
        )
    )


# Cleaning ---------------------------------------------------------------------------------------------------------


def _set(field: BoardField, told: dict[str, Any]) -> None:
    for name, value in told.items():
        if name not in EDITABLE:
            raise ValueError(f"a field has no editable {name}")
        setattr(field, name, _CLEAN.get(name, _as_it_is)(name, value))
    if is_blank(field.label_en):
        raise Invalid(_("A title needs at least one visible character."), field="label_en")
    if field.kind not in FILTERS:
        field.is_filter = False
    if field.kind in LISTS:
        field.choices = _choices(field.choices)
    else:
        field.choices = []
    if field.kind not in AMOUNTS:
        field.least = field.most = None
    if field.least is not None and field.most is not None and field.least > field.most:
        raise Invalid(_("The least is more than the most."), field="most")


def _line(name: str, value: str) -> str:
    text = clean_line(value)
    if len(text) > LENGTHS[name]:
        raise Invalid(
            _("This is %(length)d characters long; at most %(most)d fit.")
            % {"length": len(text), "most": LENGTHS[name]},
            field=name,
        )
    return text


def _lanes(name: str, value: Iterable[str]) -> list[str]:
    chosen = list(value)
    if any(lane not in Lane.values for lane in chosen):
        raise Invalid(_("There is no such lane."), field=name)
    return [lane for lane in Lane.values if lane in chosen]


def _as_it_is(_name: str, value: Any) -> Any:
    return value


_CLEAN = dict.fromkeys(LENGTHS, _line) | {"lanes": _lanes}


def _choices(given: Sequence[Choice]) -> list[list[Any]]:
    """Each with a key that stays whatever it is called later. Blank new ones fall away."""
    found: list[list[Any]] = []
    taken = {key for key, _en, _zh, _on in given if key}
    for key, raw_en, raw_zh, is_offered in given:
        en, zh = clean_line(raw_en), clean_line(raw_zh)
        if is_blank(en) and is_blank(zh) and not key:
            continue
        if is_blank(en) or max(len(en), len(zh)) > CHOICE_LENGTH:
            raise Invalid(
                _("Each choice needs a name of at most %(most)d characters.") % {"most": CHOICE_LENGTH},
                field="choices",
            )
        if not key:
            key = _new_key(en, taken)
            taken.add(key)
        found.append([key, en, zh, bool(is_offered)])
        if len(found) > MOST_CHOICES:
            raise Invalid(_("A list has at most %(most)d choices.") % {"most": MOST_CHOICES}, field="choices")
    names = [en.casefold() for _key, en, _zh, is_offered in found if is_offered]
    if not names:
        raise Invalid(_("A list needs at least one choice."), field="choices")
    if len(names) != len(set(names)):
        raise Invalid(_("Two choices have the same name."), field="choices")
    return found


def _new_key(name: str, taken: set[str]) -> str:
    """Readable in addresses, and nobody else's."""
    base = slugify(name)[:40].strip("-") or "choice"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key
