"""What this room itself holds about a member."""

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import GOES, INNER, NUMBER, YOU, Stays, each, holds, nothing
from community.privacy import actions

personal.room("choices", _("Copies, consents and leaving"))

holds(
    "privacy.Export",
    room="choices",
    title=_("Copies of your data you asked for"),
    owner="member",
    told="asked_at state size ready_at expires_at told_at",
    untold={"id": NUMBER, "member": YOU, "file": INNER},
    erase=GOES,
    by="privacy.exports",
    drop=lambda member, row: actions.forget_export(member=member, pk=row.pk),
)
holds(
    "privacy.Erasure",
    room="choices",
    title=_("Your wishes to leave"),
    owner="member",
    told="remove_posts asked_at due_at state told_at warned_at done_at",
    untold={"id": NUMBER, "member": YOU},
    erase=Stays(
        kept=each(
            "id member remove_posts asked_at due_at state told_at warned_at done_at",
            "shows that the wish was kept, beside a number without a name",
        )
    ),
)
nothing(
    "privacy.Paper",
    "texts of the house",
    "id kind version source_en source_zh changes_en changes_zh published_at published_by",
    points={"published_by": "who published a text stays a number, without a name"},
)
holds(
    "privacy.Consent",
    room="choices",
    title=_("What you agreed to"),
    about=_("Rules and notices with their versions. Free choices are taken back on the page of consents."),
    owner="member",
    told="kind version given_at withdrawn_at",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
)
