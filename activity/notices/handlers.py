"""Facts that somebody is told of. Each costs its publisher one queued row, however many people it concerns.

A room that is built later tells its own through `occasions`, in handlers of this file.
"""

from __future__ import annotations

from typing import Any

from activity.messages import facts as letters
from activity.notices import actions, retelling, tasks
from activity.notices.kinds import Channel
from activity.notices.models import Delivery
from community.core import chance
from community.core.facts import records
from community.files.facts import UploadGone
from community.members import facts as members
from community.members.models import Standing
from forum import facts as forum
from forum.models import PostState, Thread, ThreadLog, ThreadState
from polls import facts as polls


@records(forum.ThreadOpened)
def opened(fact: forum.ThreadOpened) -> None:
    _tell_of_post(fact, reply_to_id=None)


@records(forum.ReplyPosted)
def replied(fact: forum.ReplyPosted) -> None:
    _tell_of_post(fact, reply_to_id=fact.reply_to_id)


def _tell_of_post(fact: forum.ThreadOpened | forum.ReplyPosted, *, reply_to_id: int | None) -> None:
    """Those it is addressed to at once, the others when it can no longer be taken back. One row is queued.

    However many belong to a group that is called, its author waits for none of them.
    """
    told: dict[str, Any] = {
        "post_id": fact.post_id,
        "mentioned_ids": list(fact.mentioned_ids),
        "reply_to_id": reply_to_id,
    }
    if fact.mentioned_ids or fact.quoted_ids or reply_to_id:
        tasks.at_once(tasks.tell_of_post, **told, called=list(fact.called))
    elif fact.called:
        following = {**told, "after": 0}
        tasks.later(tasks.tell_of_call, post_id=fact.post_id, groups=list(fact.called), then=following)
    else:
        tasks.later(tasks.tell_of_post, **told, after=0)


@records(forum.PostUndone, forum.ThreadUndone)
def undone(fact: forum.PostUndone | forum.ThreadUndone) -> None:
    """It never was: whoever was told at once finds neither a line nor a number."""
    retelling.never_was(thread_id=fact.thread_id, post_id=fact.post_id)


@records(forum.PostEdited)
def edited(fact: forum.PostEdited) -> None:
    """Whom an edit names hears of it; whom the words name no more, and who has not looked yet, never did."""
    if fact.named_ids:
        told = {"post_id": fact.post_id, "editor_id": fact.editor_id, "key": chance.token(12)}
        tasks.at_once(tasks.tell_of_names, member_ids=list(fact.named_ids), **told)
    if fact.unnamed_ids:
        tasks.take_back_names.enqueue(post_id=fact.post_id, member_ids=list(fact.unnamed_ids))
    if fact.called:
        called = {"post_id": fact.post_id, "groups": list(fact.called), "actor_id": fact.editor_id}
        tasks.later(tasks.tell_of_call, **called)
    if fact.uncalled:
        tasks.take_back_calls.enqueue(post_id=fact.post_id, groups=list(fact.uncalled))


@records(forum.ReactionChanged)
def reacted(fact: forum.ReactionChanged) -> None:
    if fact.kind:
        told = {"post_id": fact.post_id, "member_id": fact.member_id, "key": chance.token(12)}
        tasks.later(tasks.tell_of_reaction, **told)
    else:
        tasks.take_back.enqueue(thread_id=fact.thread_id, posts=[fact.post_id], actor_id=fact.member_id)


@records(forum.AnswerAccepted)
def accepted(fact: forum.AnswerAccepted) -> None:
    told = {"post_id": fact.post_id, "actor_id": fact.actor_id, "key": chance.token(12)}
    tasks.later(tasks.tell_of_answer, **told)


@records(forum.AnswerWithdrawn)
def unaccepted(fact: forum.AnswerWithdrawn) -> None:
    tasks.take_back_answer.enqueue(thread_id=fact.thread_id, post_id=fact.post_id)


@records(forum.PostStateChanged)
def post_state(fact: forum.PostStateChanged) -> None:
    """What is out of sight is taken back; its author hears what was done to it, unless they did it."""
    if fact.state == PostState.VISIBLE:
        return
    tasks.take_back.enqueue(thread_id=fact.thread_id, posts=[fact.post_id])
    if fact.state in (PostState.HIDDEN, PostState.REMOVED):
        tasks.tell_author.enqueue(
            post_id=fact.post_id, actor_id=fact.actor_id, what=f"post_{fact.state}", key=chance.token(12)
        )


@records(forum.PostErased)
def erased(fact: forum.PostErased) -> None:
    """Whose words they were is told: the row does not know it any more."""
    tasks.tell_of_upkeep.enqueue(
        member_id=fact.author_id,
        actor_id=fact.actor_id,
        what="post_erased",
        reason=fact.reason,
        key=chance.token(12),
        thread_id=fact.thread_id,
        post_id=fact.post_id,
    )


@records(forum.ThreadStateChanged)
def thread_state(fact: forum.ThreadStateChanged) -> None:
    if fact.state == ThreadState.VISIBLE:
        return
    tasks.look_again.enqueue(thread_id=fact.thread_id)
    _tell_thread_author(fact.thread_id, fact.actor_id, f"thread_{fact.state}")


@records(forum.ThreadMoved)
def moved(fact: forum.ThreadMoved) -> None:
    tasks.look_again.enqueue(thread_id=fact.thread_id)
    _tell_thread_author(fact.thread_id, fact.actor_id, "moved", _reason_for(fact.thread_id, "moved"))


@records(forum.ThreadChanged)
def changed(fact: forum.ThreadChanged) -> None:
    """Another lane is another way to be found and to be answered: the author hears by whom and why."""
    if fact.what == ThreadLog.Kind.LANE and fact.actor_id is not None:
        lane = Thread.objects.values_list("lane", flat=True).get(pk=fact.thread_id)
        reason = _reason_for(fact.thread_id, fact.what)
        _tell_thread_author(fact.thread_id, fact.actor_id, f"lane_{lane}", reason)


def _reason_for(thread_id: int, kind: str) -> str:
    """What the latest line of this kind in a thread's log gives as the reason. One statement."""
    lines = ThreadLog.objects.filter(thread_id=thread_id, kind=kind).order_by("-pk")
    return lines.values_list("reason", flat=True).first() or ""


def _tell_thread_author(thread_id: int, actor_id: int, what: str, reason: str | None = None) -> None:
    author_id, given = Thread.objects.values_list("author_id", "state_reason").get(pk=thread_id)
    reason = given if reason is None else reason
    if author_id != actor_id:
        tasks.tell_of_upkeep.enqueue(
            member_id=author_id,
            actor_id=actor_id,
            what=what,
            reason=reason,
            key=chance.token(12),
            thread_id=thread_id,
        )


@records(polls.PollClosesSoon)
def closes_soon(fact: polls.PollClosesSoon) -> None:
    tasks.tell_of_poll.enqueue(poll_id=fact.poll_id)


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    tasks.follow_merge.enqueue(source_id=fact.source_id, target_id=fact.target_id)


@records(forum.ThreadSplit)
def split(fact: forum.ThreadSplit) -> None:
    tasks.follow_split.enqueue(
        source_id=fact.source_id, target_id=fact.new_thread_id, posts=list(fact.moved_post_ids)
    )


@records(forum.TitleErased)
def title_erased(fact: forum.TitleErased) -> None:
    """At once: nothing that is queued shall hold the title for a while."""
    retelling.forget_titles(
        thread_id=fact.thread_id, titles=fact.titles, places=fact.stands_in, title=fact.title
    )


@records(forum.BoardRightsChanged)
def rights_changed(fact: forum.BoardRightsChanged) -> None:
    tasks.look_again_on_board.enqueue(board_id=fact.board_id)


@records(forum.ScheduledReturned)
def not_published(fact: forum.ScheduledReturned) -> None:
    tasks.tell_of_upkeep.enqueue(
        member_id=fact.member_id,
        actor_id=None,
        what="not_published",
        reason=fact.reason,
        key=chance.token(12),
    )


@records(UploadGone)
def picture_lost(fact: UploadGone) -> None:
    """When its words have settled: it may be lost while they are being sent."""
    if fact.problem:
        tasks.later(tasks.tell_of_picture, upload_id=fact.upload_id)


@records(members.MemberFollowed)
def followed(fact: members.MemberFollowed) -> None:
    tasks.later(tasks.tell_of_follower, member_id=fact.member_id, target_id=fact.target_id)


@records(members.MemberUnfollowed)
def unfollowed(fact: members.MemberUnfollowed) -> None:
    tasks.take_back_follower.enqueue(member_id=fact.member_id, target_id=fact.target_id)


@records(members.MemberIgnored)
def kept_away(fact: members.MemberIgnored) -> None:
    tasks.take_back_apart.enqueue(member_id=fact.member_id, target_id=fact.target_id)


@records(members.StandingChanged)
def standing_changed(fact: members.StandingChanged) -> None:
    what = "restored" if fact.after == Standing.GOOD else fact.after
    tasks.tell_of_upkeep.enqueue(
        member_id=fact.member_id, actor_id=fact.by_id, what=what, reason=fact.reason, key=chance.token(12)
    )


@records(letters.MessageSent)
def written_to(fact: letters.MessageSent) -> None:
    if fact.recipient_ids:
        tasks.at_once(
            tasks.tell_of_message, message_id=fact.message_id, recipient_ids=list(fact.recipient_ids)
        )


@records(letters.MessageRemoved)
def unwritten(fact: letters.MessageRemoved) -> None:
    tasks.take_back_message.enqueue(conversation_id=fact.conversation_id, author_id=fact.actor_id)


@records(letters.MessageReportSettled)
def report_settled(fact: letters.MessageReportSettled) -> None:
    """Whoever reported hears that it was looked at, never what was noted or by whom. Who was reported hears nothing."""
    if fact.reporter_id:
        tasks.tell_of_upkeep.enqueue(
            member_id=fact.reporter_id,
            actor_id=None,
            what=f"report_{fact.state}",
            reason="",
            key=chance.token(12),
        )


@records(members.LetterSent)
def letter_sent(fact: members.LetterSent) -> None:
    """A letter of the house stands in its member's log. It spends nothing of their budget: no wish could stop it."""
    told = {
        "recipient_id": fact.member_id,
        "channel": Channel.MAIL,
        "kind": fact.sort,
        "title": fact.subject[:250],
        "state": Delivery.State.SENT if fact.is_sent else Delivery.State.FAILED,
        "made_at": fact.at,
        "sent_at": fact.at if fact.is_sent else None,
    }
    Delivery.objects.update_or_create(key=f"letter:{fact.key}"[:60], defaults=told)


@records(letters.ConversationRead)
def letters_read(fact: letters.ConversationRead) -> None:
    actions.read_conversation(member_id=fact.member_id, conversation_id=fact.conversation_id)


@records(letters.ConversationLeft)
def letters_left(fact: letters.ConversationLeft) -> None:
    actions.read_conversation(member_id=fact.member_id, conversation_id=fact.conversation_id)


@records(polls.BallotCast)
def voted(fact: polls.BallotCast) -> None:
    if fact.member_id is not None:  # a guest's has no notices, and of a sealed one nobody is told
        actions.read_poll(member_id=fact.member_id, poll_id=fact.poll_id)
