"""Who may write to whom, and who may open a conversation. Staff have no way in: they read reports, not letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from activity.messages.models import Conversation, Door, Opens, Participant
from community.core.access import YES, Refused, Verdict, absent, no
from community.core.prepared import LARGEST_ID
from community.members.access import Viewer, current_standing, may_moderate_members, may_speak
from community.members.models import STAFF_ROLES, Follow, Ignore, Member, Standing


def takes_none(name: str) -> Verdict:
    """The one refusal, whatever the cause: a block, a closed door or a closed account read alike."""
    return no(_("%(name)s does not take messages.") % {"name": name}, "no_messages")


def may_write_to(viewer: Viewer, recipient: Member) -> Verdict:
    """Whether the viewer may begin to write to somebody. One statement at most."""
    verdict = may_speak(viewer)
    if not verdict or not isinstance(viewer, Member):
        return verdict
    if viewer.pk == recipient.pk:
        return no(_("You cannot write to yourself."), "self")
    return YES if recipient.pk in reachable(viewer, [recipient.pk]) else takes_none(recipient.name)


def reachable(writer: Member, member_ids: list[int], *, answered: bool = False) -> set[int]:
    """Those of the members whom the writer may write to. One statement.

    `answered`: they write to one another already, so only a block or a closed account stands between them.
    """
    away = Ignore.objects.filter(
        Q(member=writer, target_id=OuterRef("pk")) | Q(target=writer, member_id=OuterRef("pk")), blocks=True
    )
    doors = Door.objects.filter(member_id=OuterRef("pk")).values("opens_to")[:1]
    rows = Member.objects.listed().filter(
        Q(source="") | Q(claimed_at__isnull=False), pk__in=member_ids, is_active=True
    )
    if writer.is_staff_role:
        return set(rows.values_list("pk", flat=True))
    rows = rows.filter(~Exists(away)).annotate(door=Coalesce(Subquery(doors), Value(Opens.EVERYONE.value)))
    if not answered:
        follows = Follow.objects.filter(member_id=OuterRef("pk"), target=writer)
        rows = rows.filter(Q(door=Opens.EVERYONE) | Q(Exists(follows), door=Opens.FOLLOWING))
    return {
        one.pk
        for one in rows.only("pk", "standing", "standing_until")
        if current_standing(one) != Standing.SUSPENDED
    }


def require_together(chosen: Sequence[Member], *, here: Sequence[Member] = ()) -> None:
    """That nobody chosen and nobody else chosen, or here already, blocked one another. One statement.

    Who was chosen last of such two is said to take no messages: that tells neither who blocked nor who was blocked.
    """
    ids = [one.pk for one in (*here, *chosen)]
    blocks = Ignore.objects.filter(member__in=ids, target__in=ids, blocks=True)
    rows = blocks.exclude(
        target__role__in=STAFF_ROLES
    )  # blocked before they joined the team: staff reach everybody
    apart = {frozenset(pair) for pair in rows.values_list("member_id", "target_id")}
    for place, one in enumerate(chosen):
        if any(frozenset((one.pk, other.pk)) in apart for other in (*here, *chosen[:place])):
            raise Refused(takes_none(one.name))


def participant_for(viewer: Member, *, conversation_id: int) -> Participant:
    """The viewer's place in a conversation, with it. One statement. 404 for everybody who is not in it now."""
    if not 0 < conversation_id <= LARGEST_ID:
        raise absent()
    rows = Participant.objects.filter(member=viewer, conversation_id=conversation_id, left_at=None)
    found = rows.select_related("conversation").first()
    if found is None:
        raise absent()
    return found


def held(viewer: Member, *, conversation_id: int) -> tuple[Conversation, list[Participant]]:
    """A conversation that the viewer is in, locked until commit, and everybody who is or was in it. Two statements."""
    if not 0 < conversation_id <= LARGEST_ID:
        raise absent()
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id).first()
    people = list(row.participants.select_related("member").order_by("pk")) if row is not None else []
    if row is None or not any(one.member_id == viewer.pk and one.left_at is None for one in people):
        raise absent()
    return row, people


def heard_by(member_ids: Iterable[int], conversation_id: int) -> tuple[int, dict[int, bool]]:
    """How far a conversation has got, and which of these members hear at once what happens in it. Three statements.

    Those who are in it now; of two that keep each other away neither. Each with whether the others may see them write:
    not whoever blocks, or is blocked by, somebody in it.
    """
    row = Conversation.objects.filter(pk=conversation_id).only("sequence", "pair").first()
    if row is None:
        return 0, {}
    here = set(Participant.objects.filter(conversation=row, left_at=None).values_list("member_id", flat=True))
    blocks = Ignore.objects.filter(member__in=here, target__in=here, blocks=True)
    apart = {pk for pair in blocks.values_list("member_id", "target_id") for pk in pair}
    asked = here.intersection(member_ids)
    return row.sequence, {pk: pk not in apart for pk in asked if not (row.is_pair and pk in apart)}


def may_read_reports(viewer: Viewer) -> Verdict:
    """Moderators and administrators read what was reported, and nothing beside it."""
    return may_moderate_members(viewer)
