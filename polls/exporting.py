"""Results as files: a table for spreadsheets, and JSON. What a viewer may not see on the page is in neither."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from community.core.spreadsheet import cell
from polls.queries.dressing import Shown

GROUPS = ("owner", "member", "guest", "house")


def as_csv(shown: Shown) -> str:
    """One line a choice, with votes by group; for an order one line for each that was given."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([cell(shown.poll.question)])
    if shown.poll.is_ranked:
        names = {str(choice.number): choice.text for choice in shown.choices}
        write(["order", *GROUPS])
        for key, votes in sorted(shown.counts.votes.items()):
            order = " > ".join(names.get(number, number) for number in key.split(">"))
            write([cell(order), *(votes.get(group, 0) for group in GROUPS)])
    else:
        write(["choice", "added", *GROUPS])
        for choice in shown.choices:
            votes = shown.counts.votes.get(str(choice.number), {})
            added = choice.added_at.isoformat() if choice.added_at else ""
            write([cell(choice.text), added, *(votes.get(group, 0) for group in GROUPS)])
    write(
        [
            "ballots",
            *([] if shown.poll.is_ranked else [""]),
            *(shown.counts.ballots.get(g, 0) for g in GROUPS),
        ]
    )
    return out.getvalue()


def as_json(shown: Shown) -> str:
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
                "votes": dict(shown.counts.votes.get(str(choice.number), {})),
            }
            for choice in shown.choices
        ],
    }
    if poll.is_ranked:
        told["orders"] = [
            {"order": [int(number) for number in key.split(">")], "votes": dict(votes)}
            for key, votes in sorted(shown.counts.votes.items())
        ]
    return json.dumps(told, ensure_ascii=False, indent=1)
