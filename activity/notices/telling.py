"""The one writer of notifications: from what happened and who might be told to rows, counts and deliveries.

Whoever writes notifications holds the rows of their members first, by rising id. So nothing is folded twice, and the
count on the badge is exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activity.notices import counters, policy, webpush
from activity.notices.facts import NoticesChanged
from activity.notices.kinds import DEFAULTS, Channel, Kind, Rhythm, Ways
from activity.notices.models import OPEN, Delivery, NoticeSettings, Notification, Preference, PushSubscription
from activity.notices.policy import Candidate
from community.core import clock
from community.core.among import among
from community.core.facts import publish
from community.core.once import put_for_each
from community.core.prepared import Prepared
from community.members import counts
from community.members.access import current_standing
from community.members.counts import Held
from community.members.models import Standing
from forum.models import Thread
from forum.queries import readers

BATCH = 2500  # people in one transaction


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that people may be told of. `subject` is what it is folded by."""

    subject: str
    actor_id: int | None
    thread: Thread | None = None
    post_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def item(self) -> list[int]:
        return [self.post_id or 0, self.actor_id or 0]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a member set, as far as one kind is concerned."""

    ways: Ways
    rhythm: str
    has_push: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """What is told to many in the same form: one statement writes the rows of all of them."""

    kind: str
    why: str
    is_listed: bool
    waits: bool


def tell(
    happening: Happening, chosen: Mapping[int, Candidate], *, quietly: Collection[int] = ()
) -> list[Delivery]:
    """Tell everybody chosen who may know of it; the deliveries that wait to be sent. Callers hold a transaction.

    About nine statements, however many they are. `quietly`: these find it in their list and are not interrupted.
    Nobody is asked twice for one happening by this: callers see to it.
    """
    people = _those_who_may_know(happening, counts.hold_many(chosen))
    if not people:
        return []
    wishes = _wishes(people, {member.pk: chosen[member.pk].kind for member in people})
    people = [member for member in people if not wishes[member.pk].ways.is_off]
    ids = [member.pk for member in people]
    known = {
        row.recipient_id: row
        for row in _open_rows.rows(subject=happening.subject, ids=tuple(ids))
        if chosen[row.recipient_id].kind == row.kind
    }
    now = clock.now()
    _fold(happening, list(known.values()), wishes, now)
    alike: dict[_Look, list[int]] = defaultdict(list)
    channels: dict[int, str] = {}
    for member in people:
        if member.pk not in known:
            wish = wishes[member.pk]
            channel = "" if member.pk in quietly else _channel(member, wish)
            alike[_look(member, chosen[member.pk], wish, channel, is_quiet=member.pk in quietly)].append(
                member.pk
            )
            if channel:
                channels[member.pk] = channel
    made: dict[int, int] = {}
    for look, members in alike.items():
        rows = put_for_each(_row(happening, look, now), "recipient", members)
        if look.is_listed:
            counts.add_notices(rows)
        made |= rows
    if ids:
        publish(NoticesChanged(member_ids=tuple(ids)))
    return Delivery.objects.bulk_create(
        [
            Delivery(
                recipient_id=member_id,
                channel=channel,
                kind=chosen[member_id].kind,
                notification_id=made[member_id],
                key=f"notice:{made[member_id]}",
                made_at=now,
            )
            for member_id, channel in channels.items()
            if member_id in made
        ]
    )


_open_rows = Prepared(
    lambda *, subject, ids: Notification.objects.filter(
        OPEN, subject=subject, recipient_id__in=among(ids)
    ).only("recipient_id", "kind", "items", "count", "waits")
)
_preferences = Prepared(
    lambda kinds, *, ids: Preference.objects.filter(member_id__in=among(ids), kind__in=kinds)
)
_rhythms = Prepared(
    lambda *, ids: NoticeSettings.objects.filter(member_id__in=among(ids)).values_list("member_id", "rhythm")
)
_pushed = Prepared(
    lambda *, ids: PushSubscription.objects.filter(member_id__in=among(ids)).values_list("member_id")
)


def _those_who_may_know(happening: Happening, members: list[Held]) -> list[Held]:
    """Nobody who left or never came, and nobody who may not read the thread. At most one statement."""
    present = [member for member in members if member.is_active and not member.is_imported]
    if happening.thread is None or not present:
        return present
    readers_here = readers.readers_among(happening.thread, present)
    return [member for member in present if member.pk in readers_here]


def _wishes(people: Iterable[Held], kinds: Mapping[int, str]) -> dict[int, _Wish]:
    """What these people set. Three statements, two where the site sends no push."""
    pks = tuple(member.pk for member in people)
    own = {
        (row.member_id, row.kind): row.ways
        for row in _preferences.rows(tuple(sorted(set(kinds.values()))), ids=pks)
    }
    rhythms = dict(map(tuple, _rhythms.cells(ids=pks)))
    pushed = {pk for (pk,) in _pushed.cells(ids=pks)} if webpush.is_on() else set()
    usual = {kind: _Wish(DEFAULTS[kind], Rhythm.AT_ONCE, False) for kind in set(kinds.values())}
    return {
        pk: _Wish(
            own.get((pk, kinds[pk]), DEFAULTS[kinds[pk]]), rhythms.get(pk, Rhythm.AT_ONCE), pk in pushed
        )
        if pk in rhythms or pk in pushed or (pk, kinds[pk]) in own
        else usual[kinds[pk]]
        for pk in pks
    }


def _channel(member: Held, wish: _Wish) -> str:
    """By which way this may interrupt; empty for the suspended and for those who cannot be reached."""
    channel = policy.interrupts(wish.ways, wish.rhythm, has_push=wish.has_push)
    if not channel or current_standing(member) == Standing.SUSPENDED:
        return ""
    return "" if channel == Channel.MAIL and not member.email else channel


def _look(member: Held, candidate: Candidate, wish: _Wish, channel: str, *, is_quiet: bool) -> _Look:
    """In which form this one is told. What neither letter nor push nor digest brings stands in the list."""
    waits = not is_quiet and policy.waits(wish.ways, wish.rhythm, interrupted=bool(channel))
    is_brought = bool(channel) or (waits and bool(member.email))
    return _Look(candidate.kind, candidate.why, wish.ways.in_app or not is_brought, waits)


def _row(happening: Happening, look: _Look, now: datetime) -> Notification:
    """The row of everybody who is told in this form, without the member."""
    return Notification(
        kind=look.kind,
        subject=happening.subject,
        thread=happening.thread,
        post_id=happening.post_id,
        items=[happening.item],
        actor_id=happening.actor_id,
        why=look.why,
        data=dict(happening.data),
        is_listed=look.is_listed,
        waits=look.waits,
        at=now,
        made_at=now,
    )


def _fold(happening: Happening, rows: list[Notification], wishes: Mapping[int, _Wish], now: datetime) -> None:
    """Add one happening to rows that are still unread. One statement for all rows that stand alike."""
    alike: dict[Any, list[Notification]] = defaultdict(list)
    for row in rows:
        wish = wishes[row.recipient_id]
        waits = row.waits or policy.waits(wish.ways, wish.rhythm, interrupted=False)
        alike[repr(row.items), row.count, waits].append(row)
    for (_items, count, waits), group in alike.items():
        items, is_new = policy.folded(group[0].items, happening.item)
        people = policy.actors(items)
        Notification.objects.filter(pk__in=among(row.pk for row in group)).update(
            items=items,
            count=count + is_new,
            actor_id=happening.actor_id,
            actor_count=len(people) or 1,
            data=dict(happening.data),
            waits=waits,
            at=now,
        )


# Taking back -----------------------------------------------------------------------------------------------------


def take_back_posts(rows: list[Notification], posts: Collection[int], *, actor_id: int | None = None) -> None:
    """Take posts (or one person's part in them) out of what was told. Callers hold the rows' members.

    A notification that was about nothing else is withdrawn.
    """
    alike: dict[Any, list[Notification]] = defaultdict(list)
    for row in rows:
        gone = [item for item in row.items if item[0] in posts and actor_id in (None, item[1])]
        if gone:
            alike[repr(row.items), row.count].append(row)
    for group in alike.values():
        first = group[0]
        items = [item for item in first.items if item[0] not in posts or actor_id not in (None, item[1])]
        pks = [row.pk for row in group]
        if not items:
            withdraw(pks)
            continue
        people = policy.actors(items)
        Notification.objects.filter(pk__in=pks).update(
            items=items,
            count=max(first.count - (len(first.items) - len(items)), len(items)),
            post_id=items[0][0],
            actor_id=people[0] if people else None,
            actor_count=len(people) or 1,
        )


def withdraw(pks: Collection[int]) -> None:
    """These are no longer told: not in the list, not in the badge, and what was to be sent is not. Two statements."""
    Notification.objects.filter(pk__in=pks, withdrawn_at=None).update(withdrawn_at=clock.now(), waits=False)
    drop_deliveries(pks)


def drop_deliveries(pks: Collection[int]) -> None:
    """What waits to be sent about these notifications stays here. One statement."""
    Delivery.objects.filter(notification__in=pks, state=Delivery.State.QUEUED).update(
        state=Delivery.State.DROPPED
    )


def changed(member_ids: Collection[int]) -> None:
    """After any change: the counts, and the fact. Callers hold the members' rows."""
    if member_ids:
        counters.settle(list(member_ids))
        publish(NoticesChanged(member_ids=tuple(member_ids)))


def keep_in_list(member_id: int, pks: Collection[int]) -> None:
    """What no letter brings any more stands in the list, also of those who wanted it by mail alone.

    Nothing that was told is lost without a word. One statement to hold the member, one more, and two for a change.
    """
    counts.hold([member_id])
    rows = Notification.objects.filter(OPEN, recipient=member_id, pk__in=pks, is_listed=False)
    if rows.update(is_listed=True):
        changed([member_id])


# What concerns somebody's own words stays told, whatever becomes of the words.
KEPT_KINDS = (Kind.HOUSE,)
