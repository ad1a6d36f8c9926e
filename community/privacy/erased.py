"""Who was erased, noted outside the database: a backup from before does not know it, and must not bring them back.

One line a member: a number, when they joined, what became of their posts. No name and no address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from community.privacy.models import Erasure


class Gone(NamedTuple):
    member_id: int
    joined_at: datetime
    remove_posts: bool


def place() -> Path:
    return Path(settings.ERASED_LIST)


def note(erasure: Erasure) -> None:
    """Add the member to the list before anything of theirs goes. Repeatable: a second line says the same."""
    told = {
        "member": erasure.member_id,
        "joined_at": erasure.member.joined_at.isoformat(),
        "remove_posts": erasure.remove_posts,
    }
    place().parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def listed(source: Path | None = None) -> Iterator[Gone]:
    """Everybody on the list, each once. A line that was cut off is passed over."""
    file, seen = source or place(), set()
    if not file.exists():
        return
    for line in file.read_text().splitlines():
        try:
            told = json.loads(line)
            gone = Gone(
                int(told["member"]), datetime.fromisoformat(told["joined_at"]), bool(told["remove_posts"])
            )
        except (ValueError, KeyError, TypeError):
            continue
        if gone not in seen:
            seen.add(gone)
            yield gone
