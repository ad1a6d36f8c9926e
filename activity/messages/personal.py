"""What private conversations hold about a member, and how it goes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activity.messages import actions
from activity.messages.models import MessageReport, Opens
from community.core import personal
from community.core.personal import DERIVED, GOES, INNER, NUMBER, SOMEONE_ELSE, YOU, Stays, each, holds
from community.members.actions import former_name

personal.room("messages", _("Messages"))

_OTHERS = "those who stay in it keep their conversation"
_CASE = "a report concerns others too; the words in it were theirs"

holds(
    "letters.Conversation",
    room="messages",
    title=_("Conversations you began"),
    owner="started_by",
    told="id title started_at last_at",
    untold={"started_by": YOU, "pair": INNER, "last_number": INNER, "sequence": INNER},
    erase=Stays(
        kept=each("id pair title started_at last_number last_at sequence", _OTHERS)
        | {"started_by": "a number without a name; " + _OTHERS}
    ),
)
holds(
    "letters.Participant",
    room="messages",
    title=_("Conversations you are in"),
    about=_("You leave a conversation on its own page."),
    owner="member",
    told="conversation role joined_at read_number left_at muted_until",
    untold={"id": NUMBER, "member": YOU, "from_number": INNER, "has_written": DERIVED},
    erase=GOES,
)
holds(
    "letters.Message",
    room="messages",
    title=_("Messages you sent"),
    owner="author",
    told="conversation number source lang sent_at state",
    untold={"id": NUMBER, "author": YOU, "html": DERIVED, "renderer_version": INNER},
    erase=Stays(
        blank={"author": None, "source": "", "html": "", "lang": "", "state": "removed"},
        kept=each("id conversation number renderer_version sent_at", _OTHERS),
    ),
)
holds(
    "letters.MessageReport",
    room="messages",
    title=_("Messages you reported"),
    owner="reporter",
    told="conversation reason reported_at state decided_at",
    untold={
        "id": NUMBER,
        "reporter": YOU,
        "snapshot": SOMEONE_ELSE,
        "decided_by": SOMEONE_ELSE,
        "note": SOMEONE_ELSE,
    },
    points={"decided_by": "a line of a log keeps who decided as a number, without a name"},
    erase=Stays(
        blank={"reporter": None},
        kept=each("id conversation reason snapshot reported_at state decided_by decided_at note", _CASE),
    ),
)
holds(
    "letters.Door",
    room="messages",
    title=_("Who may write to you"),
    owner="member",
    told="opens_to",
    untold={"member": YOU},
    erase=GOES,
    clear=lambda member: actions.set_door(member=member, opens_to=Opens.EVERYONE),
)


@personal.erases("letters.reported", order=personal.WORDS)
def reported_words_go(*, member_id: int, remove_posts: bool) -> None:
    """What others reported of this member goes as their messages do: the line stays, without words and name."""
    for pk, lines in MessageReport.objects.values_list("pk", "snapshot").iterator(chunk_size=500):
        if any(line["author"] == member_id for line in lines):
            with transaction.atomic():
                held = MessageReport.objects.select_for_update().get(pk=pk)
                held.snapshot = [
                    line | {"name": former_name(member_id), "source": ""}
                    if line["author"] == member_id
                    else line
                    for line in held.snapshot
                ]
                held.save(update_fields=["snapshot"])
