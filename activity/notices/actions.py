"""What a member does with their own notices."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from activity.notices import budget, policy, queries, telling
from activity.notices.kinds import DEFAULTS, Kind, Rhythm, Ways
from activity.notices.models import OPEN, UNREAD, NoticeSettings, Notification, Preference
from community.core import clock
from community.core.access import Invalid, Refused, absent
from community.core.retrying import action
from community.core.whole import whole
from community.members import counts
from community.members.models import Member
from forum import actions as forum
from forum.models import WatchLevel


def read_all(*, member: Member) -> int:
    """Everything counts as read; how many were not."""
    return _read(member, Q())


def read_some(*, member: Member, ids: Collection[int]) -> int:
    """These of the member's own count as read; how many were not."""
    return _read(member, Q(pk__in=ids))


def read_thread(*, member: Member, thread_id: int, up_to: int | None = None) -> int:
    """The member has posts of a thread on screen, `up_to` the one with the highest id (None: its end): what was told of
    them is read, here and on every other device. What was told of a later post waits until that one is looked at.

    One statement where nothing of them is unread, none where nothing at all is. Ids rise with numbers, save in merged
    threads: there a notice may go with an earlier page, or stay until it is followed.
    """
    if not member.notice_count:
        return 0
    about = Notification.objects.filter(OPEN, recipient=member, thread_id=thread_id)
    latest = {pk: items[-1][0] if items else 0 for pk, items in about.values_list("pk", "items")}
    seen = [pk for pk, post in latest.items() if up_to is None or post <= up_to]
    return _read(member, Q(pk__in=seen)) if seen else 0


def read_conversation(*, member_id: int, conversation_id: int) -> int:
    """The member looks at a conversation, or left it: what was told of it is read. One statement where nothing is."""
    return _read_about(member_id, f"conversation:{conversation_id}", Kind.MESSAGE)


def read_poll(*, member_id: int, poll_id: int) -> int:
    """The member voted: that a poll closes soon is read, and no letter says so any more. One statement where nothing
    was."""
    return _read_about(member_id, f"poll:{poll_id}", Kind.POLL)


def _read_about(member_id: int, subject: str, kind: str) -> int:
    which = Q(subject=subject, kind=kind)
    rows = Notification.objects.filter(UNREAD, which, recipient_id=member_id).select_related("recipient")
    row = rows.first()
    return _read(row.recipient, which) if row is not None else 0


@action
def _read(member: Member, which: Q) -> int:
    (held,) = counts.hold([member.pk])
    unread = Notification.objects.filter(which, recipient=held, read_at=None, withdrawn_at=None)
    pks = list(unread.values_list("pk", flat=True))
    if not pks:
        return 0
    Notification.objects.filter(pk__in=pks).update(read_at=clock.now(), waits=False)
    telling.drop_deliveries(pks)
    telling.changed([held.pk])
    member.refresh_from_db(fields=["notice_count"])
    return len(pks)


@action
def switch_off(*, member: Member, notification_id: int) -> str:
    """No more for the reason of this notification: its thread, its board, or its kind; what was done, in words."""
    row = (
        Notification.objects.select_related("thread__board")
        .filter(pk=notification_id, recipient=member)
        .first()
    )
    if row is None:
        raise absent()
    if row.kind == Kind.HOUSE:
        raise Refused(_("What moderators do to your own words is always told."), "house")
    _read(member, Q(pk=row.pk))
    if row.kind == Kind.WATCHED and row.thread is not None:
        forum.set_watch(member=member, thread_id=row.thread.pk, level=WatchLevel.MENTIONS)
        return _("You will hear of this thread only when you are mentioned.")
    if row.kind == Kind.OPENED and row.thread is not None:
        forum.set_watch(member=member, board_id=row.thread.board_id, level="")
        return _("You no longer watch this board.")
    set_ways(member=member, kind=row.kind, ways=Ways(in_app=False))
    return _("You will not be told of this kind any more. The settings bring it back.")


@action
def set_ways(*, member: Member, kind: str, ways: Ways) -> None:
    """By which ways to tell the member of one kind. What moderators do is always in the list."""
    if kind == Kind.HOUSE and not ways.in_app:
        ways = Ways(in_app=True, mail=ways.mail, push=ways.push, digest=ways.digest)
    if ways == DEFAULTS[kind]:
        Preference.objects.filter(member=member, kind=kind).delete()
    else:
        chosen = {"in_app": ways.in_app, "mail": ways.mail, "push": ways.push, "digest": ways.digest}
        Preference.objects.update_or_create(member=member, kind=kind, defaults=chosen)
    if not ways.digest and not policy.waits(ways, queries.settings_of(member).rhythm, interrupted=False):
        _wait_no_longer(member, Q(kind=kind))


@action
def set_noise(*, member: Member, **wishes: Any) -> NoticeSettings:
    """Rhythm, limit, quiet hours and the digest's hour, as on `NoticeSettings`.

    Whoever wants no letters any more gets none of those that wait, either. Quiet hours leave a time of
    the day at which it can come.
    """
    if not budget.leaves_time(wishes.get("quiet_from"), wishes.get("quiet_to")):
        raise Invalid(
            _("Leave at least one hour of the day for what waits; or choose that nothing interrupts you."),
            field="quiet_to",
        )
    row, _made = NoticeSettings.objects.update_or_create(member=member, defaults=wishes)
    if row.rhythm == Rhythm.NEVER:
        _wait_no_longer(member, Q())
    return row


def _wait_no_longer(member: Member, which: Q) -> None:
    """No letter will bring these: they stand in the list, also of those who had them by letter alone."""
    waiting = Notification.objects.filter(which, recipient=member, waits=True)
    pks = list(waiting.values_list("pk", flat=True))
    if pks:
        waiting.update(waits=False)
        telling.keep_in_list(member.pk, pks)


@action
def set_all(*, member: Member, noise: dict[str, Any], ways: dict[str, Ways]) -> None:
    """Everything of the settings page at once."""
    set_noise(member=member, **noise)
    for kind, chosen in ways.items():
        set_ways(member=member, kind=kind, ways=chosen)


@action
def stop_letters(*, member: Member, scope: str) -> None:
    """What the link under a letter asks for: "thread:12", "kind:mention", "digest" or "all". Repeatable.

    Whoever holds the link may do this and nothing else: it only ever makes the site quieter.
    """
    what, _colon, which = scope.partition(":")
    thread_id = whole(which)
    if what == "thread" and thread_id is not None:
        with contextlib.suppress(Http404):  # out of their sight by now: nothing more comes anyway
            forum.set_watch(member=member, thread_id=thread_id, level=WatchLevel.MENTIONS)
    elif what == "kind" and which in Kind.values:
        own = Preference.objects.filter(member=member, kind=which).first()
        ways = own.ways if own else DEFAULTS[which]
        set_ways(member=member, kind=which, ways=replace(ways, mail=False, digest=False))
    elif what == "digest":
        for kind in Kind.values:
            own = Preference.objects.filter(member=member, kind=kind).first()
            set_ways(
                member=member, kind=kind, ways=replace(own.ways if own else DEFAULTS[kind], digest=False)
            )
        settings = NoticeSettings.objects.filter(member=member).first()
        if settings is not None and settings.rhythm in (Rhythm.DAILY, Rhythm.WEEKLY):
            set_noise(member=member, rhythm=Rhythm.NEVER)
        _wait_no_longer(member, Q())
    elif what == "all":
        set_noise(member=member, rhythm=Rhythm.NEVER)
