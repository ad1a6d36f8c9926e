"""The cursor that binds values on the server (`prepared.bound_cursor`), for PostgreSQL alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Self

import psycopg
from psycopg.types.numeric import Int4

_MARK = re.compile("%(s|%)")
_LEAST, _MOST = -(2**31), 2**31 - 1


class BoundCursor(psycopg.RawCursor[Any]):
    """Takes the `%s` of Django's statements and numbers them once for each text.

    psycopg's own looks through a long text anew whenever it comes: the statement of a thread is longer than it keeps.
    """

    def execute(self, query: str, params: Sequence[Any] | None = None, **options: Any) -> Self:  # type: ignore[override]
        if params is None:
            return super().execute(query, params, **options)
        return super().execute(numbered(query), [steady(value) for value in params], **options)


def steady(value: Any) -> Any:
    """A value whose type in the statement does not depend on how large it is.

    psycopg calls a number by the least type that holds it, and the same text with other types is another statement, to
    be planned anew: a site that grew past id 32,767 had two, four or eight plans where a small one has one.
    """
    if type(value) is int:
        return Int4(value) if _LEAST <= value <= _MOST else value
    if type(value) is list and value and type(value[0]) is int:
        return f"{{{','.join(map(str, value))}}}"  # the server takes the type from where the keys stand
    return value


@lru_cache(maxsize=2000)
def numbered(sql: str) -> bytes:
    """`%s` as `$1`, `$2`, …, and `%%` as `%`."""
    numbers = count(1)
    return _MARK.sub(lambda found: f"${next(numbers)}" if found[1] == "s" else "%", sql).encode()
