"""What the desk holds about a member, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import (
    DERIVED,
    GOES,
    INNER,
    NUMBER,
    SOMEONE_ELSE,
    YOU,
    Stays,
    each,
    holds,
    nothing,
)

personal.room("staff", _("Your work for this community"))
personal.room("staff-notes", _("What the team noted about you"))

_CALLED = "who asked keeps a number, without a name"
_LOG = "a line of a log keeps who acted as a number, without a name"

nothing(
    "desk.DeskThread",
    "how urgent a thread is; what it follows from is told with the thread",
    "thread board lane score reasons is_fresh is_key scored_at is_learnt place version assignee assigned_by note due_at "
    "snoozed_until wakes_on_reply writer writing_until",
    points=each("assignee assigned_by writer", "who has it in hand is a number; the log tells what you did"),
)
nothing("desk.BoardRhythm", "how much is written when, never by whom", "board by_hour total pace paced_at")
nothing(
    "desk.ModelTrial",
    "what a ranking learnt of threads, in weights",
    "id at rows since until figures model is_on",
)
nothing("desk.Rescore", "how far a count has come", "id began_at after_id scored finished_at")
holds(
    "desk.DeskLog",
    room="staff",
    title=_("What you did at the desk"),
    owner="actor",
    told="thread verb at reason undone_at",
    untold={"id": NUMBER, "actor": YOU, "data": DERIVED, "before": INNER, "version": INNER},
    erase=Stays(kept=each("id thread actor verb at reason data before version undone_at", _LOG)),
)
holds(
    "desk.Call",
    room="staff",
    title=_("When the team asked you to help in a thread"),
    owner="member",
    told="thread reason at withdrawn_at",
    untold={"id": NUMBER, "member": YOU, "by": SOMEONE_ELSE},
    points={"by": _CALLED},
    erase=GOES,
)
holds(
    "desk.MemberNote",
    room="staff-notes",
    title=_("What the team noted about you"),
    about=_("Written by moderators for each other while they answered you."),
    owner="member",
    told="text at",
    untold={"id": NUMBER, "member": YOU, "by": SOMEONE_ELSE},
    points={"by": "who wrote it keeps a number, without a name"},
    erase=GOES,
)
holds(
    "desk.SavedFilter",
    room="staff",
    title=_("Parts of the desk that you saved for yourself"),
    owner="owner",
    told="name view board lane",
    untold={"id": NUMBER, "owner": YOU, "made_by": SOMEONE_ELSE},
    points={"made_by": "who saved something for the team keeps a number, without a name"},
    erase=GOES,
)
