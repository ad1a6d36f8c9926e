"""Notes on members, by the team and for the team."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import absent, no, require
from community.core.retrying import action
from community.members.access import may_moderate_members
from community.members.models import Member, Role
from community.members.presses import made_just_now
from forum.access import may_moderate
from forum.actions import clean_reason
from moderation.desk import access
from moderation.desk.models import MemberNote

MOST_NOTE = 500


@action
def keep_note(*, actor: Member, thread_id: int, text: str) -> MemberNote:
    """Note something about who opened a thread of the actor's desk; once, however often it is pressed. 404 where there
    is nobody."""
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    require(may_moderate(actor, thread))
    text = clean_reason(
        text,
        field="note",
        most=MOST_NOTE,
        missing=_("Write something first."),
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )
    now = clock.now()
    same = MemberNote.objects.filter(member=thread.author_id, by=actor, text=text)
    made = made_just_now(actor, same, moment="at", now=now)
    return made or MemberNote.objects.create(member_id=thread.author_id, by=actor, text=text, at=now)


@action
def remove_note(*, actor: Member, note_id: int) -> None:
    """Take a note away: who wrote it, and administrators. 404 for what is not there (any more)."""
    require(may_moderate_members(actor))
    note = MemberNote.objects.select_for_update(of=("self",)).filter(pk=note_id).first()
    if note is None:
        raise absent()
    is_own = note.by_id == actor.pk or actor.role == Role.ADMIN
    if not is_own:
        require(no(_("Only who wrote a note, and administrators, take it away."), "not_author"))
    note.delete()
