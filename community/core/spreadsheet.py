"""Tables as files for spreadsheets. Nothing in them is a formula, whoever wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
Cell = str | int | float | None


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    clean = text.replace("\x00", "")
    return f"'{clean}" if clean.lstrip(" \u00a0\u3000").startswith(_FORMULA) else clean


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table with its names on top; nothing for None."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(head)
    for row in rows:
        write([cell(one) if isinstance(one, str) else one for one in row])
    return out.getvalue()


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The file `name`.csv. With a mark at its beginning: spreadsheets read Chinese by it."""
    answer = HttpResponse("\ufeff" + as_csv(head, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
