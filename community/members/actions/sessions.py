"""Ending a member's sessions, here or everywhere else."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from community.core.facts import publish
from community.members import facts
from community.members.models import Member


def end_session(*, member: Member, session_id: int) -> bool:
    """End one session of the member's. False when it is not theirs or gone: the two look alike."""
    with transaction.atomic():
        session = UserSession.objects.filter(user=member, pk=session_id).first()
        if session is None:
            return False
        session.end()
        publish(facts.SessionsEnded(member_id=member.pk))
    return True


def end_sessions(*, member: Member, keep: str = "") -> int:
    """End the member's sessions, except the one whose key is `keep`. Returns how many there were."""
    with transaction.atomic():
        others = list(UserSession.objects.filter(user=member).exclude(session_key=keep))
        for session in others:
            session.end()
        publish(facts.SessionsEnded(member_id=member.pk))
    return len(others)
