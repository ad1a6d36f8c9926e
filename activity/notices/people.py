"""Telling somebody that an edit names them, or that somebody follows them; and taking back what people no longer hear."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max

from activity.messages.models import Message, Participant
from activity.notices import policy, telling
from activity.notices.kinds import Kind
from activity.notices.models import OPEN, Delivery, Notification
from activity.notices.occasions import (
    Step,
    as_wished,
    conversation_subject,
    held_post,
    is_first_run,
    thread_subject,
)
from activity.notices.policy import Candidate
from activity.notices.telling import Happening
from community.core import clock
from community.core.retrying import action
from community.members import counts
from community.members.access import may_see_field
from community.members.mentions import named_in
from community.members.models import STAFF_ROLES, Follow, Ignore, Member
from community.members.queries import unreachable_ids
from forum.models import Post, PostState

FOLLOWERS = "followers"  # the subject: one notice, however many they are
_ALWAYS = frozenset({Kind.HOUSE, Kind.DUTY})  # told whoever it was that did it
# What somebody may have been told of the same post before their name stood in it.
_WEAKER = (Kind.QUOTE, Kind.REPLY, Kind.CALLED, Kind.FOLLOWED, Kind.WATCHED, Kind.OPENED)


@action
def about_names(*, post_id: int, editor_id: int, member_ids: tuple[int, ...], key: str) -> Step:
    """Tell those whom an edit names, if it still does. Each once for each post, however often it is edited."""
    post = held_post(post_id)
    if post is None or post.state != PostState.VISIBLE or post.author is None:
        return Step()
    if not is_first_run(f"notices:names:{key}"):
        return Step()
    editor = Member.objects.get(pk=editor_id)
    named = named_in(post.html) & set(member_ids)
    without = {editor.pk} | unreachable_ids(editor, named)
    if post.author_id != editor.pk:
        without |= unreachable_ids(post.author, named)
    candidates = as_wished(post.thread, [Candidate(pk, Kind.MENTION) for pk in named - without])
    people = [member.pk for member in counts.hold([one.member_id for one in candidates])]
    known, interrupted = _told_before(post, people)
    chosen = policy.strongest(candidates, without=known)
    _instead(post, chosen)
    happening = Happening(thread_subject(post.thread_id), editor.pk, post.thread, post.pk)
    sent = telling.tell(happening, chosen, quietly=interrupted)
    return Step(sent, settles_at=clock.now() + policy.SETTLING)


def _told_before(post: Post, people: Collection[int]) -> tuple[set[int], set[int]]:
    """Who knows already that the post names them; and of the rest, whom an earlier wording interrupted for it."""
    known, withdrawn = set(), {}
    rows = Notification.objects.filter(kind=Kind.MENTION, thread_id=post.thread_id, recipient__in=people)
    for row in rows.only("recipient_id", "items", "withdrawn_at"):
        if any(about == post.pk for about, _actor in row.items):
            if row.withdrawn_at is None:
                known.add(row.recipient_id)
            else:
                withdrawn[row.pk] = row.recipient_id
    went_out = Delivery.objects.filter(notification__in=withdrawn, state__in=Delivery.SPENDING)
    return known, {withdrawn[pk] for pk in went_out.values_list("notification_id", flat=True) if pk}


def _instead(post: Post, people: Collection[int]) -> None:
    """What these were told of the post by a weaker reason is told by the stronger one now."""
    weaker = Notification.objects.filter(OPEN, kind__in=_WEAKER, thread_id=post.thread_id)
    telling.take_back_posts(list(weaker.filter(recipient__in=people)), {post.pk})
    telling.changed(list(people))


@action
def take_back_names(*, post_id: int, member_ids: tuple[int, ...]) -> None:
    """An edit took these names out: who has not looked at it yet was never named. Repeatable."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        return
    gone = set(member_ids) - named_in(post.html)
    people = [member.pk for member in counts.hold(gone)]
    rows = Notification.objects.filter(OPEN, kind=Kind.MENTION, thread_id=post.thread_id)
    telling.take_back_posts(list(rows.filter(recipient__in=people)), {post.pk})
    telling.changed(people)


@action
def take_back_apart(*, member_id: int, target_id: int) -> None:
    """Somebody ignores or blocked another: what they would not be told any more, and have not looked at, never was.

    What moderators did and what duty brings stays, and a message of the team's. Repeatable.
    """
    apart = Ignore.objects.filter(member=member_id, target=target_id).first()
    if apart is None:
        return
    pairs = [(member_id, target_id)] + ([(target_id, member_id)] if apart.blocks else [])
    both = Member.objects.filter(pk__in=(member_id, target_id), role__in=STAFF_ROLES)
    team = set(both.values_list("pk", flat=True))
    held = [member.pk for member in counts.hold({pair[0] for pair in pairs})]
    for recipient, actor in pairs:
        kept = _ALWAYS | ({Kind.MESSAGE} if actor in team else set())
        rows = Notification.objects.filter(OPEN, recipient=recipient).exclude(kind__in=kept)
        theirs = [row for row in rows if any(by == actor for _post, by in row.items)]
        posts = {post for row in theirs for post, by in row.items if by == actor}
        telling.take_back_posts(theirs, posts, actor_id=actor)
    telling.changed(held)


@action
def take_back_message(*, conversation_id: int, author_id: int) -> None:
    """Somebody took words out of a conversation: whoever has nothing else of theirs to read was never written to.

    Repeatable.
    """
    theirs = Message.objects.filter(
        conversation=conversation_id, author=author_id, state=Message.State.VISIBLE
    )
    last = theirs.aggregate(last=Max("number"))["last"] or 0
    through = Participant.objects.filter(conversation=conversation_id, read_number__gte=last)
    held = [member.pk for member in counts.hold(set(through.values_list("member_id", flat=True)))]
    subject = conversation_subject(conversation_id)
    rows = Notification.objects.filter(OPEN, kind=Kind.MESSAGE, subject=subject, recipient__in=held)
    telling.take_back_posts(list(rows), {0}, actor_id=author_id)
    telling.changed(held)


@action
def about_follower(*, member_id: int, target_id: int) -> Step:
    """Tell somebody of a new follower who lets them see it. Once, however often it is begun anew."""
    row = Follow.objects.select_related("member", "target").filter(member=member_id, target=target_id).first()
    if row is None or not may_see_field(row.target, row.member, "following"):
        return Step()
    if not is_first_run(f"notices:follower:{member_id}:{target_id}"):
        return Step()
    candidates = [Candidate(target_id, Kind.FOLLOWER)]
    chosen = policy.strongest(candidates, without=unreachable_ids(row.member, {target_id}))
    return Step(telling.tell(Happening(FOLLOWERS, member_id), chosen))


@action
def take_back_follower(*, member_id: int, target_id: int) -> None:
    """Somebody follows no longer: who has not looked yet was never told. Repeatable."""
    if Follow.objects.filter(member=member_id, target=target_id).exists():
        return
    people = [member.pk for member in counts.hold([target_id])]
    rows = Notification.objects.filter(OPEN, kind=Kind.FOLLOWER, subject=FOLLOWERS, recipient__in=people)
    telling.take_back_posts(list(rows), {0}, actor_id=member_id)
    telling.changed(people)
