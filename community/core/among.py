"""Many keys as one value of a statement, for whoever asks about thousands of rows at once."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL


def among(ids: Iterable[int]) -> RawSQL:
    """For `column__in=`: the statement holds one value, however many keys there are.

    Thousands of placeholders cost more than the rows they ask for. None at all match nothing, at one statement.
    """
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])
