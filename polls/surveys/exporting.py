"""Results as files. What the page hides is hidden here too."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from community.core.spreadsheet import cell
from polls.surveys.queries.results import GROUPS, Result, Results

FEW = "<5"  # in the place of what is hidden


def as_csv(found: Results) -> str:
    """One line for each answer of each question."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([cell(found.survey.title), "wave", found.wave.number, "sent", found.handed])
    write(["question", "kind", "wording", "answered", "answer", "people", "per cent", *GROUPS])
    for one in found.questions:
        head: list[str | int] = [cell(one.said), one.question.kind, one.question.wording[:16], _few(one.n)]
        for row in one.rows:
            groups: list[int | str] = [*row.groups] or [""] * len(GROUPS)
            write([*head, cell(row.label), _few(row.n), _few(row.percent), *groups])
        if not one.rows:
            write([*head, *[""] * (3 + len(GROUPS))])
    return out.getvalue()


def as_json(found: Results) -> str:
    """The same as JSON; what is hidden is null."""
    told = {
        "survey": found.survey.title,
        "wave": found.wave.number,
        "secrecy": found.survey.secrecy,
        "audience": found.survey.audience,
        "opened_at": found.wave.opens_at.isoformat() if found.wave.opens_at else None,
        "closed_at": found.wave.ended_at.isoformat() if found.wave.is_over and found.wave.ended_at else None,
        "sent": found.handed,
        "warnings": [rule for rule, _said in found.label.warnings],
        "questions": [_question(one) for one in found.questions],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _question(one: Result) -> dict[str, Any]:
    return {
        "text": one.said,
        "kind": one.question.kind,
        "wording": one.question.wording,
        "answered": one.n,
        "figure": one.figure,
        "answers": [
            {
                "text": row.label,
                "people": row.n,
                "percent": row.percent,
                "groups": dict(zip(GROUPS, row.groups, strict=True)) if row.groups else None,
            }
            for row in one.rows
        ],
        "earlier": [{"wave": wave.number, "answered": wave.n, "figure": wave.figure} for wave in one.earlier],
    }


def _few(n: int | None) -> int | str:
    return FEW if n is None else n
