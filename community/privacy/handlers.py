"""What the room does when somebody states a fact."""

from __future__ import annotations

from community.core.facts import records
from community.members.facts import MemberRegistered
from community.members.models import Member
from community.privacy import actions, papers
from community.privacy.models import Paper


@records(MemberRegistered)
def agreed_at_the_door(fact: MemberRegistered) -> None:
    """Whoever joined agreed to the needed texts as the page showed them; one that changed meanwhile is asked later."""
    if not fact.agreed:
        return
    current = papers.versions()
    told = (text.partition(":") for text in fact.agreed)
    shown = {(kind, current[kind]) for kind, _colon, version in told if str(current.get(kind)) == version}
    needed = sorted(pair for pair in shown if pair[0] in Paper.NEEDED)
    if needed:
        actions.give_consents(member=Member.objects.get(pk=fact.member_id), versions=needed)
