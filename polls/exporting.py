"""Results as files: a table for spreadsheets, and JSON. What a viewer may not see on the page is in neither."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from community.core.spreadsheet import cell
from polls import wording
from polls.models import Secrecy
from polls.queries.dressing import Shown

GROUPS = ("owner", "member", "guest", "house")
# Columns of a file, and which groups each holds. Where names stand beside votes nothing can be given away; elsewhere
# owners are told apart from other members only as the page does it (`splits`), and the house not at all.
_NAMED: dict[str, tuple[str, ...]] = {group: (group,) for group in GROUPS}
_APART: dict[str, tuple[str, ...]] = {"member": ("owner", "member"), "guest": ("guest",)}


def _columns(shown: Shown) -> dict[str, tuple[str, ...]]:
    return _NAMED if shown.poll.secrecy == Secrecy.NAMED else _APART


def _votes(shown: Shown, key: str) -> dict[str, int]:
    """Votes for a choice or an order, by the file's columns."""
    return {column: shown.counts.of(key, groups) for column, groups in _columns(shown).items()}


def as_csv(shown: Shown, written: Sequence[tuple[str, str]] = ()) -> str:
    """One line a choice, with votes by group; for an order one line for each that was given. Then what was `written`
    beside the open choice: (words, name)."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([cell(shown.poll.question)])
    if shown.poll.is_ranked:
        names = {str(choice.number): choice.text for choice in shown.choices}
        write(["order", *_columns(shown)])
        for key in sorted(shown.counts.votes):
            order = " > ".join(names.get(number, number) for number in key.split(">"))
            write([cell(order), *_votes(shown, key).values()])
        outcome = _outcome(shown)
        for what in ("won", "level"):
            for number in outcome[what]:
                write([what, cell(names[str(number)])])
        for said in wording.ties(shown):
            write([cell(said)])
    else:
        write(["choice", "added", *_columns(shown)])
        for choice in shown.choices:
            added = choice.added_at.isoformat() if choice.added_at else ""
            write([cell(choice.text), added, *_votes(shown, str(choice.number)).values()])
    ballots = shown.counts.ballots
    sums = [sum(ballots.get(group, 0) for group in groups) for groups in _columns(shown).values()]
    write(["ballots", *([] if shown.poll.is_ranked else [""]), *sums])
    _write_apart(write, shown)
    _write_written(write, shown, written)
    return out.getvalue()


def _write_apart(write: Callable[[list[Any]], object], shown: Shown) -> None:
    """Who chose what, as the page tells it; nothing where that was not told."""
    apart = wording.told_apart(shown)
    if apart is None:
        return
    write([])
    write(["who", *map(cell, apart.heads), "ballots"])
    for name, n, cells in apart.rows:
        write([cell(name), *("" if one is None else one for one in cells), n])


def _write_written(
    write: Callable[[list[Any]], object], shown: Shown, written: Sequence[tuple[str, str]]
) -> None:
    """Words of voters, with a name only where names stand beside votes."""
    if not written:
        return
    is_named = shown.poll.secrecy == Secrecy.NAMED
    write([])
    write(["written", "who"] if is_named else ["written"])
    for words, name in written:
        write([cell(words), cell(name)] if is_named else [cell(words)])


def _outcome(shown: Shown) -> dict[str, Any]:
    """What follows from the orders, by numbers of choices: who won, or who are level; and how it was counted."""
    ahead = list(shown.ahead)
    return {
        "method": shown.poll.method,
        "won": ahead if len(ahead) == 1 else [],
        "level": ahead if len(ahead) > 1 else [],
        "rounds": [
            {
                "votes": dict(one.votes),
                "out": list(one.out),
                "exhausted": one.exhausted,
                "equally_few": list(one.level) if one.by else [],
                "out_by": one.by,
            }
            for one in shown.rounds
        ],
        "points": shown.points,
    }


def as_json(shown: Shown, written: Sequence[tuple[str, str]] = ()) -> str:
    """The same with the rules, so that a reader can count again."""
    poll = shown.poll
    told: dict[str, Any] = {
        "id": poll.pk,
        "question": poll.question,
        "about": poll.about,
        "kind": poll.kind,
        "least": poll.least,
        "most": poll.most,
        "results": poll.results,
        "changes": poll.changes,
        "secrecy": poll.secrecy,
        "audience": poll.audience,
        "audience_value": poll.audience_value,
        "is_decision": poll.is_decision,
        "opens_at": poll.opens_at.isoformat(),
        "closed_at": poll.ended_at.isoformat() if poll.is_over and poll.ended_at else None,
        "corrections": poll.correction_count,
        "ballots": dict(shown.counts.ballots),
        "choices": [
            {
                "number": choice.number,
                "text": choice.text,
                "added_at": choice.added_at.isoformat() if choice.added_at else None,
                "votes": _votes(shown, str(choice.number)),
            }
            for choice in shown.choices
        ],
    }
    if poll.is_ranked:
        told["orders"] = [
            {"order": [int(number) for number in key.split(">")], "votes": _votes(shown, key)}
            for key in sorted(shown.counts.votes)
        ]
        told["outcome"] = _outcome(shown)
    if shown.split:
        rows = shown.split["rows"]
        told["who_chose_what"] = {
            "columns": shown.split["columns"],
            "rows": [
                {"group": group, "car": car, "ballots": n, "votes": cells} for group, car, n, cells in rows
            ],
        }
    if written:
        is_named = poll.secrecy == Secrecy.NAMED
        told["written"] = [
            {"words": words} | ({"who": name or None} if is_named else {}) for words, name in written
        ]
    return json.dumps(told, ensure_ascii=False, indent=1)
