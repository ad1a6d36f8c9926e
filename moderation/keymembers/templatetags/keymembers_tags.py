"""Why somebody is a key member, on other rooms' staff pages."""

from __future__ import annotations

from django import template

from community.members.models import Member
from moderation.keymembers import queries
from moderation.keymembers.models import KeyMember

register = template.Library()


@register.simple_tag
def key_term(member: Member) -> KeyMember | None:
    """The term that runs now; no statement for whoever bears no mark, one otherwise."""
    return queries.term_of(member.pk) if member.is_key_member else None


@register.inclusion_tag("keymembers/_own.html")
def own_key_term(member: Member) -> dict[str, KeyMember | None]:
    """What somebody was named for, by when it ends and how they agreed, for themselves."""
    return {"term": key_term(member)}
