"""What raises hold about a member, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import NUMBER, SOMEONE_ELSE, YOU, Stays, each, holds

personal.room("raises", _("Raised threads"))

_LEDGER = "the ledger is public and stays; whose thread it was keeps a number, without a name"
_ACTED = "who acted for the site keeps a number, without a name"

holds(
    "raises.Raise",
    room="raises",
    title=_("Threads of yours that moderators raised"),
    owner="author",
    told="thread board reason state by_lot at until ended_at ended_why followed",
    untold={"id": NUMBER, "author": YOU, "by": SOMEONE_ELSE, "ended_by": SOMEONE_ELSE},
    points={"by": _ACTED, "ended_by": _ACTED},
    erase=Stays(
        kept=each(
            "id thread board author by reason state by_lot at until ended_at ended_why ended_by followed",
            _LEDGER,
        )
    ),
)
