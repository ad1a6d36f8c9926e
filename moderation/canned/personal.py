"""What canned answers hold about a member, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core.personal import GOES, INNER, NUMBER, SOMEONE_ELSE, YOU, each, holds, nothing

holds(
    "canned.CannedAnswer",
    room="staff",
    title=_("Answers that you keep ready for yourself"),
    owner="owner",
    told="name fits text_en text_zh board lane changed_at retired_at",
    untold={
        "id": NUMBER,
        "owner": YOU,
        "made_by": SOMEONE_ELSE,
        "changed_by": SOMEONE_ELSE,
        "version": INNER,
    },
    points=each("made_by changed_by", "who worded the team’s answers keeps a number, without a name"),
    erase=GOES,
)
nothing(
    "canned.Use",
    "which answer a reply was begun from; the reply itself is told with its author’s posts",
    "id answer post is_bare at",
)
