"""From a fact of the forum to the people it concerns. Each function is one batch; a task carries it on.

A batch runs in one transaction with a mark of its own, so that a task that runs twice tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from activity.messages.models import Message, Participant
from activity.notices import policy, telling
from activity.notices.kinds import OF_POST, Kind
from activity.notices.models import Delivery, Notification
from activity.notices.policy import Candidate
from activity.notices.telling import BATCH, Happening
from community.core import clock
from community.core.among import among
from community.core.models import ReactorRun
from community.core.once import put_once
from community.core.prepared import Prepared
from community.core.retrying import action
from community.core.text.quotes import quoted_in
from community.members.mentions import named_in
from community.members.models import Member
from community.members.queries import follower_ids, unreachable_ids
from forum.models import Post, PostState, Reaction, Thread
from forum.queries import readers
from polls.access import may_vote
from polls.models import Poll
from polls.queries.voted import have_voted
from polls.voters import Voter

STALE = timedelta(days=7)


@dataclass(slots=True)
class Step:
    """What a batch left to do: deliveries to send, and after which member the next batch begins (None: done).

    `settles_at`: when what it spoke of can no longer be taken back, where that is still to come.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    after: int | None = None
    settles_at: datetime | None = None


def thread_subject(thread_id: int) -> str:
    return f"thread:{thread_id}"


def conversation_subject(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def is_first_run(key: str) -> bool:
    """Whether this was not told yet. The mark commits with what is told: a second worker waits for it here."""
    return put_once(ReactorRun(key=key, reactor="notices.tell"))


@action
def about_post(
    *, post_id: int, mentioned_ids: tuple[int, ...] = (), reply_to_id: int | None = None, after: int = -1
) -> Step:
    """Tell of a new post. The first batch (`after` -1) is those it is addressed to; the others are watchers.

    Nothing is told of a post that was taken back meanwhile, nor to somebody who has read it already. Those it is
    addressed to are told while it still can be taken back: its row is held until then.
    """
    if not is_first_run(f"notices:post:{post_id}:{after}"):
        return Step()
    post = held_post(post_id) if after < 0 else post_of(post_id)
    if post is None or post.state != PostState.VISIBLE or post.author is None:
        return Step()
    if clock.now() - post.posted_at > STALE:
        return Step()  # moved in from elsewhere, or told after a very long outage: no news
    personal = _addressed(post, mentioned_ids, reply_to_id)
    if after < 0:
        following: int | None = 0
        candidates = as_wished(post.thread, personal)
    else:
        candidates, following = _watching(post, {one.member_id for one in personal}, after)
    ids = {candidate.member_id for candidate in candidates}
    without = {post.author.pk} | unreachable_ids(post.author, ids)
    without |= readers.have_read(post.thread_id, post.number, ids)
    happening = Happening(thread_subject(post.thread_id), post.author.pk, post.thread, post.pk)
    sent = telling.tell(happening, policy.strongest(candidates, without=without))
    return Step(sent, following, post.posted_at + policy.SETTLING if after < 0 else None)


def post_of(post_id: int) -> Post | None:
    """A post with what telling of it needs. One statement."""
    return _told_posts.first(post_id=post_id)


def held_post(post_id: int) -> Post | None:
    """The same, held until commit: whoever takes it back meanwhile waits, and finds who was told."""
    return _posts().select_for_update(of=("self",), no_key=True).filter(pk=post_id).first()


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("thread__board", "author")


_told_posts = Prepared(lambda *, post_id: _posts().filter(pk=post_id))


def told_of(post: Post, member_ids: Collection[int]) -> set[int]:
    """Those of the members who were told of this post already, whatever it says by now. One statement."""
    rows = _told_since.cells(thread_id=post.thread_id, since=post.posted_at, ids=tuple(member_ids))
    return {member_id for member_id, items in rows if any(about == post.pk for about, _actor in items)}


_told_since = Prepared(
    lambda *, thread_id, since, ids: Notification.objects.filter(
        recipient_id__in=among(ids),
        kind__in=OF_POST,
        thread_id=thread_id,
        at__gte=since,
        withdrawn_at=None,
    ).values_list("recipient_id", "items")
)


def _addressed(post: Post, mentioned_ids: tuple[int, ...], reply_to_id: int | None) -> list[Candidate]:
    """Whom the post names, quotes or answers. At most two statements.

    An edit may have taken a name out since it was posted; those that it put in are told by `people`.
    """
    still = named_in(post.html) if mentioned_ids else frozenset()
    found = [Candidate(pk, Kind.MENTION) for pk in mentioned_ids if pk in still]
    quoted = quoted_in(post.html)
    if quoted or reply_to_id:
        named = Post.objects.filter(pk__in={*quoted, *([reply_to_id] if reply_to_id else [])})
        for pk, author_id in named.exclude(author=None).values_list("pk", "author_id"):
            found.append(Candidate(author_id, Kind.QUOTE if pk in quoted else Kind.REPLY))
    return found


def as_wished(thread: Thread, candidates: list[Candidate]) -> list[Candidate]:
    """Those who did not mute the thread or its board. One statement."""
    wishes = readers.wishes(thread, {candidate.member_id for candidate in candidates})
    return [one for one in candidates if policy.hears(one.kind, *wishes.get(one.member_id, ("", "")))]


def _watching(post: Post, personal: set[int], after: int) -> tuple[list[Candidate], int | None]:
    """The next who asked to hear of such posts; after whom to go on. Two statements, three for a new thread.

    Of a new thread hear those who watch its board and those who follow its author, in one row by rising id.
    """
    followers: set[int] = set()
    if post.is_opening:
        rows = readers.watchers(board_id=post.thread.board_id, after=after, most=BATCH)
        followers = set(follower_ids(post.author_id or 0, after=after, most=BATCH))
    else:
        rows = readers.watchers(thread_id=post.thread_id, after=after, most=BATCH)
    automatic = dict(rows)
    people = sorted(followers | set(automatic))
    told = personal | told_of(post, people[:BATCH])
    kind = Kind.OPENED if post.is_opening else Kind.WATCHED
    found = [
        Candidate(pk, Kind.FOLLOWED)
        if pk in followers
        else Candidate(pk, kind, _why(post, pk, is_automatic=automatic[pk]))
        for pk in people[:BATCH]
        if pk not in told
    ]
    wished = as_wished(post.thread, [one for one in found if one.kind == Kind.FOLLOWED])
    found = [one for one in found if one.kind != Kind.FOLLOWED] + wished
    return found, people[BATCH - 1] if len(people) >= BATCH else None


def _why(post: Post, member_id: int, *, is_automatic: bool) -> str:
    if member_id == post.thread.author_id:
        return "started"
    return "wrote" if is_automatic else ""


@action
def about_poll(*, poll_id: int, after: int = 0) -> Step:
    """Tell those who watch a poll's thread or board, may vote and have not, that it closes soon. Once an end and
    member. What is told of a board's poll names neither: whoever may not read it any more is told nothing later."""
    rows = Poll.objects.public().select_related("thread__board", "board")
    poll = rows.filter(pk=poll_id, closed_at=None).first()
    if poll is None or poll.is_over or not (poll.thread_id or poll.board_id):
        return Step()
    end = (
        f"{poll.closes_at:%Y%m%d%H%M%S}" if poll.closes_at else ""
    )  # one that is put off is told of once more
    if not is_first_run(f"notices:poll:{poll_id}:{end}:{after}"):
        return Step()
    watching = readers.watchers(thread_id=poll.thread_id, board_id=poll.board_id, after=after, most=BATCH)
    members = Member.objects.get_queryset().in_bulk([pk for pk, _automatic in watching])
    voted = have_voted(poll, members)
    candidates = [
        Candidate(pk, Kind.POLL)
        for pk, member in sorted(members.items())
        if pk not in voted and may_vote(Voter.of(member), poll)
    ]
    if poll.thread is not None:
        happening = Happening(f"poll:{poll.pk}", None, poll.thread, poll.post_id)
        candidates = as_wished(poll.thread, candidates)
    else:
        happening = Happening(f"poll:{poll.pk}", None, data={"poll": poll.pk})
        reading = readers.readers_of_board(poll.board, list(members.values())) if poll.board else set()
        candidates = [one for one in candidates if one.member_id in reading]
    sent = telling.tell(happening, policy.strongest(candidates))
    return Step(sent, watching[-1][0] if len(watching) >= BATCH else None)


@action
def about_reaction(*, post_id: int, member_id: int, key: str) -> Step:
    """Tell a post's author of a reaction that still stands."""
    if not is_first_run(f"notices:reaction:{key}"):
        return Step()
    post = Post.objects.select_related("thread__board").filter(pk=post_id, state=PostState.VISIBLE).first()
    stands = Reaction.objects.filter(post_id=post_id, member_id=member_id).exists()
    if post is None or post.author_id is None or not stands:
        return Step()
    return _one(post, Kind.REACTION, actor_id=member_id)


@action
def about_answer(*, post_id: int, actor_id: int, key: str) -> Step:
    """Tell an author that their reply was accepted, if it still is."""
    post = Post.objects.select_related("thread__board").filter(pk=post_id).first()
    if post is None or post.author_id is None or post.thread.accepted_post_id != post.pk:
        return Step()
    return _one(post, Kind.ACCEPTED, actor_id=actor_id) if is_first_run(f"notices:answer:{key}") else Step()


def _one(post: Post, kind: str, *, actor_id: int) -> Step:
    """Tell a post's author of what somebody else did to it."""
    actor = Member.objects.get(pk=actor_id)
    author_id = post.author_id or 0
    without = {actor_id} | unreachable_ids(actor, {author_id})
    candidates = as_wished(post.thread, [Candidate(author_id, kind)])
    happening = Happening(thread_subject(post.thread_id), actor_id, post.thread, post.pk)
    return Step(telling.tell(happening, policy.strongest(candidates, without=without)))


@action
def about_message(*, message_id: int, recipient_ids: tuple[int, ...]) -> Step:
    """Tell of a private message: who wrote, never what. Not to whoever has read it or left meanwhile."""
    if not is_first_run(f"notices:message:{message_id}"):
        return Step()
    row = Message.objects.filter(pk=message_id, state=Message.State.VISIBLE).first()
    if row is None or row.author_id is None:
        return Step()
    waiting = Participant.objects.filter(
        conversation_id=row.conversation_id,
        member__in=recipient_ids,
        left_at=None,
        read_number__lt=row.number,
    ).values_list("member_id", flat=True)
    happening = Happening(
        conversation_subject(row.conversation_id), row.author_id, data={"conversation": row.conversation_id}
    )
    return Step(telling.tell(happening, {pk: Candidate(pk, Kind.MESSAGE) for pk in waiting}))


@action
def about_upkeep(
    *,
    member_id: int,
    actor_id: int | None,
    what: str,
    reason: str,
    key: str,
    thread_id: int | None = None,
    post_id: int | None = None,
) -> Step:
    """Tell somebody what moderators did to their words or their account, with the reason given.

    Neither a block nor a mute hides this: it is about them. The thread itself may be out of their sight, and is not
    named then, unless it is their own.
    """
    if member_id == actor_id or not is_first_run(f"notices:upkeep:{key}"):
        return Step()
    title = _title_for(member_id, thread_id) if thread_id else ""
    subject = f"{what}:{post_id or thread_id or 0}"
    happening = Happening(
        subject,
        actor_id,
        None,
        post_id,
        {"what": what, "reason": reason, "title": title, "thread": thread_id},
    )
    return Step(telling.tell(happening, {member_id: Candidate(member_id, Kind.HOUSE)}))


def _title_for(member_id: int, thread_id: int) -> str:
    member = Member.objects.get(pk=member_id)
    named = Thread.objects.filter(Q(pk__in=Thread.objects.named_to(member)) | Q(author=member))
    return named.values_list("title", flat=True).filter(pk=thread_id).first() or ""
