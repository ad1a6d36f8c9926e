"""What pages say of raises. The label itself is the forum's: it holds who, why and until when."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.models import Board, Thread
from forum.raising import said
from moderation.raises import policy
from moderation.raises.models import Raise
from moderation.raises.policy import Effect, Share

register = template.Library()
register.filter("raised_label", said)


@register.inclusion_tag("raises/_offer.html")
def raise_offer(thread: Thread) -> dict[str, Any]:
    """The way to raising a thread, among what moderators can do to it."""
    return {"thread": thread}


@register.inclusion_tag("raises/_order.html", takes_context=True)
def raised_order(context: Context, board: Board, raised: str) -> dict[str, Any]:
    """Under a board's list: that some rows stand higher, and how to see the plain order. `raised`: on, off or none."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "board": board,
        "raised": raised,
        "is_plain": getattr(request.user, "plain_order", False),
    }


@register.filter
def share_words(share: Share) -> str:
    """ "7 of 12 (58 %)"."""
    if not share.total:
        return _("none")
    told = {"hits": share.hits, "total": share.total, "rate": policy.per_cent(share.rate)}
    return _("%(hits)d of %(total)d (%(rate)d %%)") % told


@register.filter
def interval_words(share: Share) -> str:
    """Where the true rate lies."""
    low, high = share.interval
    return _("%(low)d to %(high)d %%") % {"low": policy.per_cent(low), "high": policy.per_cent(high)}


@register.filter
def effect_words(effect: Effect) -> str:
    """What can be said of the effect, with how sure that is; that nothing can, where there are too few."""
    if not effect.is_told:
        return _("Too few to say: at least %(least)d of each are needed.") % {"least": policy.LEAST_EACH}
    low, high = (policy.per_cent(end) for end in effect.interval)
    told = {"points": f"{policy.per_cent(effect.difference):+d}".replace("-", "−"), "low": low, "high": high}
    told = {key: str(value).replace("-", "−") for key, value in told.items()}
    if effect.is_certain:
        return (
            _("%(points)s percentage points; the truth lies between %(low)s and %(high)s with 95 %%.") % told
        )
    return (
        _(
            "%(points)s percentage points, which may be chance: the truth lies between %(low)s and %(high)s with 95 %%."
        )
        % told
    )


@register.filter
def followed_words(row: Raise) -> str:
    """What followed one raise."""
    if row.followed is None:
        return _("still being counted")
    return ngettext("%(n)d reply by a member", "%(n)d replies by members", row.followed) % {"n": row.followed}
