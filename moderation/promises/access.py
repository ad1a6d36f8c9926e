"""Who may stand on a rota."""

from __future__ import annotations

from community.members.access import standing_verdict
from community.members.models import Member
from forum.queries.team import TEAM


def may_stand(member: Member | None) -> bool:
    """Whether somebody is of the team now and may write, so that a question can be given to them. No statement."""
    return member is not None and member.role in TEAM and bool(standing_verdict(member))
