"""Ending a member's sessions, here or everywhere else."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.models import Member


@action
def end_session(*, member: Member, session_id: int) -> bool:
    """End one session of the member's. False when it is not theirs or gone: the two look alike."""
    session = UserSession.objects.filter(user=member, pk=session_id).first()
    if session is None:
        return False
    session.end()
    publish(facts.SessionsEnded(member_id=member.pk))
    return True


@action
def end_sessions(*, member: Member, keep: str = "") -> int:
    """End the member's sessions, except the one whose key is `keep`. Returns how many there were."""
    others = list(UserSession.objects.filter(user=member).exclude(session_key=keep))
    for session in others:
        session.end()
    publish(facts.SessionsEnded(member_id=member.pk))
    return len(others)
