"""Writing now, publishing later: once, by the rights that count then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from community.core import clock, idempotency
from community.core.access import Invalid, Refused, absent, require
from community.core.facts import publish
from community.core.retrying import action
from community.core.whole import whole
from community.files.links import UploadLinks
from community.members.models import Member
from forum import access, policy
from forum.actions import particulars
from forum.actions._shared import clean_lane, clean_title, wanted_tags
from forum.actions.drafts import Written, clean_words, give_back, publish_draft
from forum.actions.writing import open_thread, post_reply
from forum.facts import ScheduledReturned
from forum.fields import NAME
from forum.models import Board, Post, Scheduled
from forum.moments import Wall, in_words
from forum.policy import split_tags
from forum.rendering import render_body
from forum.sent import values_in

# What of a form is kept for later.
_KEPT = frozenset({"title", "body", "lane", "tags", "reply_to"})


@action
def schedule_post(
    *,
    author: Member,
    place: str,
    words: Mapping[str, str],
    wall: Wall,
    draft: Written | None = None,
    idempotency_key: str | None = None,
) -> Scheduled:
    """Have these words published at the place when a clock on that wall shows this; their draft goes.

    Raises Http404 for a place the author may not read, Refused when they may not write or schedule, Invalid for the
    words and for the moment.
    """
    kept = _kept(words)
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{author.pk}",
        verb="schedule_post",
        body={"place": place, "words": kept, "wall": wall.text, "zone": wall.zone},
    )
    if claim.result is not None:
        found = Scheduled.objects.filter(pk=claim.result["scheduled_id"], member=author).first()
        if found is None:
            raise Refused(
                _("You scheduled this before, and it waits no more. Send again to publish these words anew."),
                "undone",
            )
        return found
    require(access.may_schedule(author))
    _check_words(author, place, kept)
    _check_wall(wall)
    if Scheduled.objects.filter(member=author).count() >= policy.MOST_SCHEDULED:
        raise Refused(
            _("You have %(most)d posts that wait, and no more can. Cancel one, or publish one now.")
            % {"most": policy.MOST_SCHEDULED},
            code="full",
        )
    row = Scheduled(member=author, place=place, words=kept, made_at=clock.now())
    _set_wall(row, wall)
    row.save(force_insert=True)
    publish_draft(author, draft)
    claim.finish({"scheduled_id": row.pk})
    return row


@action
def change_scheduled(*, member: Member, scheduled_id: int, words: Mapping[str, str], wall: Wall) -> Scheduled:
    """Other words, or another moment, while it waits. Raises as `schedule_post` does."""
    row = _own(member, scheduled_id)
    require(access.may_schedule(member))
    # What a post answers is no field of the page that changes it.
    kept = _kept({"reply_to": row.words.get("reply_to", "")} | dict(words))
    _check_words(member, row.place, kept)
    if wall.text != row.wall or wall.zone != row.zone:
        _check_wall(wall)
        _set_wall(row, wall)
    row.words = kept
    row.save(update_fields=["words", "wall", "zone", "due_at"])
    return row


@action
def cancel_scheduled(*, member: Member, scheduled_id: int) -> str:
    """Not at that moment, nor at another: the words are a draft again. Its place."""
    row = _own(member, scheduled_id)
    give_back(member, row.place, row.words)
    row.delete()
    return row.place


def publish_scheduled(*, scheduled_id: int, by: Member | None = None) -> Post | None:
    """Publish it: when it is due, or at once for its own writer (`by`). None when it was done, or is not due.

    Where they may not write any more, its writer is told (Refused, Http404); by the clock it becomes a draft again,
    with the reason. Repeatable: the row goes in the transaction that brings the post, or the draft.
    """
    try:
        return _publish(scheduled_id=scheduled_id, by=by)
    except (Refused, Http404) as refusal:
        if by is not None:
            raise
        _return(scheduled_id=scheduled_id, refusal=refusal)
        return None


@action
def _publish(*, scheduled_id: int, by: Member | None) -> Post | None:
    row = _due(scheduled_id, by)
    if row is None:
        return None
    with nullcontext() if by is not None else _spoken_to(row):  # a refusal puts its reason into words at once
        post = _posted(row)
    row.delete()
    return post


@action
def _return(*, scheduled_id: int, refusal: Refused | Http404) -> None:
    row = _due(scheduled_id, None)
    if row is None:
        return  # changed or cancelled meanwhile
    member = row.member
    with _spoken_to(row):
        gone = _("Its place is no longer open to you.")
        reason = refusal.reason if isinstance(refusal, Refused) else gone
        note = _("It was to be published on %(when)s and was not. %(reason)s") % {
            "when": in_words(row.local),
            "reason": reason,
        }
    draft = give_back(member, row.place, row.words, note=note)
    publish(ScheduledReturned(member_id=member.pk, draft_id=draft.pk, title=row.title, reason=reason))
    row.delete()


@contextmanager
def _spoken_to(row: Scheduled) -> Iterator[None]:
    """In its writer's language, by the clocks that its moment was chosen by."""
    with translation.override(row.member.language or None), timezone.override(ZoneInfo(row.zone)):
        yield


def _due(scheduled_id: int, by: Member | None) -> Scheduled | None:
    """The row, held, if it is to be published now: because it is time, or because its own writer says so."""
    rows = Scheduled.objects.select_for_update(of=("self",), no_key=True).select_related("member")
    row = rows.filter(pk=scheduled_id).first()
    if by is not None:
        if row is None or row.member_id != by.pk:
            raise absent()
        return row
    return row if row is not None and row.due_at <= clock.now() else None


def due_to_publish(limit: int = 200) -> list[int]:
    """What is to be published now, the earliest first."""
    rows = Scheduled.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _posted(row: Scheduled) -> Post:
    member, words = row.member, row.words
    once = f"scheduled-{row.pk}"
    if row.is_thread:
        thread = open_thread(
            author=member,
            board_id=_board(member, row.place).pk,
            title=row.title,
            body=row.body,
            lane=words.get("lane", ""),
            tags=split_tags(words.get("tags", "")),
            values=values_in(words),
            idempotency_key=once,
        )
        return thread.posts.get(number=1)
    return post_reply(
        author=member,
        thread_id=_thread_id(row.place),
        body=row.body,
        reply_to_id=whole(words.get("reply_to")),
        idempotency_key=once,
    )


def _kept(words: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in clean_words(words).items() if name in _KEPT or NAME.fullmatch(name)}


def _check_words(author: Member, place: str, words: Mapping[str, str]) -> None:
    """What would be refused at once is refused now; whatever changes until then is asked when it is published."""
    if place.startswith("new-"):
        board = _board(author, place)
        require(access.may_start(author, board))
        clean_title(words.get("title", ""))
        lane = clean_lane(words.get("lane", ""), board)
        particulars.for_new_thread(board, lane, values_in(words))
        wanted_tags(split_tags(words.get("tags", "")))
    else:
        thread = access.thread_for_reading(author, thread_id=_thread_id(place))
        require(access.may_reply(author, thread))
    render_body(
        words.get("body", ""), files=UploadLinks([author.pk])
    )  # groups are called when it is published


def _board(member: Member, place: str) -> Board:
    return access.board_for_reading(member, slug=place.removeprefix("new-"))


def _thread_id(place: str) -> int:
    kind, _dash, about = place.partition("-")
    number = whole(about)
    if kind != "thread" or number is None:
        raise absent()
    return number


def _check_wall(wall: Wall) -> None:
    if wall.is_skipped:
        raise Invalid(
            _("The clocks go forward that night, and no clock shows %(time)s. Choose %(next)s, for instance.")
            % {"time": wall.at.strftime("%H:%M"), "next": wall.shown.strftime("%H:%M")},
            field="later_time",
        )
    now = clock.now()
    if wall.moment < now + policy.SOONEST:
        raise Invalid(_("Choose a moment that is still to come."), field="later_time")
    if wall.moment > now + policy.LATEST:
        raise Invalid(_("Choose a day within a year."), field="later_day")


def _set_wall(row: Scheduled, wall: Wall) -> None:
    row.wall, row.zone, row.due_at = wall.text, wall.zone, wall.moment


def _own(member: Member, scheduled_id: int) -> Scheduled:
    rows = Scheduled.objects.select_for_update(no_key=True)
    return _found(rows.filter(pk=scheduled_id, member=member).first())


def _found(row: Scheduled | None) -> Scheduled:
    if row is None:
        raise absent()
    return row
