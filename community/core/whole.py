"""Whole numbers as addresses and forms hold them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

DIGITS = 18  # every number of so many fits a key of the database


@overload
def whole(raw: object, digits: int = DIGITS) -> int | None: ...
@overload
def whole(raw: object, digits: int = DIGITS, *, otherwise: int) -> int: ...


def whole(raw: object, digits: int = DIGITS, *, otherwise: int | None = None) -> int | None:
    """The number that a text of ASCII digits says; `otherwise` for anything else, and for more than so many digits.

    Python refuses to read a number of thousands of digits, and no column holds one of twenty.
    """
    text = raw if isinstance(raw, str) else ""
    return int(text) if 0 < len(text) <= digits and text.isascii() and text.isdecimal() else otherwise


def wholes(raws: Iterable[object], digits: int = DIGITS) -> list[int]:
    """Those of several that are whole numbers, in their order."""
    return [number for raw in raws if (number := whole(raw, digits)) is not None]
