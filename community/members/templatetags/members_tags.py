"""What other rooms' pages show about people, and small things of the account pages."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from community.core.access import YES, Verdict
from community.members import access
from community.members.devices import Device, device
from community.members.models import Member, Standing

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_providers(context: Context) -> list[Any]:
    """The identity providers that the operator set up. No statement."""
    return list(get_adapter().list_providers(context["request"]))


@register.simple_tag(takes_context=True)
def my_standing(context: Context) -> Verdict:
    """Whether the viewer's standing lets them write; yes for guests. No statement."""
    viewer = context["request"].user
    return access.standing_verdict(viewer) if isinstance(viewer, Member) else YES


@register.simple_tag
def standing_of(member: Member) -> Standing:
    """The standing that counts now. No statement."""
    return access.current_standing(member)


@register.filter
def device_of(user_agent: str) -> Device:
    """Browser and system of a session, as far as it says."""
    return device(user_agent)


@register.filter
def audience(value: str) -> str:
    """Who sees a line of a profile."""
    return {"everyone": _("Everyone"), "members": _("Members"), "nobody": _("Only me")}.get(value, value)


@register.filter
def audience_icon(value: str) -> str:
    return {"everyone": "globe", "members": "people"}.get(value, "lock")


@register.filter
def passkey_name(key: Authenticator) -> str:
    return str(key.wrap().name)
