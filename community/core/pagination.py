"""Pages of lists: signed keyset cursors, and stable numbered pages where numbers are gap-free.

A cursor holds the order values of the row it stands beside. It is signed, so nobody can ask the database for
a place they were not given; one that does not fit is treated as the first page and said so.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

LONGEST = 1500  # characters of a token: four values of twenty characters each, however they are written
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIRECTIONS = _AFTER, _BEFORE, _UPTO = "a", "b", "u"


class BadCursor(Exception):
    """The token was not made here, was changed, or belongs to another list."""


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="community.core.pagination")


def seal(values: Sequence[Any]) -> str:
    """A signed, URL-safe token of whole and broken numbers, strings, booleans, dates and aware moments."""
    return _signer().sign_object([_packed(value) for value in values])


def unseal(token: str) -> tuple[Any, ...]:
    """What `seal` packed. Raises BadCursor."""
    if len(token) > LONGEST:
        raise BadCursor
    try:
        return tuple(_unpacked(value) for value in _signer().unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise BadCursor from error


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return ["t", (value - _EPOCH) // timedelta(microseconds=1)]
    if isinstance(value, date):
        return ["d", value.toordinal()]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot stand in a cursor")


def _unpacked(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, packed = value
    if kind == "t":
        return _EPOCH + timedelta(microseconds=packed)
    return date.fromordinal(packed) if kind == "d" else Decimal(packed)


@dataclass(slots=True)
class KeysetPage(Generic[M]):
    """A stretch of a list. `next` and `previous` are tokens, None where the list ends."""

    items: list[M] = field(default_factory=list)
    next: str | None = None
    previous: str | None = None
    bad_cursor: bool = False


Find = Callable[[list[str], Sequence[Any] | None, bool, int], list[M]]


def keyset(
    rows: QuerySet[M] | Find[M], *, order: Sequence[str], cursor: str | None, size: int
) -> KeysetPage[M]:
    """The stretch of `rows` at a cursor, in one statement.

    `rows` is a queryset, or a function that answers as `stretch` would.
    `order` names columns without nulls (annotations and `relation__column` too), the last one unique, "-" for
    descending. A token fits only the order it was made for.
    """
    direction, place, bad = _AFTER, None, False
    if cursor:
        try:
            direction, place = _place(cursor, order)
        except BadCursor:
            bad = True
    backwards = direction != _AFTER
    asked = [_flip(name) for name in order] if backwards else list(order)
    inclusive = direction == _UPTO
    if callable(rows):
        found = rows(asked, place, inclusive, size + 1)
    else:
        found = list(stretch(rows, asked, place, inclusive=inclusive, most=size + 1))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return KeysetPage(found, *_tokens(found, order, place, backwards=backwards, more=more), bad_cursor=bad)


def stretch(
    rows: QuerySet[M], order: Sequence[str], place: Sequence[Any] | None, *, inclusive: bool, most: int
) -> QuerySet[M]:
    """At most so many rows in this order, from the beginning or from behind a place."""
    if place is not None:
        rows = rows.filter(_behind(order, place, inclusive=inclusive))
    return rows.order_by(*order)[:most]


def _tokens(
    found: Sequence[Model], order: Sequence[str], place: Sequence[Any] | None, *, backwards: bool, more: bool
) -> tuple[str | None, str | None]:
    """Tokens for what follows and what went before."""
    if not found:  # everything on this side has gone since: the way back leads to the place itself and beyond
        return None, _token(_UPTO, place, order) if place is not None and not backwards else None
    following = _token(_AFTER, _values(found[-1], order), order) if backwards or more else None
    preceding = _token(_BEFORE, _values(found[0], order), order)
    return following, preceding if (more if backwards else place is not None) else None


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _behind(order: Sequence[str], place: Sequence[Any], *, inclusive: bool) -> Q:
    """Rows behind `place`: a > x, or a = x and b > y, and so on; with `inclusive` the place itself as well.

    Written out because directions may differ between columns. The first column's bound stands outside, where
    both databases turn it into a range of the index. Beyond the last of two truths lies nothing, so that the range is
    the next column's: without this, deep pages of a list that begins with pinned rows would walk all of it.
    """
    is_last_truth = isinstance(place[0], bool) and order[0].startswith("-") is not place[0]
    if is_last_truth and len(order) > 1:
        # As a list of one: SQLite finds no index for "NOT column".
        fixed = Q(**{f"{order[0].lstrip('-')}__in": [place[0]]})
        return fixed & _behind(order[1:], place[1:], inclusive=inclusive)
    condition, equal = Q(), Q()
    for name, value in zip(order, place, strict=True):
        column, beyond = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= equal & Q(**{f"{column}__{beyond}": value})
        equal &= Q(**{column: value})
    if inclusive:
        condition |= equal
    column, reach = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return Q(**{f"{column}__{reach}": place[0]}) & condition


def _values(row: Any, order: Sequence[str]) -> list[Any]:
    values = []
    for name in order:
        value = row
        for step in name.lstrip("-").split("__"):
            value = getattr(value, step)
        values.append(value)
    return values


def _order_mark(order: Sequence[str]) -> int:
    return zlib.crc32(",".join(order).encode()) & 0xFFFFFF


def _token(direction: str, values: Sequence[Any], order: Sequence[str]) -> str:
    return seal([direction, _order_mark(order), *values])


def _place(token: str, order: Sequence[str]) -> tuple[str, list[Any]]:
    found = unseal(token)
    if len(found) == len(order) + 2 and found[0] in _DIRECTIONS and found[1] == _order_mark(order):
        return found[0], list(found[2:])
    raise BadCursor


# ---- numbered pages ----


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A page of rows numbered 1 … last without gaps. `window` holds the pages to offer, None for a gap."""

    page: int
    pages: int
    first: int
    last: int
    window: Sequence[int | None] = ()

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def number_to_page(number: int, size: int = 20) -> int:
    """The page a number stands on. Arithmetic, so it never changes."""
    return max(0, number - 1) // size + 1


def page_bounds(page: int, size: int = 20) -> tuple[int, int]:
    """First and last number a page may hold."""
    return (page - 1) * size + 1, page * size


def numbered(last_number: int, page: int, size: int = 20) -> NumberedPage:
    """The page as shown; a page beyond either end becomes the nearest that exists (an empty list has one)."""
    pages = number_to_page(last_number, size)
    page = min(max(1, page), pages)
    first, last = page_bounds(page, size)
    near = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    window: list[int | None] = []
    for step in near:
        if window:
            gap = step - (window[-1] or 0)
            if gap == 2:
                window.append(step - 1)  # a gap of one page is no gap
            elif gap > 2:
                window.append(None)
        window.append(step)
    return NumberedPage(page=page, pages=pages, first=first, last=min(last, last_number), window=window)
