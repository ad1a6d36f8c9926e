"""What pages for guests show of people, and which facts change it."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from community.members import facts

PEOPLE = "people"  # names, pictures and roles, for pages that show many people


def member_topic(member_id: int) -> str:
    return f"member:{member_id}"


@records(facts.ProfileChanged)
def profile_changed(fact: facts.ProfileChanged) -> None:
    """Their own words, and who may read them: lists show neither."""
    changed(member_topic(fact.member_id))


@records(
    facts.AvatarChanged,
    facts.KeyMembershipChanged,
    facts.MemberRenamed,
    facts.RoleChanged,
    facts.StandingChanged,
)
def member_changed(
    fact: facts.AvatarChanged
    | facts.KeyMembershipChanged
    | facts.MemberRenamed
    | facts.RoleChanged
    | facts.StandingChanged,
) -> None:
    changed(member_topic(fact.member_id), PEOPLE)


@records(facts.ImportedMemberClaimed)
def member_claimed(fact: facts.ImportedMemberClaimed) -> None:
    changed(member_topic(fact.imported_id), member_topic(fact.claimant_id), PEOPLE)


@records(facts.AccountErased)
def account_erased(fact: facts.AccountErased) -> None:
    changed(member_topic(fact.member_id), PEOPLE)


@records(facts.MembersErased)
def members_erased(fact: facts.MembersErased) -> None:
    changed(*(member_topic(pk) for pk in fact.member_ids), PEOPLE)
