"""What the site remembers about one member, by room: how many rows of what, and the rows themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Count, Model, Value

from community.core import personal
from community.core.personal import Rule, Words
from community.members.models import Member

PIECE = 500  # rows read at a time: memory stays flat however much somebody wrote


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of the member's."""

    rule: Rule
    count: int


@dataclass(frozen=True, slots=True)
class Room:
    title: Words
    kinds: list[Kind]


def counts(member: Member) -> dict[str, int]:
    """How many rows of the member's each table holds. One statement."""
    asked = [
        rule.rows_of(member.pk)
        .order_by()
        .annotate(table=Value(rule.model, output_field=CharField()))
        .values("table")
        .annotate(rows=Count("pk"))
        .values_list("table", "rows")
        for rule in personal.personal_rules()
    ]
    first, *rest = asked
    return dict(first.union(*rest, all=True))


def rooms(member: Member) -> list[Room]:
    """Everything that is remembered, by room; what there is none of is left out. One statement."""
    found = counts(member)
    kinds: dict[str, list[Kind]] = defaultdict(list)
    for rule in personal.personal_rules():
        if found.get(rule.model):
            kinds[rule.room].append(Kind(rule, found[rule.model]))
    return [Room(title, kinds[key]) for key, title in personal.rooms().items() if kinds.get(key)]


def rule_called(key: str) -> Rule | None:
    """The rule with this name in addresses."""
    return next((rule for rule in personal.personal_rules() if rule.key == key), None)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as its member reads it: (field, value, address) of each field that is told."""

    pk: Any
    cells: list[tuple[str, Any, str]]


def lines(rule: Rule, rows: Sequence[Model], viewer: Member) -> list[Line]:
    """Rows with the names of what they point at. One statement for each kind of thing that is pointed at."""
    _veil(rule, rows, viewer)
    names = _names(rule, rows, viewer)
    return [Line(row.pk, list(_cells(rule, row, names))) for row in rows]


def _cells(rule: Rule, row: Model, names: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    for field, called in rule.told.items():
        value = _raw(row, field)
        if field in names and value is not None:
            title, address = names[field].get(value, ("", ""))
            yield called, title or f"#{value}", address
        elif value not in (None, "", [], {}):
            yield called, _worded(row, field, value), ""


def _worded(row: Model, field: str, value: Any) -> Any:
    """A choice in its words, anything else as it is."""
    choice = getattr(row, f"get_{field}_display", None)
    if choice is not None:
        return choice()
    return ", ".join(f"{key}: {part}" for key, part in value.items()) if isinstance(value, dict) else value


def exported(rule: Rule, member: Member) -> Iterator[dict[str, Any]]:
    """Every row of the member's as the export tells it, the oldest first, a piece at a time."""
    for rows in pieces(rule, member.pk):
        _veil(rule, rows, member)
        names = _names(rule, rows, member)
        for row in rows:
            told: dict[str, Any] = {}
            for field, called in rule.told.items():
                value = _raw(row, field)
                told[called] = plain(value)
                if field in names and value in names[field]:
                    told[f"{called}_name"] = str(names[field][value][0])
            yield told


def pieces(rule: Rule, member_id: int) -> Iterator[list[Model]]:
    """The member's rows in pieces, by rising key: no long transaction, and no row twice."""
    last: Any = None
    while True:
        rows = rule.rows_of(member_id)
        if last is not None:
            rows = rows.filter(pk__gt=last)
        piece = list(rows[:PIECE])
        if not piece:
            return
        yield piece
        last = piece[-1].pk


def _raw(row: Model, field: str) -> Any:
    told: Any = row._meta.get_field(field)
    return getattr(row, told.attname if not told.many_to_many else field)


def _veil(rule: Rule, rows: Sequence[Model], viewer: Member) -> None:
    if rule.veil is not None and rows:
        rule.veil(rows, viewer)


def _names(rule: Rule, rows: Iterable[Model], viewer: Member) -> dict[str, Any]:
    """field → id → (title, address), for the relations that somebody can name."""
    model: Any = apps.get_model(rule.model)
    found: dict[str, Any] = {}
    rows = list(rows)
    for field in rule.told:
        told: Any = model._meta.get_field(field)
        if told.is_relation and told.related_model is not None:
            ids = {value for row in rows if (value := _raw(row, field)) is not None}
            found[field] = personal.names_of(told.related_model._meta.label, viewer, ids)
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
        case Decimal() | UUID():
            return str(value)
        case dict():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple() | set():
            return [plain(part) for part in value]
        case _:
            return str(value)
