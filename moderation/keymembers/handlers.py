"""What happens to terms by the clock, and who hears of it: whoever is named reads why, and that it ended."""

from __future__ import annotations

from activity.notices.tasks import tell_of_upkeep
from community.core.facts import records
from community.core.tasks import cron
from moderation.keymembers import actions, queries
from moderation.keymembers.facts import KeyMemberEnded, KeyMemberNamed


@cron("* * * * *", name="keymembers.end_due")
def end_due() -> None:
    """Terms whose date has come are over: the mark goes, and what it counted for."""
    actions.end_due_terms()


@records(KeyMemberNamed, KeyMemberEnded)
def tell(fact: KeyMemberNamed | KeyMemberEnded) -> None:
    """With the very words that the team reads."""
    term = queries.last_of(fact.member_id)
    if term is None:
        return
    is_named = isinstance(fact, KeyMemberNamed)
    what = "key_named" if is_named else "key_ended"
    tell_of_upkeep.enqueue(
        member_id=fact.member_id,
        actor_id=fact.by_id,
        what=what,
        reason=term.reason if is_named else term.end_reason,
        key=f"{what}:{term.pk}",
    )
