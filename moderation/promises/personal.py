"""What promises hold about a member, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import GOES, INNER, NUMBER, YOU, each, holds, nothing

personal.room("promises", _("Promised answers"))

_HOUSE = "what the team promises belongs to the site"
_ACTED = "who acted for the site keeps a number, without a name"
_CLOCK = "follows from the question and its replies, which are told with your posts"

nothing(
    "promises.Calendar",
    _HOUSE,
    "id title zone shifts holidays lead",
    points={"lead": _ACTED},
)
nothing("promises.Promise", _HOUSE, "id board calendar minutes asked_count kept_count median counted_at")
nothing(
    "promises.Terms", _HOUSE, "id board minutes zone shifts holidays from_at by reason", points={"by": _ACTED}
)
nothing(
    "promises.Clock",
    _CLOCK,
    "id thread board terms is_first asked_at started_at due_at laps waited answered_at answer broken_at is_aside "
    "holder stage next_at",
    points={"holder": _ACTED},
)
holds(
    "promises.RotaShift",
    room="promises",
    title=_("Your turns on the team’s rota"),
    owner="member",
    told="calendar weekday start end language",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
)
holds(
    "promises.SetAside",
    room="promises",
    title=_("Replies that you said are no answer"),
    owner="by",
    told="post why at",
    untold={"id": NUMBER, "by": YOU},
    erase=GOES,
)
holds(
    "promises.Machine",
    room="promises",
    title=_("That your account writes by itself"),
    owner="member",
    told="at reason",
    untold={"id": NUMBER, "member": YOU, "by": INNER},
    points={"by": _ACTED},
    erase=GOES,
)
holds(
    "promises.Alert",
    room="promises",
    title=_("Questions that the rota gave you"),
    owner="recipient",
    told="at seen_at",
    untold={"id": NUMBER, "recipient": YOU} | each("clock lap stage is_gap", INNER),
    erase=GOES,
)
