"""From a delivery to the mail server: what is sent is sent once, within the member's budget, or not at all.

A delivery is marked as being sent, in a transaction of its own, before the server hears of it. Whoever finds that mark
later knows that a run was cut off there, and does not send again: a letter that may have gone out is never repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Q

from activity.notices import budget, letters, policy, queries, telling, webpush
from activity.notices.kinds import AT_ONCE, DEFAULTS, ON_DUTY, Rhythm, Ways
from activity.notices.models import (
    OPEN,
    Delivery,
    NoticeSettings,
    Notification,
    Preference,
    PushSubscription,
)
from community.core import clock
from community.core.retrying import action
from community.members.access import current_standing
from community.members.models import Member, Standing
from forum.models import Watch

log = structlog.get_logger("community.notices")

State = Delivery.State
LONGEST_WAIT = timedelta(minutes=5)  # for what goes on arriving; nobody can hold up a letter for ever
REMEMBERED = timedelta(days=2)  # spent interruptions are kept this long: any zone's day fits in


def may_be_reached(member: Member) -> bool:
    """Whether letters and push go to this person at all."""
    return member.is_active and not member.is_imported and current_standing(member) != Standing.SUSPENDED


def load(delivery_id: int) -> Delivery | None:
    """A delivery that is still to be sent, with its member. One that was cut off while being sent is given up."""
    row = Delivery.objects.select_related("recipient").filter(pk=delivery_id).first()
    if row is not None and row.state == State.SENDING:
        give_up(row, State.UNCLEAR)
    return row if row is not None and row.state == State.QUEUED else None


def is_unsettled(delivery: Delivery) -> bool:
    """Whether it would speak of words of a moment ago, which their author may still take back. One statement."""
    now = clock.now()
    if now - delivery.made_at > LONGEST_WAIT:
        return False
    about = delivery.contents or [delivery.notification_id or 0]
    fresh = Notification.objects.filter(OPEN, pk__in=about, kind__in=AT_ONCE)
    return fresh.filter(at__gt=now - policy.SETTLING).exists()


def send_mail(delivery: Delivery) -> None:
    """Send a letter about one notification. Raises while the mail server is away, for the queue to try again."""
    member = delivery.recipient
    row = still_wanted(delivery)
    if row is None:
        return
    message = letters.about(delivery, row, member)
    connection = get_connection()
    connection.open()  # a server that is away is found out before anything is marked
    try:
        if claim(delivery, name=row.actor.name if row.actor else ""):
            _hand_over(connection, message, delivery)
            if delivery.state == State.SENT:
                # What was folded into it before is said by the letter, too: no digest repeats it.
                Notification.objects.filter(pk=row.pk, at=row.at).update(waits=False)
    finally:
        connection.close()


def send_digest(delivery: Delivery) -> bool:
    """Send a digest. False when these are quiet hours: it waits. Raises while the mail server is away."""
    member = delivery.recipient
    settings = queries.settings_of(member)
    if budget.is_quiet(clock.now(), settings.rules(member.time_zone)):
        return False
    rows = digest_rows(member, delivery.contents)
    muted = unheard(member, rows)
    if muted:
        telling.keep_in_list(member.pk, muted)
        rows = [row for row in rows if row.pk not in muted]
    if not rows or not may_be_reached(member) or not member.email or settings.rhythm == Rhythm.NEVER:
        give_up(delivery, State.LISTED if rows else State.DROPPED)
        return True
    message = letters.digest(delivery, rows, member)
    connection = get_connection()
    connection.open()
    try:
        if _mark_sending(delivery):
            _hand_over(connection, message, delivery)
    finally:
        connection.close()
    return True


def digest_rows(member: Member, ids: list[int]) -> list[Notification]:
    """Those of the notifications that the member still has not read and may still see, the latest first."""
    rows = Notification.objects.open_to(member).filter(pk__in=ids)
    return list(queries.with_faces(rows).order_by("-at", "-pk"))


def unheard(member: Member, rows: Sequence[Notification]) -> set[int]:
    """Those of these, with their threads, that the member would not be told of any more: they muted the thread or its
    board since. One statement, none without threads."""
    threads = {row.thread.pk: row.thread.board_id for row in rows if row.thread is not None}
    if not threads:
        return set()
    places = Q(thread__in=threads) | Q(board__in=set(threads.values()))
    wishes = Watch.objects.filter(places, member=member).values_list("thread_id", "board_id", "level")
    of_thread = {thread: level for thread, _board, level in wishes if thread}
    of_board = {board: level for _thread, board, level in wishes if board}
    return {
        row.pk
        for row in rows
        if row.thread is not None
        and not policy.hears(
            row.kind, of_thread.get(row.thread.pk, ""), of_board.get(row.thread.board_id, "")
        )
    }


def _hand_over(connection: object, message: EmailMultiAlternatives, delivery: Delivery) -> None:
    message.connection = connection  # type: ignore[assignment]
    try:
        message.send()
    except Exception as error:
        code = _code_of(error)
        if code:
            _refused(delivery, code, error)
        else:  # the line broke in the middle: nobody knows how far it came
            log.warning("letter_unclear", delivery=delivery.pk, error=repr(error))
            give_up(delivery, State.UNCLEAR)
    else:
        end(delivery, State.SENT)


def _code_of(error: Exception) -> int:
    """What the server answered when it refused; 0 when it said nothing."""
    refused: dict[str, tuple[int, bytes]] = getattr(
        error, "recipients", {}
    )  # of smtplib, one for each address
    return max((code for code, _words in refused.values()), default=getattr(error, "smtp_code", 0))


def _refused(delivery: Delivery, code: int, error: Exception) -> None:
    """The server said no, and took nothing: for now (4xx), or for good."""
    if 400 <= code < 500:
        give_back(delivery)
        raise error
    log.warning("letter_refused", delivery=delivery.pk, code=code)
    give_up(delivery, State.FAILED)


def still_wanted(delivery: Delivery) -> Notification | None:
    """The notification as it is now, if the member should still hear of it this way."""
    member = delivery.recipient
    row = queries.with_faces(
        Notification.objects.open_to(member).filter(pk=delivery.notification_id or 0)
    ).first()
    if row is None or not may_be_reached(member):
        end(delivery, State.DROPPED)
        return None
    if unheard(member, [row]):
        give_up(delivery, State.LISTED)
        return None
    own = Preference.objects.filter(member=member, kind=row.kind).first()
    ways = own.ways if own else DEFAULTS[row.kind]
    settings = queries.settings_of(member)
    has_push = webpush.is_on() and PushSubscription.objects.filter(member=member).exists()
    if policy.interrupts(ways, settings.rhythm, has_push=has_push) != delivery.channel:
        _to_digest(delivery, ways, settings)
        return None
    return row


@action
def claim(delivery: Delivery, *, name: str) -> bool:
    """Spend one of the member's interruptions on this, and mark it as being sent. False: it waits for the digest.

    What duty brings spends none: whose turn it is says the rota.
    """
    if delivery.kind in ON_DUTY:
        return _mark_sending(delivery)
    member, now = delivery.recipient, clock.now()
    NoticeSettings.objects.get_or_create(member=member)
    settings = NoticeSettings.objects.select_for_update().get(member=member)
    rules = settings.rules(member.time_zone)
    spent = [entry for entry in settings.spent if now - datetime.fromisoformat(entry[0]) < REMEMBERED]
    if not budget.may_interrupt(now, rules, [datetime.fromisoformat(at) for at, *_rest in spent]):
        own = Preference.objects.filter(member=member, kind=delivery.kind).first()
        _to_digest(delivery, own.ways if own else DEFAULTS[delivery.kind], settings)
        return False
    if not _mark_sending(delivery):
        return False
    settings.spent = [*spent, [now.isoformat(), delivery.pk, name]]
    settings.save(update_fields=["spent"])
    return True


@action
def give_back(delivery: Delivery) -> None:
    """Nothing went out: the delivery waits again, and the interruption is not spent."""
    settings = NoticeSettings.objects.select_for_update().filter(member=delivery.recipient_id).first()
    if settings is not None:
        settings.spent = [entry for entry in settings.spent if entry[1] != delivery.pk]
        settings.save(update_fields=["spent"])
    Delivery.objects.filter(pk=delivery.pk).update(state=State.QUEUED, sent_at=None)


def _mark_sending(delivery: Delivery) -> bool:
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)
    return bool(mine.update(state=State.SENDING, sent_at=clock.now(), title=delivery.title))


@action
def _to_digest(delivery: Delivery, ways: Ways, settings: NoticeSettings) -> None:
    """This does not interrupt: it waits for the next digest, or in the list for those who want none of it there."""
    waits = policy.waits(ways, settings.rhythm, interrupted=False)
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)
    mine.update(state=State.DEFERRED if waits else State.LISTED)
    about = [delivery.notification_id or 0]
    if waits:
        Notification.objects.filter(OPEN, pk__in=about).update(waits=True)
    else:
        telling.keep_in_list(delivery.recipient_id, about)


@action
def give_up(delivery: Delivery, state: str) -> None:
    """This is not sent any more, or nobody knows whether it was: what it was about stands in the list."""
    telling.keep_in_list(delivery.recipient_id, delivery.contents or [delivery.notification_id or 0])
    end(delivery, state)


def end(delivery: Delivery, state: str) -> None:
    """This is what became of it."""
    delivery.state = state
    Delivery.objects.filter(pk=delivery.pk).update(state=state, title=delivery.title)
