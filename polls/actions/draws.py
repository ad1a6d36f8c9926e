"""Draws: announced, entered, frozen by the clock, decided by a value that nobody knew then, claimed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from community.core import chance, clock
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from polls import access, draws, sources
from polls.facts import DrawAnnounced, DrawFrozen, DrawHeld, PrizeClaimed
from polls.lines import line
from polls.models import Draw, Entry, Poll


@dataclass(frozen=True, slots=True)
class DrawSpec:
    """A draw as it was typed."""

    prize: str
    value_kind: str
    closes_at: datetime | None = None
    value_at: datetime | None = None
    winners: int = 1
    terms: str = ""


@action
def announce_draw(*, actor: Member, source: str, source_id: int, spec: DrawSpec) -> Draw:
    """Say what can be won and by which value it is decided. Each thing has one draw: again it is that one, unless it
    is void.

    404 for what the actor may not know of, Refused for who may not, Invalid for the words and times.
    """
    if access.target_of(actor, source, source_id) is None:
        raise absent()
    require(access.may_draw(actor))
    prize = line(spec.prize, 160, "prize", required=True)
    value_kind = line(spec.value_kind, 300, "value_kind", required=True)
    terms = line(spec.terms, 600, "terms")
    if not 1 <= spec.winners <= draws.MOST_WINNERS:
        raise Invalid(
            _("A whole number from %(least)d to %(most)d.") % {"least": 1, "most": draws.MOST_WINNERS},
            field="winners",
        )
    if spec.closes_at is None or spec.closes_at <= clock.now():
        raise Invalid(_("Name a moment to come."), field="closes_at")
    if spec.value_at is None or spec.value_at <= spec.closes_at:
        raise Invalid(
            _("The value must become known after the list is frozen: nobody may know it before."),
            field="value_at",
        )
    draw = Draw(
        source=source,
        source_id=source_id,
        prize=prize,
        winners_wanted=spec.winners,
        terms=terms,
        value_kind=value_kind,
        closes_at=spec.closes_at,
        value_at=spec.value_at,
        made_by=actor,
    )
    if not put_once(draw):
        return Draw.objects.filter(source=source, source_id=source_id).latest("pk")
    if source == "poll":
        Poll.objects.filter(pk=source_id).update(draw=draw)
    publish(DrawAnnounced(draw.pk, source, source_id, actor.pk))
    return draw


@action
def enter_draw(*, actor: Member, draw_id: int, is_adult: bool) -> Entry:
    """Enter a draw, as a choice of its own: what somebody answered plays no part. Again it is the same entry.

    Refused (house, minor, not_voted, closed). 404 for a draw that the actor may not know of.
    """
    draw = _draw(actor, draw_id)
    mine = Entry.objects.filter(draw=draw, member=actor).first()
    if mine is not None:
        return mine
    require(access.may_enter(actor, draw))
    if not is_adult:
        raise Refused(no(_("Only adults can win. Tell us that you are one."), "minor"))
    if not draw.takes_entries:
        raise Refused(no(_("The list is closed."), "closed"))
    entry = Entry(draw=draw, member=actor, code=_code())
    return entry if put_once(entry) else Entry.objects.get(draw=draw, member=actor)


@action
def leave_draw(*, actor: Member, draw_id: int) -> None:
    """Take one's entry back while the list is open. Repeatable. Refused (closed) afterwards."""
    draw = _draw(actor, draw_id)
    if not draw.takes_entries:
        raise Refused(no(_("The list is closed."), "closed"))
    Entry.objects.filter(draw=draw, member=actor).delete()


@action
def freeze_draw(*, draw_id: int) -> bool:
    """Close the list once its time is over, and put its digest on record. False if there was nothing to close.

    Who belongs to the house by now, who left, and whose answer does not count any more is taken out, and how many these
    were is told.
    """
    rows = Draw.objects.select_for_update().filter(pk=draw_id, frozen_at=None, closes_at__lte=clock.now())
    draw = rows.first()
    if draw is None:
        return False
    entries = list(draw.entries.select_related("member"))
    counting = _counting(draw, entries)
    out = [
        one.pk
        for one in entries
        if one.member is None
        or not _may_win(one.member)
        or (counting is not None and one.member_id not in counting)
    ]
    Entry.objects.filter(pk__in=out).delete()
    listed = draws.frozen([one.code for one in entries if one.pk not in set(out)])
    draw.frozen_at, draw.list_hash = clock.now(), draws.list_hash(listed)
    draw.entry_count, draw.left_out = len(listed), len(out)
    draw.save(update_fields=["frozen_at", "list_hash", "entry_count", "left_out"])
    publish(DrawFrozen(draw.pk, draw.source, draw.source_id))
    return True


def due_draws() -> list[int]:
    """Draws whose list is to be closed. One statement."""
    rows = Draw.objects.filter(frozen_at=None, closes_at__lte=clock.now())
    return list(rows.order_by("closes_at").values_list("pk", flat=True)[:100])


@action
def hold_draw(*, actor: Member, draw_id: int, value: str, value_source: str = "") -> Draw:
    """Enter the public value; the winners follow from it. The same again changes nothing, another one is refused.

    Refused (not_frozen, early, void, drawn), Invalid for an empty value.
    """
    draw = _draw(actor, draw_id, for_change=True)
    require(access.may_draw(actor))
    words = draws.tidy(value)
    if draw.drawn_at is not None:
        if draw.value == words:
            return draw
        raise Refused(no(_("This draw is held. Its value and its winners stay."), "drawn"))
    if draw.frozen_at is None:
        raise Refused(no(_("The list is still open."), "not_frozen"))
    if draw.is_void:
        raise Refused(
            no(
                _(
                    "The list was closed when the value could be known already. This draw is void; announce another."
                ),
                "void",
            )
        )
    if clock.now() < draw.value_at:
        raise Refused(no(_("The value is not known before the moment that was announced."), "early"))
    if not words or len(words) > 200:
        raise Invalid(_("Enter the value as it was published, on one line."), field="value")
    listed = draws.frozen(list(draw.entries.values_list("code", flat=True)))
    if draws.list_hash(listed) != draw.list_hash:
        raise Refused(no(_("The list is not what was frozen. Nothing was drawn; tell an operator."), "void"))
    draw.value, draw.value_source = words, line(value_source, 300, "value_source")
    draw.value_by, draw.drawn_at = actor, clock.now()
    draw.save(update_fields=["value", "value_source", "value_by", "drawn_at"])
    for place, code in enumerate(draws.winners(listed, words, draw.winners_wanted), 1):
        Entry.objects.filter(draw=draw, code=code).update(place=place)
    publish(DrawHeld(draw.pk, draw.source, draw.source_id))
    return draw


@action
def claim_prize(*, actor: Member, draw_id: int) -> Entry:
    """Claim what one won: once, however often it is pressed. 404 for whoever won nothing, Refused for the house."""
    draw = _draw(actor, draw_id)
    rows = Entry.objects.select_for_update(no_key=True).filter(draw=draw, member=actor)
    entry = rows.exclude(place=None).first()
    if entry is None:
        raise absent()
    require(access.may_win(actor))
    if entry.claimed_at is None:
        entry.claimed_at = clock.now()
        entry.save(update_fields=["claimed_at"])
        publish(PrizeClaimed(draw.pk, actor.pk, entry.place or 0))
    return entry


def _draw(actor: Member, draw_id: int, *, for_change: bool = False) -> Draw:
    return access.draw_for_reading(actor, draw_id=draw_id, for_change=for_change)


def _counting(draw: Draw, entries: list[Entry]) -> set[int] | None:
    """The members whose answer counts still; None where answers stay."""
    source = sources.source_of(draw.source)
    if source is None or source.counting is None:
        return None
    return source.counting([one.member_id for one in entries if one.member_id], draw.source_id)


def _may_win(member: Member) -> bool:
    return member.is_active and bool(access.may_win(member))


def _code() -> str:
    return "-".join(chance.digits(4) for _part in range(4))
