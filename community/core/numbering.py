"""The cursor that binds values on the server (`prepared.bound_cursor`), for PostgreSQL alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Self

import psycopg

_MARK = re.compile("%(s|%)")


class BoundCursor(psycopg.RawCursor[Any]):
    """Takes the `%s` of Django's statements and numbers them once for each text.

    psycopg's own looks through a long text anew whenever it comes: the statement of a thread is longer than it keeps.
    """

    def execute(self, query: str, params: Sequence[Any] | None = None, **options: Any) -> Self:  # type: ignore[override]
        return super().execute(query if params is None else numbered(query), params, **options)


@lru_cache(maxsize=2000)
def numbered(sql: str) -> bytes:
    """`%s` as `$1`, `$2`, …, and `%%` as `%`."""
    numbers = count(1)
    return _MARK.sub(lambda found: f"${next(numbers)}" if found[1] == "s" else "%", sql).encode()
