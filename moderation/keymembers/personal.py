"""What is held about key members, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import GOES, NUMBER, SOMEONE_ELSE, YOU, each, holds

personal.room("key-member", _("Your terms as a key member"))

holds(
    "keymembers.KeyMember",
    room="key-member",
    title=_("Terms as a key member"),
    about=_("What for, why, how long, and when and how you agreed."),
    owner="member",
    told="segment reason agreed_on agreed_how since until ended_at end_reason",
    untold={"id": NUMBER, "member": YOU, "named_by": SOMEONE_ELSE, "ended_by": SOMEONE_ELSE},
    points=each("named_by ended_by", "who decided stays a number, without a name"),
    erase=GOES,
)
