"""Page-shaped reads of private conversations, each for one participant. Each says how many statements it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from activity.messages.models import Conversation, Door, Message, MessageReport, Opens, Participant
from community.core import clock
from community.core.pagination import KeysetPage, keyset
from community.core.text import excerpt
from community.members.models import Ignore, Member, all_but_face

PER_PAGE = 30
WORDS = 120


def conversations(member: Member, cursor: str | None = None) -> KeysetPage[Participant]:
    """What the member is in, unread ones first, then the latest; `conversation.others` names the people.

    Two statements. Muted ones do not come first. `last_words` are the latest, if nobody ignored wrote them.
    """
    ignored = Ignore.objects.filter(member=member, target_id=OuterRef("author_id"))
    last = Message.objects.filter(
        ~Exists(ignored),
        conversation_id=OuterRef("conversation_id"),
        number=OuterRef("conversation__last_number"),
        state=Message.State.VISIBLE,
    )
    # What somebody blocked wrote calls nobody into a conversation, nor does what was taken out before it was read.
    unread = Message.objects.filter(
        ~Exists(ignored.filter(blocks=True)),
        conversation_id=OuterRef("conversation_id"),
        number__gt=OuterRef("read_number"),
        state=Message.State.VISIBLE,
    )
    is_new = (
        Q(conversation__last_number__gt=F("read_number"))
        & Q(Exists(unread))
        & (Q(muted_until=None) | Q(muted_until__lte=clock.now()))
    )
    rows: QuerySet[Any] = (
        Participant.objects.filter(
            member=member, left_at=None, conversation__last_number__gt=F("from_number")
        )
        .select_related("conversation")
        .annotate(
            is_new=Case(When(is_new, then=1), default=0, output_field=IntegerField()),
            last_words=Subquery(last.values("source")[:1]),
        )
    )
    page: KeysetPage[Participant] = keyset(
        rows, order=("-is_new", "-conversation__last_at", "-pk"), cursor=cursor, size=PER_PAGE
    )
    _name_people(member, page.items)
    return page


def others_in(conversation_ids: Iterable[int], member: Member) -> dict[int, list[Member]]:
    """Who is or was in these conversations beside the member. One statement."""
    people: dict[int, list[Member]] = defaultdict(list)
    for one in _faces(conversation_ids):
        if one.member_id != member.pk:
            people[one.conversation_id].append(one.member)
    return people


def _name_people(member: Member, rows: list[Participant]) -> None:
    people = others_in([row.conversation_id for row in rows], member)
    for row in rows:
        row.conversation.others = people[row.conversation_id]
        row.last_words = excerpt(getattr(row, "last_words", None) or "", WORDS)  # type: ignore[attr-defined]


def _faces(conversation_ids: Iterable[int]) -> QuerySet[Participant]:
    rows = Participant.objects.filter(conversation_id__in=list(conversation_ids)).order_by("pk")
    return rows.select_related("member").defer(*all_but_face("member"))


def people_in(conversation: Conversation) -> list[Participant]:
    """Everybody who is or was in a conversation. One statement."""
    return list(_faces([conversation.pk]))


def name_of(conversation: Conversation, others: list[Member]) -> str:
    """What a conversation is called for somebody: its title, or the people in it beside them."""
    if conversation.title:
        return conversation.title
    return _(", ").join(one.name for one in others) or _("Nobody else is here")


def messages(mine: Participant, cursor: str | None = None) -> KeysetPage[Message]:
    """A page of what the participant may read, the latest page first, each page in the order of writing.

    One statement. `next` of the page leads to what is older.
    """
    page = keyset(_readable(mine), order=("-number",), cursor=cursor, size=PER_PAGE)
    page.items = _dressed(mine, page.items[::-1])
    return page


def newer(mine: Participant, after: int, *, most: int = 50) -> list[Message]:
    """What came after a number, at most so many. One statement."""
    return _dressed(mine, list(_readable(mine).filter(number__gt=after).order_by("number")[:most]))


def removed_numbers(conversation_id: int) -> list[int]:
    """The last few numbers whose words are gone. One statement."""
    rows = Message.objects.filter(conversation_id=conversation_id, state=Message.State.REMOVED)
    return list(rows.order_by("-number").values_list("number", flat=True)[:PER_PAGE])


def _readable(mine: Participant) -> QuerySet[Message]:
    ignored = Ignore.objects.filter(member_id=mine.member_id, target_id=OuterRef("author_id"))
    rows = Message.objects.filter(conversation_id=mine.conversation_id, number__gt=mine.from_number).annotate(
        is_blocked=Subquery(ignored.values("blocks")[:1])  # None: not even ignored
    )
    return rows.select_related("author").defer("source", *all_but_face("author"))


def _dressed(mine: Participant, rows: list[Message]) -> list[Message]:
    first = True
    for row in rows:
        row.is_mine = row.author_id == mine.member_id
        blocked = getattr(row, "is_blocked", None)
        row.is_folded = blocked is not None
        # Of several, where a block came later. Between two nothing new comes, and what was read can be read again.
        row.is_withheld = bool(blocked) and not mine.conversation.is_pair and not _is_staff(row.author)
        row.is_first_unread = first and not row.is_mine and row.number > mine.read_number > 0
        first = first and not row.is_first_unread
    return rows


def _is_staff(author: Member | None) -> bool:
    return author is not None and author.is_staff_role


def door_of(member: Member) -> str:
    """Whom the member takes messages from. One statement."""
    row = Door.objects.filter(member=member).first()
    return row.opens_to if row is not None else Opens.EVERYONE.value


def reports_waiting() -> int:
    """How many reports moderators have still to decide. One statement."""
    return MessageReport.objects.filter(state=MessageReport.State.OPEN).count()


def reports(*, is_open: bool, cursor: str | None = None) -> KeysetPage[MessageReport]:
    """Reports for moderators: open ones the oldest first, decided ones the latest first. One statement."""
    rows = MessageReport.objects.select_related("reporter", "decided_by")
    if is_open:
        rows = rows.filter(state=MessageReport.State.OPEN)
        return keyset(rows, order=("reported_at", "pk"), cursor=cursor, size=PER_PAGE)
    rows = rows.exclude(state=MessageReport.State.OPEN)
    return keyset(rows, order=("-reported_at", "-pk"), cursor=cursor, size=PER_PAGE)
