"""Every verb of private conversations. Nothing else writes these rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.messages import access, facts
from activity.messages.models import Conversation, Door, Message, MessageReport, Opens, Participant
from community.core import clock, display, idempotency
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.core.text import RENDERER_VERSION, clean_source, is_blank, render
from community.files.links import UploadLinks
from community.members.access import may_speak
from community.members.mentions import MemberLinks
from community.members.models import Member
from community.members.queries import unreachable_ids
from forum.actions.drafts import Written, publish_draft

MOST_PEOPLE = 20
MOST_REPORTED = 50
FOR_EVER = timedelta(days=36500)


@action
def start_conversation(
    *,
    actor: Member,
    recipients: Sequence[Member],
    body: str,
    title: str = "",
    draft: Written | None = None,
    idempotency_key: str | None = None,
) -> Message:
    """Write to one person (in the conversation the two have, if there is one) or begin one of several; the draft that
    the words were goes.

    Refused with the same words whether somebody blocked the actor or another who is written to, closed their door or
    is gone.
    """
    ids = sorted({one.pk for one in recipients})
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{actor.pk}",
        verb="start_conversation",
        body={"to": ids, "title": title, "body": body},
    )
    if claim.result is not None:
        return Message.objects.get(pk=claim.result["message_id"])
    require(may_speak(actor))
    if not ids or len(ids) >= MOST_PEOPLE:
        raise Invalid(
            _("Choose at least one person, and at most %(most)d.") % {"most": MOST_PEOPLE - 1}, field="to"
        )
    for one in recipients:
        if one.pk == actor.pk:
            require(access.may_write_to(actor, one))
    words = _rendered(actor, body)
    conversation = _pair_of(actor, recipients[0]) if len(ids) == 1 else None
    if conversation is None:
        open_to = access.reachable(actor, ids)
        for one in recipients:
            if one.pk not in open_to:
                raise Refused(access.takes_none(one.name))
        access.require_together(recipients)
        conversation = _begun(actor, ids, title)
    conversation, people = _rejoined(actor, conversation)
    message = _written(actor, conversation, people, words)
    publish_draft(actor, draft)
    claim.finish({"message_id": message.pk})
    return message


@action
def send_message(
    *,
    actor: Member,
    conversation_id: int,
    body: str,
    draft: Written | None = None,
    idempotency_key: str | None = None,
) -> Message:
    """Write into a conversation; the draft that the words were goes. 404 outside of it.

    Holds its row until commit, so that numbers have no gap.
    """
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{actor.pk}",
        verb="send_message",
        body={"conversation": conversation_id, "body": body},
    )
    if claim.result is not None:
        return Message.objects.get(pk=claim.result["message_id"])
    require(may_speak(actor))
    words = _rendered(actor, body)  # the slow part, before the row is held
    conversation, people = access.held(actor, conversation_id=conversation_id)
    message = _written(actor, conversation, people, words)
    publish_draft(actor, draft)
    claim.finish({"message_id": message.pk})
    return message


@action
def remove_message(*, actor: Member, message_id: int) -> Message:
    """Take one's own words out. The number stays; what was reported before stays reported. Repeatable."""
    found = Message.objects.filter(pk=message_id, author=actor).first()
    if found is None:
        raise absent()
    conversation, _people = access.held(actor, conversation_id=found.conversation_id)
    row = Message.objects.select_for_update(no_key=True).get(pk=found.pk)
    if row.state != Message.State.REMOVED:
        row.state, row.source, row.html = Message.State.REMOVED, "", ""
        row.save(update_fields=["state", "source", "html"])
        conversation.sequence += 1
        conversation.save(update_fields=["sequence"])
        publish(
            facts.MessageRemoved(
                message_id=row.pk,
                conversation_id=conversation.pk,
                actor_id=actor.pk,
                sequence=conversation.sequence,
            )
        )
    return row


@action
def mark_read(*, member: Member, conversation_id: int, number: int) -> bool:
    """Note that messages up to `number` were on screen. Never lowers a mark. At most two statements."""
    mine = Participant.objects.filter(member=member, conversation_id=conversation_id, left_at=None)
    raised = mine.filter(read_number__lt=number, conversation__last_number__gte=number)
    if not raised.update(read_number=number):
        return False
    publish(facts.ConversationRead(conversation_id=conversation_id, member_id=member.pk, number=number))
    return True


@action
def mute_conversation(*, member: Member, conversation_id: int, hours: int | None) -> Participant:
    """Be told of nothing in it for so many hours; None: until further notice; 0: be told again."""
    if hours is not None and not 0 <= hours <= 24 * 365:
        raise Invalid(_("Choose from the list."), field="hours")
    row = access.participant_for(member, conversation_id=conversation_id)
    row.muted_until = (
        None if hours == 0 else clock.now() + (FOR_EVER if hours is None else timedelta(hours=hours))
    )
    row.save(update_fields=["muted_until"])
    return row


@action
def leave_conversation(*, member: Member, conversation_id: int) -> None:
    """Read and receive nothing of it any more. Two people's can be taken up again by whoever left, several's by
    being added. Allowed in any standing."""
    _conversation, people = access.held(member, conversation_id=conversation_id)
    row = next(one for one in people if one.member_id == member.pk)
    row.left_at = clock.now()
    row.save(update_fields=["left_at"])
    publish(facts.ConversationLeft(conversation_id=conversation_id, member_id=member.pk, at=row.left_at))


@action
def add_person(*, actor: Member, conversation_id: int, person: Member) -> Participant:
    """Bring somebody into a conversation of several. They read what is written from now on. Repeatable."""
    require(may_speak(actor))
    conversation, people = access.held(actor, conversation_id=conversation_id)
    if conversation.is_pair:
        raise Refused(
            no(_("What two people wrote stays between them. Begin a conversation of several."), "pair")
        )
    row = next((one for one in people if one.member_id == person.pk), None)
    if row is not None and row.left_at is None:
        return row
    if row is not None and actor.pk != conversation.started_by_id:
        raise Refused(no(_("Only who began the conversation brings back somebody who left."), "left"))
    if sum(one.left_at is None for one in people) >= MOST_PEOPLE:
        raise Invalid(
            _("At most %(most)d people fit into a conversation.") % {"most": MOST_PEOPLE}, field="name"
        )
    require(access.may_write_to(actor, person))
    access.require_together([person], here=[one.member for one in people if one.left_at is None])
    row = row or Participant(conversation=conversation, member=person)
    row.left_at, row.joined_at = None, clock.now()
    row.from_number = row.read_number = conversation.last_number
    row.save()
    publish(facts.ConversationJoined(conversation_id=conversation.pk, member_id=person.pk, by_id=actor.pk))
    return row


@action
def report_messages(
    *, reporter: Member, conversation_id: int, numbers: Sequence[int], reason: str
) -> MessageReport:
    """Show messages to the moderators: a copy of these, and nothing else of the conversation.

    Allowed in any standing. Only what the reporter can read and did not write themselves. The same once more, while
    it waits, is the same report.
    """
    row = access.participant_for(reporter, conversation_id=conversation_id)
    reason = clean_source(reason).strip()
    if not reason or len(reason) > 500:
        raise Invalid(_("Say in a sentence or two what is wrong."), field="reason")
    found = (
        Message.objects.filter(
            conversation_id=conversation_id,
            number__in=list(numbers)[:MOST_REPORTED],
            number__gt=row.from_number,
            state=Message.State.VISIBLE,
        )
        .exclude(author=reporter)
        .select_related("author")
        .order_by("number")
    )
    shown = [
        {
            "number": one.number,
            "author": one.author_id,
            "name": one.author.name if one.author else "",
            "at": one.sent_at.isoformat(),
            "source": one.source,
        }
        for one in found
    ]
    if not shown:
        raise Invalid(_("Choose the messages that the moderators should read."), field="numbers")
    wanted = [line["number"] for line in shown]
    for known in MessageReport.objects.filter(
        conversation_id=conversation_id, reporter=reporter, state=MessageReport.State.OPEN
    ):
        if [line["number"] for line in known.snapshot] == wanted:
            return known
    report = MessageReport.objects.create(
        conversation_id=conversation_id, reporter=reporter, reason=reason, snapshot=shown
    )
    publish(
        facts.MessagesReported(report_id=report.pk, conversation_id=conversation_id, reporter_id=reporter.pk)
    )
    return report


@action
def settle_report(*, actor: Member, report_id: int, state: str, note: str) -> MessageReport:
    """Close a report with a note for the next moderator. Nobody decides about their own or about words of theirs."""
    require(access.may_read_reports(actor))
    if state not in (MessageReport.State.SETTLED, MessageReport.State.DISMISSED):
        raise Invalid(_("Choose from the list."), field="state")
    note = clean_source(note).strip()
    if not note or len(note) > 300:
        raise Invalid(_("Write in a sentence what you did."), field="note")
    report = MessageReport.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise absent()
    if report.state != MessageReport.State.OPEN:
        raise Refused(no(_("This report has already been decided."), "decided"))
    if actor.pk in {report.reporter_id, *(line["author"] for line in report.snapshot)}:
        raise Refused(no(_("Nobody decides about a report of their own or about their own words."), "self"))
    report.state, report.note = state, note
    report.decided_by, report.decided_at = actor, clock.now()
    report.save(update_fields=["state", "note", "decided_by", "decided_at"])
    publish(
        facts.MessageReportSettled(
            report_id=report.pk, reporter_id=report.reporter_id, actor_id=actor.pk, state=state
        )
    )
    return report


@action
def set_door(*, member: Member, opens_to: str) -> Door:
    """Choose who may begin to write to the member. Who writes with them already may go on, unless blocked."""
    if opens_to not in Opens.values:
        raise Invalid(_("Choose from the list."), field="opens_to")
    return Door.objects.update_or_create(member=member, defaults={"opens_to": opens_to})[0]


# -- inner steps; callers hold a transaction


def _rendered(author: Member, body: str) -> Message:
    """A message with its words and its author's pictures, not yet of any conversation. Invalid for what is empty, too
    long or deep."""
    if is_blank(body):
        raise Invalid(_("Write something first."), field="body")
    source = clean_source(body)
    try:
        words = render(source, links=MemberLinks(), shown=UploadLinks([author.pk]))
    except Invalid as refusal:
        raise Invalid(refusal.reason, field="body", code=refusal.code) from refusal
    return Message(
        source=source,
        html=str(words.html),
        lang=display.language_of(words.plain),
        renderer_version=RENDERER_VERSION,
    )


def _pair_key(one: int, other: int) -> str:
    return f"{min(one, other)}:{max(one, other)}"


def _pair_of(actor: Member, other: Member) -> Conversation | None:
    return Conversation.objects.filter(pair=_pair_key(actor.pk, other.pk)).first()


def _begun(actor: Member, ids: list[int], title: str) -> Conversation:
    pair = _pair_key(actor.pk, ids[0]) if len(ids) == 1 else ""
    title = " ".join(clean_source(title).split())[:80] if not pair else ""
    try:
        with transaction.atomic():
            row = Conversation.objects.create(pair=pair, title=title, started_by=actor)
    except IntegrityError:  # both wrote to each other at this moment: they meet in one conversation
        return Conversation.objects.get(pair=pair)
    starter = Participant(conversation=row, member=actor, role=Participant.Role.STARTER)
    Participant.objects.bulk_create([starter, *(Participant(conversation=row, member_id=pk) for pk in ids)])
    return row


def _rejoined(actor: Member, conversation: Conversation) -> tuple[Conversation, list[Participant]]:
    """The conversation, held, with the actor in it: of two people, whoever left may take it up again."""
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    people = list(row.participants.select_related("member").order_by("pk"))
    mine = next(one for one in people if one.member_id == actor.pk)
    if mine.left_at is not None:
        mine.left_at, mine.joined_at = None, clock.now()
        mine.from_number = mine.read_number = row.last_number
        mine.save(update_fields=["left_at", "joined_at", "from_number", "read_number"])
    return row, people


def _written(
    actor: Member, conversation: Conversation, people: list[Participant], message: Message
) -> Message:
    mine = next(one for one in people if one.member_id == actor.pk)
    others = [one for one in people if one.member_id != actor.pk]
    if conversation.is_pair:
        _require_open(actor, others)
    conversation.last_number += 1
    conversation.last_at = clock.now()
    conversation.sequence += 1
    conversation.save(update_fields=["last_number", "last_at", "sequence"])
    message.conversation, message.author = conversation, actor
    message.number, message.sent_at = conversation.last_number, conversation.last_at
    message.save(force_insert=True)
    mine.read_number, mine.has_written = conversation.last_number, True
    mine.save(update_fields=["read_number", "has_written"])
    told = [one.member_id for one in others if one.left_at is None and not one.is_muted]
    away = unreachable_ids(actor, told) if not actor.is_staff_role else frozenset()
    publish(
        facts.MessageSent(
            message_id=message.pk,
            conversation_id=conversation.pk,
            number=message.number,
            author_id=actor.pk,
            recipient_ids=tuple(pk for pk in told if pk not in away),
            sequence=conversation.sequence,
        )
    )
    return message


def _require_open(actor: Member, others: list[Participant]) -> None:
    """Between two: the other is still there, and takes messages, or has taken part before."""
    for one in others:
        answered = one.has_written or one.role == Participant.Role.STARTER
        is_there = one.left_at is None or actor.is_staff_role
        if not is_there or one.member_id not in access.reachable(actor, [one.member_id], answered=answered):
            raise Refused(access.takes_none(one.member.name))
        if one.left_at is not None:  # staff reach somebody who left
            one.left_at = None
            one.from_number = one.read_number = Conversation.objects.get(pk=one.conversation_id).last_number
            one.save(update_fields=["left_at", "from_number", "read_number"])
    if not others:  # the other account was erased
        raise Refused(access.takes_none(_("This member")))
