"""Words and marks of the desk's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock
from forum.joining import Share
from moderation.canned.queries import Offer, Said
from moderation.canned.wording import listed
from moderation.desk import wording
from moderation.desk.actions import learnt
from moderation.desk.models import DeskThread
from moderation.desk.policy import Act, View
from moderation.desk.queries import Case, Row
from moderation.desk.scoring import Reason
from moderation.desk.wanted import Wanted

register = template.Library()
LISTENED = 6  # boards; a line takes eight topics, and the others are asked for by the clock
register.filter("in_hand", wording.in_hand)
register.filter("act_in_words", wording.act_in_words)
register.filter("key_of", wording.key_of)
register.filter("blanks_listed", listed)


@register.simple_tag
def why(reason: Reason, row: Row) -> str:
    """A reason as a short sentence."""
    return wording.reason_in_words(reason, row.quiet, row.age, is_replied=row.is_replied)


@register.simple_tag
def whys(row: Row) -> str:
    """The largest reasons, one sentence after another: first what tells this row from others."""
    told = wording.row_in_words(row.desk.why, row.quiet, row.age, is_replied=row.is_replied)
    return wording.sentences(told)


@register.simple_tag
def best_act(case: Case, near: Mapping[str, Any], share: Share | None) -> Act | None:
    """What would be best for the thread that is open, with the known answers that were found near it, and with what staff
    wrote there already. No statement."""
    if case.row is None:
        return None
    is_linked = bool(near["linked"] or case.same)
    return case.row.act_with(
        is_known=bool(near["known"]) and not is_linked, may_speak=share is None or share.has_room
    )


@register.simple_tag
def ranked_by() -> str:
    """By what the queue is ranked, and why. One statement once in ten minutes."""
    return wording.trial_in_words(learnt().trial)


@register.filter
def signed(points: int) -> str:
    """Points with a minus sign that is one."""
    return str(points).replace("-", "−")


@register.filter
def bar(points: int, total: int) -> str:
    """The line of a reason's bar, 4 to 100 of 100: from the start for what gives points, from the end for what takes."""
    filled = max(4, min(100, round(100 * abs(points) / max(1, abs(total)))))
    return f"M0 3H{filled}" if points >= 0 else f"M100 3H{100 - filled}"


@register.simple_tag
def desk_views(wanted: Wanted) -> list[dict[str, Any]]:
    """The parts of the desk as links, with which one this is."""
    return [
        {"label": wording.view_in_words(view), "url": wanted.but(view=view), "is_here": view == wanted.view}
        for view in View
    ]


@register.simple_tag
def desk_live(wanted: Wanted) -> SafeString:
    """What the script needs to say when there are new rows: which boards it listens to, where it looks, and the words."""
    boards = [wanted.board] if wanted.board else wanted.boards[:LISTENED]
    many = ngettext("%(count)s new row. Show it", "%(count)s new rows. Show them", 2) % {"count": "{n}"}
    return format_html(
        ' data-desk-live="{}" data-topics="{}" data-one="{}" data-many="{}"',
        reverse("desk:index") + wanted.query,
        " ".join(f"board:{board.pk}" for board in boards),
        ngettext("%(count)s new row. Show it", "%(count)s new rows. Show them", 1) % {"count": 1},
        many,
    )


@register.simple_tag
def but(wanted: Wanted, **changes: Any) -> str:
    """The address of another part of the desk."""
    return wanted.but(**changes)


@register.simple_tag
def canned_query(wanted: Wanted, offer: Offer, said: Said) -> str:
    """What begins the reply with this answer, as it stands in an address."""
    chosen = f"canned={offer.answer.pk}&as={said.lang}"
    return f"{wanted.query}&{chosen}" if wanted.query else f"?{chosen}"


@register.filter
def silence(quiet: int) -> str:
    """Hours of silence as they stand in a kilometre stone."""
    if quiet < 72:
        return _("%(count)s h") % {"count": quiet}
    return _("%(count)s d") % {"count": quiet // 24}


@register.filter
def span(at: datetime) -> str:
    """How long until a moment, or since it, as it stands in a kilometre stone."""
    minutes = int(abs(at - clock.now()) / timedelta(minutes=1))
    if minutes >= 60:
        return silence(minutes // 60)
    return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes}


@register.filter
def is_mine(row: DeskThread, user: Any) -> bool:
    return row.assignee_id is not None and row.assignee_id == user.pk
